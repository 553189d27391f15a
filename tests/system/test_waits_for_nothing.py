"""Nothing outside holds up /metrics or the end of the program: file systems that hang, a password
that costs a minute, a log that nobody reads."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import unittest

from certificates import Authority
from processes import EXPORTER, Program, Simulator, ask, eventually, patient
from system_test import STANDING, SystemTest, every, only

# Contract section 1.
STOPS_WITHIN = 5
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hanging_files.c")


class HangingFiles(SystemTest):
    """The folder `slow` lies on a file system that hangs while `marker` is there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shim = cls.make_folder() / "hanging_files.so"
        subprocess.run([shutil.which("clang-19") or "cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", cls.shim, SOURCE, "-ldl"],
                       check=True)

    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING)
        self.slow = self.new_file(".slow")
        self.slow.mkdir()
        self.marker = self.new_file(".hangs")
        self.token = self.slow / "token"
        self.token.write_text(Simulator.TOKEN)
        self.token.chmod(0o600)

    def start(self, *flags, configuration=None):
        configuration = configuration or self.configuration(
            self.operation(self.platform.base_url, only("200ms", "agents")))
        return self.exporter(configuration, *flags, environment={
            "LD_PRELOAD": str(self.shim), "HANG_BELOW": str(self.slow),
            "HANG_WHILE": str(self.marker)})

    def hang(self):
        self.marker.touch()

    def assert_goes_on_and_stops(self, exporter, get=None):
        get = get or exporter.get
        for _ in range(3):
            self.assertEqual(get("/metrics").status, 200)
        exporter.signal(signal.SIGTERM)
        self.assertEqual(exporter.wait(STOPS_WITHIN), 0, exporter.said())
        self.assertEqual(sorted(file.name for file in exporter.storage.iterdir()),
                         ["hash.key", "ledger.db", "ledger.lock"])

    def polls(self):
        return self.platform.count_of("agents")

    def test_the_token_that_was_read_last_serves(self):
        exporter = self.start(configuration=self.configuration(self.operation(
            self.platform.base_url, only("200ms", "agents"), token_file=str(self.token))))
        eventually(lambda: self.assertGreater(self.polls(), 1))
        self.hang()
        before = self.polls()
        eventually(lambda: self.assertGreater(self.polls(), before + 2))
        self.assert_goes_on_and_stops(exporter)

    def test_a_token_that_was_never_read_is_told(self):
        self.hang()
        configuration = self.configuration(self.operation(
            self.platform.base_url, only("200ms", "agents"), token_file=str(self.token)))
        # The start itself looks at the token: it waits, and SIGTERM ends it.
        waiting = Program(
            [EXPORTER, f"--config.file={configuration}", f"--storage.path={self.new_file('.s')}"],
            self.new_file(".log"), environment={
                "LD_PRELOAD": str(self.shim), "HANG_BELOW": str(self.slow),
                "HANG_WHILE": str(self.marker)})
        self.addCleanup(self.end, waiting)
        waiting.signal(signal.SIGTERM)
        waiting.wait(STOPS_WITHIN)

    def test_a_configuration_that_cannot_be_read_again(self):
        path = self.slow / "wolkvox.yml"
        self.write_configuration(path, self.operation(self.platform.base_url, every("1h")))
        exporter = self.start("--web.enable-lifecycle", configuration=path)
        self.hang()
        exporter.signal(signal.SIGHUP)
        self.assert_goes_on_and_stops(exporter)

    def test_a_reload_that_hangs_is_told_and_the_next_one_works(self):
        path = self.slow / "wolkvox.yml"
        self.write_configuration(path, self.operation(self.platform.base_url, every("1h")))
        exporter = self.start("--web.enable-lifecycle", configuration=path)
        self.hang()
        answer = exporter.get("/-/reload", method="POST")
        self.assertEqual(answer.status, 500)
        self.assertIn("its file system hangs", answer.text)
        self.marker.unlink()
        eventually(lambda: self.assertEqual(
            exporter.get("/-/reload", method="POST").status, 200))
        self.assert_goes_on_and_stops(exporter)

    def test_a_web_configuration(self):
        web = self.slow / "web.yml"
        web.write_text("{}")
        exporter = self.start(f"--web.config.file={web}")
        self.assertEqual(exporter.get("/metrics").status, 200)
        self.hang()
        self.assert_goes_on_and_stops(exporter)

    def test_a_certificate(self):
        authority = Authority(self.make_folder(), "authority")
        pair = authority.issue("server")
        web = self.new_file(".web.yml")
        for each, name in ((pair.certificate, "server.crt"), (pair.key, "server.key")):
            (self.slow / name).write_bytes(each.read_bytes())
        web.write_text(json.dumps({"tls_server_config": {
            "cert_file": str(self.slow / "server.crt"), "key_file": str(self.slow / "server.key")}}))
        exporter = self.start(f"--web.config.file={web}")

        class Asked:
            def __init__(asked, target):
                done = subprocess.run(
                    ["curl", "--silent", "--max-time", str(patient(5)), "--cacert",
                     authority.certificate, "--output", "/dev/null", "--write-out",
                     "%{http_code}", f"https://{exporter.address}{target}"],
                    capture_output=True, text=True, check=False)
                asked.status = int(done.stdout)

        self.assertEqual(Asked("/metrics").status, 200)
        self.hang()
        self.assert_goes_on_and_stops(exporter, get=Asked)


