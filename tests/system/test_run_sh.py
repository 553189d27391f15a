"""run.sh in situations that users meet: with a stand-in for apt and for CMake, which puts the real
programs where a build would. In a clean room: tests/rooms/run."""

import os
import pathlib
import re
import shutil
import signal
import socket
import unittest

from processes import EXPORTER, SIMULATOR, run_to_end
from system_test import SystemTest

ROOT = pathlib.Path(__file__).parents[2]
NOBODY = 65534
# What it is called with is kept; a build "makes" the programs.
CMAKE = f"""#!/bin/sh
echo "$@" >>"$(dirname "$0")/called"
mkdir -p build/release/bin
if [ "$1" = --build ]; then
  ln -sf {EXPORTER} build/release/bin/wolkvox_exporter
  if [ ! -e build/release/bin/wolkvox_simulator ]; then
    ln -sf {SIMULATOR} build/release/bin/wolkvox_simulator
  fi
fi
"""


class RunSh(SystemTest):
    def setUp(self):
        super().setUp()
        self.checkout = self.folder / "checkout"
        for part in ("run.sh", "packaging/build.sh", "packaging/install-packages.sh",
                     "packaging/packages-build.txt", "exporter/app/options.cpp"):
            (self.checkout / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / part, self.checkout / part)
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        self.tool("cmake", CMAKE)
        self.tool("apt-get", "#!/bin/sh\nexit 0\n")
        self.environment = {"PATH": f"{self.tools}:{os.environ['PATH']}",
                            "TMPDIR": str(self.folder)}

    def tool(self, name, text):
        (self.tools / name).write_text(text)
        (self.tools / name).chmod(0o755)

    def run_sh(self, *arguments, before=()):
        return run_to_end(*before, self.checkout / "run.sh", *arguments,
                          environment=self.environment, folder=self.folder)

    def built(self):
        called = self.tools / "called"
        return called.exists() and "--build" in called.read_text()

    def assert_told_before_the_build(self, status, text, *arguments):
        done = self.run_sh(*arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(text, done.stderr)
        self.assertFalse(self.built(), done.stderr)

    def test_mistakes_are_told_before_the_build(self):
        for text, *arguments in (
                ("unknown flag '--web.listen-adress'", "--web.listen-adress=:1"),
                ("--log.level: a value is missing", "--log.level"),
                ("unknown command 'check-confg'", "check-confg", "wolkvox.yml"),
                ("'gone.yml' is not there", "--config.file=gone.yml"),
                ("'gone.yml' is not there", "--config.file", "gone.yml"),
                ("'gone.yml' is not there", "--web.config.file=gone.yml"),
                ("'gone.yml' is not there", "check-config", "gone.yml"),
                ("'gone.yml' is not there", "check-config", "--web", "gone.yml")):
            with self.subTest(arguments):
                self.assert_told_before_the_build(2, text, *arguments)

    def test_every_flag_and_command_of_the_program_is_known(self):
        shown = run_to_end(EXPORTER, "--help").stdout
        flags, commands = shown.split("\nCommands:\n")
        names = re.findall(r"^  (--[\w.-]+)(=\S+)?", flags, re.M)
        self.assertGreater(len(names), 10)
        self.folder.joinpath("there.yml").write_text("")
        for name, value in names:
            if name != "--help":
                with self.subTest(name):
                    given = [f"{name}=there.yml"] if value else [name]
                    self.assert_told_before_the_build(2, "'--nonesuch'", *given, "--nonesuch")
        for word in re.findall(r"^  ([a-z][\w-]*)", commands, re.M):
            with self.subTest(word):
                self.assert_told_before_the_build(2, "'--nonesuch'", word, "--nonesuch")

    def test_a_taken_port_is_told_at_once(self):
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with self.subTest(host), socket.create_server((host, 0), family=family) as other:
                port = other.getsockname()[1]
                for address in (f":{port}", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"):
                    self.assert_told_before_the_build(1, f"Port {port} is taken",
                                                      f"--web.listen-address={address}")

    def demonstration(self):
        web = self.folder / "web"
        running = self.program(self.checkout / "run.sh", f"--web.listen-address=unix:{web}",
                               environment=self.environment)
        running.wait_for("A simulated contact centre is being scraped")
        return running

    def test_the_demonstration_starts_however_slowly_and_leaves_nothing(self):
        slow = self.checkout / "build/release/bin/wolkvox_simulator"
        slow.parent.mkdir(parents=True)
        slow.write_text(f'#!/bin/sh\nsleep 1\nexec {SIMULATOR} "$@"\n')
        slow.chmod(0o755)
        running = self.demonstration()
        running.signal(signal.SIGTERM)
        self.assertEqual(running.wait(), 0, running.said())
        self.assertEqual(list(self.folder.glob("wolkvox-demo.*")), [])

    def made_elsewhere(self, home, boost="/usr"):
        cache = self.checkout / "build/release/CMakeCache.txt"
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(f"CMAKE_HOME_DIRECTORY:INTERNAL={home}\nBoost_DIR:PATH={boost}\n"
                         f"CMAKE_CACHEFILE_DIR:INTERNAL={home}/build/release\n")
        return cache

    def test_a_checkout_that_was_moved_or_another_debian_builds_anew(self):
        for home, boost in ((self.folder / "old", "/usr"), (ROOT, "/usr"),
                            (self.checkout, "/nowhere/Boost-1.0")):
            with self.subTest(home=home, boost=boost):
                cache = self.made_elsewhere(home, boost)
                done = self.run_sh("--version")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("building anew", done.stderr)
                self.assertFalse(cache.exists())
        cache = self.made_elsewhere(self.checkout)
        self.assertEqual(self.run_sh("--version").returncode, 0)
        self.assertTrue(cache.exists(), "its own is kept")

    @unittest.skipIf(os.geteuid(), "only root can make what another may not write to")
    def test_a_build_of_root_is_told_to_others(self):
        self.folder.chmod(0o755)
        for part in ("build", "build/release", "build/release/exporter/CMakeFiles"):
            with self.subTest(part):
                shutil.rmtree(self.checkout / "build", ignore_errors=True)
                (self.checkout / "build/release").mkdir(parents=True)
                for each in (self.checkout, *self.checkout.rglob("*")):
                    os.chown(each, NOBODY, NOBODY)
                (self.checkout / part).mkdir(parents=True, exist_ok=True)
                os.chown(self.checkout / part, 0, 0)
                done = self.run_sh("--version", before=(
                    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"))
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("Not yours to write", done.stderr)
                self.assertIn("sudo chown --recursive", done.stderr)
                self.assertFalse(self.built())


class InstallPackages(SystemTest):
    def test_a_policy_left_by_a_killed_run_lets_services_start_and_goes(self):
        """The policy as the script writes it, without installing anything."""
        script = (ROOT / "packaging/install-packages.sh").read_text()
        policy = self.folder / "policy-rc.d"
        policy.write_text(re.search(r"<<'POLICY'\n(.*?)POLICY\n", script, re.S)[1])
        policy.chmod(0o755)
        holder = self.program("flock", "--no-fork", policy, "sh", "-c", "echo held; exec sleep 600")
        holder.wait_for("held")
        self.assertEqual(run_to_end(policy).returncode, 101)
        self.assertTrue(policy.exists())
        holder.kill()
        self.assertEqual(run_to_end(policy).returncode, 0)
        self.assertFalse(policy.exists())


if __name__ == "__main__":
    unittest.main()
