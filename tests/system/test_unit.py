"""What the systemd unit forbids, without systemd: its system calls and its /proc.

The unit lets a forbidden call fail; here it kills, so that none passes unseen. Under a real systemd:
tests/rooms/test_boot.py."""

import ctypes
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import unittest

import seccomp

from exposition import Exposition
from processes import EXPORTER, SANITIZER, ask, eventually, run_to_end
from system_test import COLLECTORS, STANDING, SystemTest, every

UNIT = pathlib.Path(__file__).parents[2] / "packaging/wolkvox_exporter.service"
CLONE_NEWNS, MS_REC, MS_PRIVATE, PR_SET_NO_NEW_PRIVS = 0x20000, 1 << 14, 1 << 18, 38  # <linux/*.h>
NOBODY = 65534
_libc = ctypes.CDLL(None, use_errno=True)


def called(name, *arguments):
    if getattr(_libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), name)


def settings(name):
    text = UNIT.read_text().replace("\\\n", " ")
    return re.findall(rf"^{name}=(.*)$", text, re.M)


def members(group, known):
    for name in known[group]:
        yield from members(name, known) if name.startswith("@") else (name,)


def allowed_calls():
    """The names that the unit's SystemCallFilter leaves, as systemd resolves its groups."""
    said = run_to_end("systemd-analyze", "syscall-filter", environment={"SYSTEMD_COLORS": "0"}).stdout
    known, group = {}, None
    for line in said.splitlines():
        if re.match(r"@[\w-]+$", line):
            group = known.setdefault(line, [])
        elif re.match(r" +[@\w]", line) and group is not None:
            group.append(line.strip())
        elif not line.startswith(" "):
            group = None
    allowed = set()
    for line in settings("SystemCallFilter"):
        names = {name for group in line.lstrip("~").split() for name in members(group, known)}
        allowed = allowed - names if line.startswith("~") else allowed | names
    # systemd always allows what it takes to start and to end (systemd.exec(5)).
    return allowed | set(members("@default", known))


def syscall_filter():
    made = seccomp.SyscallFilter(defaction=seccomp.KILL_PROCESS)
    for name in allowed_calls():
        try:
            made.add_rule(seccomp.ALLOW, name)
        except RuntimeError:
            pass  # another architecture's
    return made


class Unit(SystemTest):
    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING)

    def sandboxed(self):
        """An exporter that may do what it may as a service, and is as little root as there."""
        program = shutil.copy(EXPORTER, self.folder)  # where it was built nobody else may look
        storage = self.new_file(".storage")
        storage.mkdir()
        config = self.configuration(self.operation(self.platform.base_url, every("1h")))
        for each in (self.folder, *self.folder.iterdir()):
            os.chown(each, NOBODY, NOBODY)
        rules = syscall_filter()

        def restrict():
            called("unshare", CLONE_NEWNS)
            called("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
            called("mount", b"proc", b"/proc", b"proc", 0, b"subset=pid,hidepid=invisible")
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            called("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            rules.load()

        return self.program(program, f"--config.file={config}", f"--storage.path={storage}",
                            "--web.listen-address=127.0.0.1:0", arrange=restrict)

    @unittest.skipIf(SANITIZER, "a sanitizer does what the unit forbids")
    @unittest.skipIf(run_to_end("unshare", "--mount", "true").returncode,
                     "no mount namespace to be had here: not root, or a container that forbids it")
    def test_the_exporter_does_nothing_that_it_forbids(self):
        made = self.sandboxed()
        address = made.wait_for(r"listening address=(\S+)")[0]

        def all_up():
            shown = Exposition(ask(address, "/metrics").text)
            up = {labels["collector"]: value for labels, value in shown.of("wolkvox_up")}
            self.assertEqual(up, dict.fromkeys(COLLECTORS, 1.0), made.said()[-2000:])
            return shown

        started = eventually(all_up).value("process_start_time_seconds")
        self.assertLess(abs(started - time.time()), 120)
        made.signal(signal.SIGHUP)
        made.wait_for("the configuration was taken")
        made.signal(signal.SIGTERM)
        self.assertEqual(made.wait(), 0, made.said())


class Reload(unittest.TestCase):
    def test_needs_no_more_than_a_shell(self):
        command = settings("ExecReload")[0].replace("$$", "$")
        with subprocess.Popen(["sleep", "600"]) as service:
            try:
                done = run_to_end("/bin/sh", "-c", command,
                                  environment={"MAINPID": str(service.pid), "PATH": "/nowhere"})
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(service.wait(30), -signal.SIGHUP)
            finally:
                service.kill()


if __name__ == "__main__":
    unittest.main()