class Passwords(SystemTest):
    def test_one_that_costs_a_minute(self):
        web = self.new_file(".web.yml")
        web.write_text(json.dumps({"basic_auth_users": {"alice": "$2b$18$" + "." * 53}}))
        platform = self.simulator(*STANDING)
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, only("1h", "agents"))),
            f"--web.config.file={web}")
        asking = subprocess.Popen(
            ["curl", "--silent", "--user", "alice:wonderland", f"http://{exporter.address}/metrics"])
        self.addCleanup(asking.wait)

        def computes():
            with open(f"/proc/{exporter.process.pid}/stat", encoding="utf-8") as stat:
                used = stat.read().rpartition(")")[2].split()
            self.assertGreater(int(used[11]), 50)  # ticks of user time: it has begun

        eventually(computes)
        exporter.signal(signal.SIGTERM)
        self.assertEqual(exporter.wait(STOPS_WITHIN), 0, exporter.said())


class Log(SystemTest):
    def start(self, **streams):
        platform = self.simulator(*STANDING)
        address = self.new_file(".sock")
        process = subprocess.Popen(
            [EXPORTER, f"--storage.path={self.new_file('.storage')}", "--log.level=debug",
             f"--web.listen-address=unix:{address}",
             "--config.file=" + str(self.configuration(
                 self.operation(platform.base_url, only("10ms", "agents", "skills"))))],
            stdin=subprocess.DEVNULL, **streams)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(lambda: self.assertTrue(address.exists()))
        return process, f"unix:{address}"

    def dropped(self, address):
        answer = ask(address, "/metrics?name[]=wolkvox_exporter_log_lines_dropped")
        self.assertEqual(answer.status, 200)
        return float(answer.text.split()[-1])

    def assert_stops(self, process):
        process.terminate()
        self.assertEqual(process.wait(patient(STOPS_WITHIN)), 0)

    def test_that_nobody_reads(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        process, address = self.start(stderr=writer)
        os.close(writer)
        eventually(lambda: self.assertGreater(self.dropped(address), 0))
        self.assert_stops(process)

    def test_whose_reader_goes_away(self):
        reader, writer = os.pipe()
        process, address = self.start(stderr=writer)
        os.close(writer)
        os.close(reader)
        eventually(lambda: self.assertGreater(self.dropped(address), 0))
        self.assert_stops(process)

    def test_without_standard_streams(self):
        process, address = self.start(
            preexec_fn=lambda: [os.close(each) for each in range(3)])
        for each in range(3):
            self.assertEqual(os.readlink(f"/proc/{process.pid}/fd/{each}"), "/dev/null")
        self.assertEqual(self.dropped(address), 0)
        self.assert_stops(process)


class Descriptors(SystemTest):
    def test_fewer_than_connections_are_allowed(self):
        platform = self.simulator(*STANDING)
        address = self.new_file(".sock")
        exporter = self.program(
            "prlimit", "--nofile=64:200", EXPORTER, f"--storage.path={self.new_file('.storage')}",
            f"--web.listen-address=unix:{address}", "--web.max-connections=1000",
            "--config.file=" + str(self.configuration(
                self.operation(platform.base_url, every("1h")))))
        told = exporter.wait_for("--web.max-connections=1000 does not fit the limit of (\\d+) file")
        self.assertEqual(told, ["200"], "the hard limit")
        eventually(lambda: self.assertTrue(address.exists()))
        idle = []
        self.addCleanup(lambda: [each.close() for each in idle])
        for _ in range(300):
            idle.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            idle[-1].connect(str(address))
        answer = ask(f"unix:{address}", "/metrics?name[]=process_max_fds")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.text.splitlines()[-1], "process_max_fds 200")
        self.assertEqual(exporter.stop(), 0)


if __name__ == "__main__":
    unittest.main()
