"""As systemd's service: sockets passed to it, and what it tells of itself (sd_notify)."""

import os
import pathlib
import re
import signal
import socket
import time
import unittest

from processes import EXPORTER, ask, eventually
from system_test import STANDING, SystemTest, every

# The variables name the process that they are for: it is known only once it runs.
AS_A_SERVICE = ["sh", "-c", 'LISTEN_PID=$$ exec "$0" "$@"']


class Service(SystemTest):
    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING)
        self.config = self.configuration(self.operation(self.platform.base_url, every("1h")))
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.settimeout(20)
        self.manager.bind(str(self.folder / "notify"))

    def serve(self, *flags, environment=None):
        return self.exporter(self.config, *flags, environment={
            "NOTIFY_SOCKET": str(self.folder / "notify"), **(environment or {})})

    def told(self):
        """The next message, as a map."""
        return dict(line.split("=", 1) for line in self.manager.recv(4096).decode().splitlines())

    def test_tells_when_it_is_ready_reloads_and_stops(self):
        exporter = self.serve()
        self.assertEqual(self.told(), {"READY": "1"})
        self.assertEqual(exporter.get("/-/healthy").status, 200)
        for text in (None, "operations: what\n"):  # good, bad
            if text:
                self.config.write_text(text)
            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            exporter.signal(signal.SIGHUP)
            reloading = self.told()
            self.assertEqual(reloading["RELOADING"], "1")
            after = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            self.assertTrue(before <= int(reloading["MONOTONIC_USEC"]) <= after)
            self.assertEqual(self.told(), {"READY": "1"})
        exporter.signal(signal.SIGTERM)
        self.assertEqual(self.told(), {"STOPPING": "1"})
        self.assertEqual(exporter.wait(5), 0)

    def test_shows_life_while_the_event_loop_turns(self):
        exporter = self.serve(environment={"WATCHDOG_USEC": "300000"})
        signs = [next(iter(self.told())) for _ in range(6)]
        self.assertEqual(sorted(set(signs)), ["READY", "WATCHDOG"])
        # Drained once the process stands still, so that what comes later would be new.
        exporter.signal(signal.SIGSTOP)
        stat = pathlib.Path(f"/proc/{exporter.process.pid}/stat")
        eventually(lambda: self.assertEqual(stat.read_text().split()[2], "T"))
        self.manager.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            while True:
                self.told()
        exporter.signal(signal.SIGCONT)
        self.manager.settimeout(20)
        self.assertEqual(self.told(), {"WATCHDOG": "1"})

    def test_shows_no_life_where_none_is_awaited(self):
        for variables in ({}, {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}):
            exporter = self.serve(environment=variables)
            self.assertEqual(self.told(), {"READY": "1"})
            exporter.stop()
            self.assertEqual(self.told(), {"STOPPING": "1"})

    def passed_sockets(self, sockets, count=None):
        """An exporter that inherits `sockets` from descriptor 3 on."""

        def arrange():
            # Out of the way first: a socket may have the number that another one is to get.
            copies = [os.dup(each.fileno()) for each in sockets]
            high = [os.dup2(copy, 100 + index) for index, copy in enumerate(copies)]
            for index, each in enumerate(high):
                os.dup2(each, 3 + index, inheritable=True)

        return self.program(
            *AS_A_SERVICE, EXPORTER, f"--config.file={self.config}",
            f"--storage.path={self.new_file('.storage')}", "--web.systemd-socket",
            environment={"LISTEN_FDS": str(count or len(sockets))}, arrange=arrange,
            inherited=range(3, 3 + len(sockets)))

    def test_serves_on_the_sockets_it_is_passed(self):
        path = str(self.folder / "passed.sock")
        with socket.create_server(("127.0.0.1", 0)) as internet, \
                socket.socket(socket.AF_UNIX) as local:
            local.bind(path)
            local.listen()
            address = "127.0.0.1:%d" % internet.getsockname()[1]
            first = self.passed_sockets([internet, local])
            said = first.wait_for(r"listening address=(\S+)")
            eventually(lambda: self.assertEqual(
                re.findall(r"listening address=(\S+)", first.said()), [address, f"unix:{path}"]))
            for each in (address, f"unix:{path}"):
                self.assertEqual(ask(each, "/-/healthy").status, 200, said)
            self.assertEqual(first.stop(), 0)
            self.assertTrue(os.path.exists(path), "it is systemd's")
            # Connections wait in the queue meanwhile: a restart loses none.
            with socket.create_connection(("127.0.0.1", internet.getsockname()[1]), 20) as early:
                early.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
                self.passed_sockets([internet, local])
                self.assertTrue(early.recv(100).startswith(b"HTTP/1.1 200 OK"))

    def test_says_that_no_socket_was_passed(self):
        without = self.program(EXPORTER, f"--config.file={self.config}",
                               f"--storage.path={self.new_file('.storage')}",
                               "--web.systemd-socket")
        self.assertEqual(without.wait(), 1)
        self.assertIn("systemd has passed no socket", without.said())


if __name__ == "__main__":
    unittest.main()
