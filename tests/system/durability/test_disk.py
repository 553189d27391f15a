"""Disks that fill up or turn read-only under the running exporter, and ledgers that are damaged:
counting stops and is told, /metrics goes on, nothing is overwritten, and it heals by itself."""

import ctypes
import errno
import os
import random
import resource
import subprocess
import time
import unittest

from durability_test import DurabilityTest, every
from processes import EXPORTER, eventually, run_to_end
from watching import Watcher

DAY = ("--start=2026-11-20T10:00:00", "--speed=120", "--agents=60", "--calls-per-day=6000",
       "--edit-max=8m")
FROM = "2026-11-20"
GARBAGE = random.Random(11)  # the same each time: by chance it could be a page that is none
CANNOT = "the ledger cannot be written"
AGAIN = "the ledger is written again"

_libc = ctypes.CDLL(None, use_errno=True)
_LAZY = 2


def mount(folder, size="8m"):
    """False where mounting is not permitted."""
    if _libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, f"size={size}".encode()) == 0:
        return True
    if ctypes.get_errno() not in (errno.EPERM, errno.EACCES):
        raise OSError(ctypes.get_errno(), "mount")
    return False


def command(*arguments):
    return subprocess.run([str(a) for a in arguments], capture_output=True, check=False).returncode


def unmount(folder):
    _libc.umount2(os.fsencode(folder), _LAZY)


class OnOwnDisk(DurabilityTest):
    """The ledger on a small file system of its own."""

    def make_disk(self):
        """Whether there is one: where mounting is not permitted, an ordinary folder stands in."""
        mounted = mount(self.disk)
        if mounted:
            self.addCleanup(unmount, self.disk)
        return mounted

    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*DAY)
        self.disk = self.new_file(".disk")
        self.disk.mkdir()
        self.mounted = self.make_disk()
        self.storage = self.disk / "storage"
        self.exporter_under_test = self.exporter(
            self.configuration(self.operation(self.platform.base_url, every("500ms"))),
            storage=self.storage)
        self.watcher = Watcher(self.exporter_under_test.address, pause=0.1)
        self.watcher.start()
        self.all_up(self.exporter_under_test)

    def ledger_facts(self):
        shown = self.scrape(self.exporter_under_test)
        return (shown.value("wolkvox_ledger_writable"), shown.total("wolkvox_ledger_errors_total"),
                shown.total("wolkvox_cdr_calls_total"))

    def assert_counting_stands(self):
        """Told at once, told again with each try, and no counter moves."""

        def begins():
            self.assertEqual(self.ledger_facts()[0], 0)

        eventually(begins)
        _, errors, counted = self.ledger_facts()

        def goes_on():
            writable, more_errors, more_counted = self.ledger_facts()
            self.assertEqual(writable, 0)
            self.assertEqual(more_counted, counted)
            self.assertGreater(more_errors, errors + 5)

        eventually(goes_on)
        # Once each time: a small write may still fit into the log's old pages, and that is told too.
        self.eventually_told(mended=False)
        self.assertEqual(self.exporter_under_test.get("/-/healthy").status, 200)

    def eventually_told(self, mended):
        def check():
            said = self.exporter_under_test.said()
            self.assertGreater(said.count(CANNOT), 0, said)
            self.assertEqual(said.count(CANNOT), said.count(AGAIN) + (not mended), said)

        eventually(check)

    def assert_healed(self):
        def writable():
            self.assertEqual(self.ledger_facts()[0], 1)

        eventually(writable)
        self.all_up(self.exporter_under_test)
        self.platform.control(speed=0)
        running = self.exporter_under_test
        self.codes_equal(running.address, self.platform, FROM)
        # That may have moved the clock past a publication: the truth is the one of now.
        truth = self.platform.truth(**{"from": FROM})
        self.eventually_equal(running.address, truth)
        self.eventually_told(mended=True)
        self.watcher.end()
        self.assertEqual(self.watcher.wrong, [])
        self.assertEqual(self.watcher.broken, 0)
        errors = self.ledger_facts()[1]
        print(f"{errors:.0f} refused writes, {self.watcher.scrapes} scrapes; rows {truth['rows']}")
        # What healed in memory is healed in the file: nothing is left to read it from again.
        running.kill()
        self.platform.stop()
        again = self.exporter(
            self.configuration(self.operation(self.platform.base_url, every("1h"))),
            storage=self.storage)
        self.eventually_equal(again.address, truth)


