"""SIGTERM in each state: it ends well within the time that systemd and others give, the ledger is
closed, and the next process goes on as if nothing had been."""

import signal
import socket
import unittest

import table
from fault_test import DAY, FROM, NOTHING, STOPS_WITHIN, FaultTest, every
from processes import eventually

CLOSED = ["hash.key", "ledger.db", "ledger.lock"]  # no write-ahead log
SEES = f"exit status 0 within {STOPS_WITHIN} s; the ledger is closed: no write-ahead log remains"


class Stop(FaultTest):
    def terminated(self, fault, running=None):
        running = running or self.exporter_under_test
        running.signal(signal.SIGTERM)
        self.assertEqual(running.wait(STOPS_WITHIN), 0, running.said())
        self.assertEqual(sorted(each.name for each in self.storage.iterdir()), CLOSED)
        self.assertIn("stopped", running.said())
        self.goes_on(fault)

    def goes_on(self, fault):
        """The next process, with the fault gone."""
        self.platform.control(clear_faults=True, speed=0)
        environment = {}
        if self.world:
            self.world.set_names("ok")
            environment = self.world.environment
        again = self.exporter(self.settings, storage=self.storage, environment=environment)
        self.all_up(again)
        self.eventually_equal(again.address, self.platform.truth(**{"from": FROM}))
        table.check(self, fault, SEES, NOTHING, "–", "with the next start")

    def test_before_the_first_answer(self):
        self.platform = self.simulator(*DAY)
        self.platform.fault("stall")
        self.storage = self.new_file(".storage")
        self.settings = self.configuration(self.operation(
            self.platform.base_url, every("500ms"), timeout="60s"))
        running = self.exporter(self.settings, storage=self.storage)
        eventually(lambda: self.assertTrue(self.platform.requests()["last"]))
        self.terminated("SIGTERM before the first answer", running)

    def asked_while(self, kind, report):
        """A request for it is under way that will not end by itself."""
        self.start_day(timeout="60s")
        self.platform.control(forget_requests=True)
        self.platform.fault(kind, report=report)
        eventually(lambda: self.assertIn(
            kind, [each["fault"] for each in self.platform.requests()["last"]]))

    def test_in_the_middle_of_an_answer(self):
        self.asked_while("stall_body", "cdr_1")
        self.terminated("SIGTERM in the middle of an answer")

    def test_while_the_api_stalls(self):
        self.asked_while("stall", "*")
        self.terminated("SIGTERM while the API stalls")

    def test_while_a_gap_is_caught_up(self):
        self.start_day("--latency-ms=100", collectors=every("2s"), timeout="20s")
        self.watcher.end()
        self.assertEqual(self.exporter_under_test.stop(), 0)
        self.platform.control(clock={"forward_seconds": 2 * 86400})
        running = self.exporter(self.settings, storage=self.storage)

        def catching_up():
            self.assertTrue(running.collector("cdr")["catching_up"])

        eventually(catching_up, every=0.01)
        self.terminated("SIGTERM while a gap is caught up", running)

    def test_during_a_reload(self):
        """The new configuration waits for a poll of the old one."""
        self.asked_while("stall", "*")
        operation = self.operation(self.platform.base_url, every("500ms"), timeout="59s")
        self.write_configuration(self.settings, operation)
        running = self.exporter_under_test
        running.signal(signal.SIGHUP)
        eventually(lambda: self.assertEqual(running.status()["operations"], []), every=0.01)
        self.terminated("SIGTERM during a reload")

    def test_during_a_slow_scrape(self):
        self.start_day("--agents=300")
        host, port = self.exporter_under_test.address.split(":")
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect((host, int(port)))
            deaf.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
            eventually(lambda: self.assertGreater(self.scrape(self.exporter_under_test).value(
                "wolkvox_exporter_scrapes_in_flight"), 1))
            self.terminated("SIGTERM during a slow scrape")

    def test_while_dns_does_not_answer(self):
        self.start_day_by_name(timeout="60s")
        self.world.set_names("silent")
        self.platform.fault("reset")
        # Both requests that may be under way lost their connection: each looks the name up again.
        eventually(lambda: self.assertEqual([each["fault"] for each in
                                             self.platform.requests()["last"]].count("reset"), 2))
        self.terminated("SIGTERM while DNS does not answer")


if __name__ == "__main__":
    unittest.main()
