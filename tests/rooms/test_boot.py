"""The units as they ship, under a real systemd, in a minimal Debian without procps."""

import os
import pathlib
import re
import shutil
import subprocess
import time
import unittest

import room
from exposition import Exposition
from processes import (EXPORTER, SANITIZER, SIMULATOR, Program, Simulator, eventually, patient,
                       run_to_end)
from system_test import COLLECTORS, SystemTest, every

PACKAGING = pathlib.Path(__file__).parents[2] / "packaging"
UNIT = "wolkvox_exporter.service"
SCRAPE = "http://127.0.0.1:10042/metrics"  # the machine's own network: the port is free


def socket_drop_in():
    """What the socket unit tells its reader to write."""
    text = (PACKAGING / "wolkvox_exporter.socket").read_text()
    shown = re.search(r"^#     \[Service\]\n(?:#     .*\n)+", text, re.M)[0]
    return re.sub(r"^# +", "", shown, flags=re.M)


class Boot(SystemTest):
    @classmethod
    def setUpClass(cls):
        if SANITIZER:
            raise unittest.SkipTest("a sanitizer maps and writes what the unit forbids")
        if not shutil.which("systemd-nspawn"):
            raise unittest.SkipTest("systemd-nspawn is not installed")
        if run_to_end("unshare", "--user", "true").returncode:
            raise unittest.SkipTest("no user namespace to be had here, as in a chroot; the unit's "
                                    "PrivateUsers needs one")
        cls.root = cls.make_folder() / "system"
        files = [PACKAGING / "install-packages.sh", PACKAGING / "packages-run.txt"]
        try:
            room.make(cls.root, room.this_release(), ["systemd"], [
                f"copy-in {' '.join(map(str, files))} /tmp",
                'chroot "$1" /tmp/install-packages.sh /tmp/packages-run.txt'])
        except room.Unavailable as reason:
            raise unittest.SkipTest(str(reason)) from None
        cls.install()
        cls.machine = Program(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot", "--console=pipe",
             "--private-network", f"--directory={cls.root}"],
            cls.root.parent / "console", environment={"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"})
        cls.addClassCleanup(cls.machine.stop)
        eventually(cls.look_for_boot, within=120)

    @classmethod
    def install(cls):
        """As the units' comments say; the simulator beside, in the machine's network."""
        for source, target, mode in (
                (EXPORTER, "usr/local/bin/wolkvox_exporter", 0o755),
                (PACKAGING / UNIT, f"etc/systemd/system/{UNIT}", 0o644),
                (PACKAGING / "wolkvox_exporter.socket",
                 "etc/systemd/system/wolkvox_exporter.socket", 0o644)):
            shutil.copyfile(source, cls.root / target)
            os.chmod(cls.root / target, mode)
        cls.settings = cls.root / "etc/wolkvox_exporter"
        cls.settings.mkdir()
        (cls.settings / "acme.token").write_text(Simulator.TOKEN)
        os.chmod(cls.settings / "acme.token", 0o600)
        quick = cls.root / f"etc/systemd/system/{UNIT}.d/quick.conf"
        quick.parent.mkdir()
        quick.write_text("[Service]\nWatchdogSec=3s\nRestartSec=100ms\n")  # than 30 s and 5 s

    @classmethod
    def look_for_boot(cls):
        children = pathlib.Path(f"/proc/{cls.machine.process.pid}/task/{cls.machine.process.pid}"
                                "/children").read_text().split()
        assert cls.machine.process.poll() is None and children, cls.machine.said()
        cls.leader = children[0]
        state = cls.inside("systemctl", "is-system-running").stdout
        assert state in ("running\n", "degraded\n"), state + cls.machine.said()

    @classmethod
    def inside(cls, *command):
        # Its root too: where the test itself runs in a chroot, the namespace's is another one.
        return subprocess.run(
            ["nsenter", "--target", cls.leader, "--all", "--root", "--wd", "--", *command],
            capture_output=True, text=True, timeout=patient(60), check=False)

    def systemctl(self, *words):
        done = self.inside("systemctl", *words)
        self.assertEqual(done.returncode, 0, done.stderr + self.journal())
        return done.stdout.strip()

    def journal(self):
        return self.inside("journalctl", "--no-pager", f"--unit={UNIT}").stdout[-3000:]

    def shown(self, name):
        return self.systemctl("show", "--property", name, "--value", UNIT)

    def scrape_inside(self):
        done = subprocess.run(["nsenter", "--target", self.leader, "--net", "--", "curl", "--silent",
                               "--show-error", "--fail", "--max-time", "30", SCRAPE],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr + self.journal())
        return Exposition(done.stdout)

    def all_up_inside(self, collectors=COLLECTORS):
        def check():
            shown = self.scrape_inside()
            up = {labels["collector"]: value for labels, value in shown.of("wolkvox_up")}
            self.assertEqual(up, dict.fromkeys(collectors, 1.0), self.journal())
            return shown

        return eventually(check, within=60)

    def configure(self, *but):
        operation = self.operation(self.base_url, every("1h", *but)) | {
            "token_file": f"/run/credentials/{UNIT}/acme.token"}
        self.write_configuration(self.settings / "wolkvox.yml", operation)

    def setUp(self):
        super().setUp()
        platform = self.program(
            "nsenter", "--target", self.leader, "--net", "--", SIMULATOR, "--listen=127.0.0.1:0",
            f"--token={Simulator.TOKEN}", f"--licences={Simulator.LICENCES}")
        address = platform.wait_for(r"listening on (\S+)")[0]
        self.base_url = f"http://{address}/api/v2/"
        self.configure()
        self.addCleanup(self.inside, "systemctl", "stop", "wolkvox_exporter.socket", UNIT)

    def test_the_service_lives_its_life(self):
        self.assertNotEqual(self.inside("sh", "-c", "command -v ps /bin/kill").returncode, 0,
                            "the machine has procps: it shows less")
        before = time.time()
        self.systemctl("start", UNIT)
        started = self.all_up_inside().value("process_start_time_seconds")
        self.assertTrue(before - 2 < started < time.time() + 2, f"{before} {started}")

        self.configure("quota")
        self.systemctl("reload", UNIT)
        self.all_up_inside([name for name in COLLECTORS if name != "quota"])

        self.inside("sh", "-c", f"kill -STOP {self.shown('MainPID')}")
        eventually(lambda: self.assertEqual(self.shown("NRestarts"), "1", self.journal()), within=60)
        eventually(lambda: self.assertEqual(self.shown("ActiveState"), "active", self.journal()))
        again = self.all_up_inside([name for name in COLLECTORS if name != "quota"])
        self.assertGreater(again.value("process_start_time_seconds"), started)

        self.systemctl("stop", UNIT)
        self.assertEqual((self.shown("ActiveState"), self.shown("Result")), ("inactive", "success"),
                         self.journal())
        kept = self.root / "var/lib/private/wolkvox_exporter"
        self.assertEqual(sorted(file.name for file in kept.iterdir()),
                         ["hash.key", "ledger.db", "ledger.lock"])

    def test_systemd_holds_the_port_through_a_restart(self):
        drop_in = self.root / f"etc/systemd/system/{UNIT}.d/socket.conf"
        drop_in.write_text(socket_drop_in())
        self.addCleanup(self.inside, "systemctl", "daemon-reload")
        self.addCleanup(drop_in.unlink)
        self.systemctl("daemon-reload")
        self.systemctl("start", "wolkvox_exporter.socket", UNIT)
        self.all_up_inside()
        self.systemctl("restart", "--no-block", UNIT)
        for _ in range(10):
            self.scrape_inside()  # waits rather than fails
        self.systemctl("stop", "wolkvox_exporter.socket", UNIT)
        self.assertEqual(self.shown("Result"), "success", self.journal())


if __name__ == "__main__":
    unittest.main()