class DiskThatFills(OnOwnDisk):
    def test_a_full_disk_stops_counting_until_there_is_room(self):
        if not self.mounted:
            self.skipTest("needs a mount; the limit on file sizes below stands in")
        filler = self.disk / "filler"
        # Without a buffer, which close() would try to write once more.
        with open(filler, "wb", buffering=0) as hog, self.assertRaises(OSError):
            while True:
                hog.write(bytes(65536))
        self.assert_counting_stands()
        filler.unlink()
        self.assert_healed()

    def test_a_limit_on_file_sizes_stops_counting_until_it_is_lifted(self):
        log = (self.storage / "ledger.db-wal").stat().st_size
        self.limit_file_size(log // 2)
        self.assert_counting_stands()
        self.limit_file_size(resource.RLIM_INFINITY)
        self.assert_healed()

    def test_a_disk_that_fills_slowly_tears_no_settlement(self):
        """Full again and again at another byte: the room grows by a page or so at a time."""
        if not self.mounted:
            self.skipTest("needs a mount; the size limit of the other test stands in")
        filler = self.disk / "filler"
        for room in range(0, 40960, 1024):
            with open(filler, "wb") as hog:
                try:
                    os.posix_fallocate(hog.fileno(), 0, self.free_bytes() - room)
                except OSError:
                    pass
            time.sleep(0.15)
            self.scrape(self.exporter_under_test)
            filler.unlink()
        self.assertGreater(self.ledger_facts()[1], 0)
        self.all_up(self.exporter_under_test)
        self.platform.control(speed=0)
        self.eventually_equal(self.exporter_under_test.address,
                              self.platform.truth(**{"from": FROM}))
        self.watcher.end()
        self.assertEqual(self.watcher.wrong, [])

    def free_bytes(self):
        free = os.statvfs(self.disk)
        return free.f_bavail * free.f_bsize

    def limit_file_size(self, size):
        resource.prlimit(self.exporter_under_test.process.pid, resource.RLIMIT_FSIZE,
                         (size, resource.RLIM_INFINITY))


class DiskThatTurnsReadOnly(OnOwnDisk):
    """As ext4 does it when it no longer trusts its disk. The kernel lets nobody undo that under
    open files, so what heals it is a repair and a restart."""

    def make_disk(self):
        image = self.new_file(".img")
        with open(image, "wb") as disk:
            disk.truncate(32 << 20)
        command("mkfs.ext4", "-q", "-F", image)
        if command("mount", "-o", "loop", image, self.disk) != 0:
            self.skipTest("needs loop devices")
        self.addCleanup(unmount, self.disk)
        self.image = image
        return True

    def test_counting_stops_and_goes_on_after_the_repair(self):
        self.assertEqual(command("mount", "-o", "remount,abort", self.disk), 0)
        self.assert_counting_stands()
        self.watcher.end()
        self.assertEqual((self.watcher.wrong, self.watcher.broken), ([], 0))
        self.assertEqual(self.exporter_under_test.stop(), 0)
        unmount(self.disk)
        command("e2fsck", "-p", self.image)
        self.assertEqual(command("mount", "-o", "loop", self.image, self.disk), 0)
        self.platform.control(speed=0)
        again = self.exporter(
            self.configuration(self.operation(self.platform.base_url, every("500ms"))),
            storage=self.storage)
        self.watcher.address = again.address
        self.watcher.look()
        self.eventually_equal(again.address, self.platform.truth(**{"from": FROM}))
        self.assertEqual(self.watcher.wrong, [])


class DamagedLedger(DurabilityTest):
    """A ledger that was written by a real run, then damaged while nobody had it open."""

    @classmethod
    def setUpClass(cls):
        cls.filled = None

    def setUp(self):
        super().setUp()
        self.platform = self.simulator("--start=2026-11-20T15:00:00", "--speed=0", "--agents=60")
        self.settings = self.configuration(self.operation(self.platform.base_url, every("500ms")))
        self.storage = self.new_file(".storage")
        made = self.exporter(self.settings, storage=self.storage)
        self.all_up(made)
        self.assertEqual(made.stop(), 0, made.said())
        self.file = self.storage / "ledger.db"

    def bytes_of_all(self):
        return {path.name: path.read_bytes() for path in self.storage.iterdir()
                if path.name in ("ledger.db", "hash.key")}

    def assert_refused(self, named="ledger.db"):
        before = self.bytes_of_all()
        ended = run_to_end(EXPORTER, f"--config.file={self.settings}",
                           f"--storage.path={self.storage}", "--web.listen-address=127.0.0.1:0")
        said = ended.stderr + ended.stdout
        self.assertEqual(ended.returncode, 1, said)
        self.assertIn(str(self.storage / named), said)
        self.assertEqual(self.bytes_of_all(), before)
        return said

    def test_garbage_in_the_middle(self):
        whole = self.file.read_bytes()
        # A page near the middle that is in use: the b-tree page header is what lies at its start.
        for part in (1, 2, 3):
            with self.subTest(part=part):
                place = len(whole) * part // 4 // 4096 * 4096
                self.file.write_bytes(whole[:place] + GARBAGE.randbytes(4096) + whole[place + 4096:])
                self.assert_refused()
        self.file.write_bytes(whole)

    def test_garbage_in_the_header(self):
        whole = self.file.read_bytes()
        self.file.write_bytes(GARBAGE.randbytes(100) + whole[100:])
        self.assert_refused()

    def test_truncated(self):
        whole = self.file.read_bytes()
        for size in (len(whole) // 2, len(whole) // 2 // 4096 * 4096, 4096, 50, 0):
            with self.subTest(size=size):
                self.file.write_bytes(whole[:size])
                self.assert_refused()

    def test_a_lost_or_cut_key(self):
        key = self.storage / "hash.key"
        whole = key.read_bytes()
        key.write_bytes(whole[:7])
        self.assert_refused("hash.key")
        key.unlink()
        self.assert_refused("hash.key")

    def test_a_restored_ledger_goes_on(self):
        whole = self.file.read_bytes()
        self.file.write_bytes(whole[:len(whole) // 2])
        self.assert_refused()
        self.file.write_bytes(whole)
        made = self.exporter(self.settings, storage=self.storage)
        self.eventually_equal(made.address, self.platform.truth(**{"from": FROM}))

    def test_a_second_process_is_refused_and_the_first_goes_on(self):
        first = self.exporter(self.settings, storage=self.storage)
        said = self.assert_refused("")
        self.assertRegex(said, "lock|another|already")
        self.all_up(first)
        # The lock goes with the process, however that ends.
        first.kill()
        self.all_up(self.exporter(self.settings, storage=self.storage))

    def test_a_storage_path_that_cannot_be_a_folder(self):
        path = self.new_file(".occupied")
        path.write_text("in the way", encoding="utf-8")
        ended = run_to_end(EXPORTER, f"--config.file={self.settings}", f"--storage.path={path}",
                           "--web.listen-address=127.0.0.1:0")
        self.assertEqual(ended.returncode, 1)
        self.assertIn(str(path), ended.stderr + ended.stdout)
        self.assertEqual(path.read_text(encoding="utf-8"), "in the way")


if __name__ == "__main__":
    unittest.main()
