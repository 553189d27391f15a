"""How the platform is asked: one request at a time, the most urgent first, never what is forbidden."""

import re
import socket
import threading
import unittest

from processes import Simulator, eventually, patient
from system_test import STANDING, SystemTest, every

URGENCY = ["agents", "skills", "campaigns", "token_info", "information_agents",
           "information_skills", "information_campaigns", "skill_2", "agent_9", "agents_detail",
           "cdr_1"]


class Requests(SystemTest):
    def asked(self, platform):
        return [request["report"] for request in platform.requests()["last"]]

    def test_after_start_every_report_is_asked_once_in_order_of_urgency(self):
        platform = self.simulator(*STANDING, "--latency-ms=20")
        for _ in range(3):
            platform.control(forget_requests=True)
            exporter = self.exporter(
                self.configuration(self.operation(platform.base_url, every("1h"))))
            self.all_up(exporter)
            self.assertEqual(self.asked(platform), URGENCY)
            exporter.stop()

    def test_what_is_due_at_the_same_moment_is_asked_in_order_of_urgency(self):
        platform = self.simulator(*STANDING, "--latency-ms=20")
        # A round ends before the next is due.
        self.exporter(self.configuration(self.operation(
            platform.base_url, every(f"{patient(4):g}s"))))
        rounds = 3
        eventually(lambda: self.assertGreaterEqual(len(self.asked(platform)),
                                                   rounds * len(URGENCY)))
        # The roster is three requests; one that already waits may come between them.
        later = ("information_skills", "information_campaigns")
        order = [report for report in URGENCY if report not in later]
        asked = [report for report in self.asked(platform) if report not in later]
        for each in range(rounds):
            self.assertEqual(asked[each * len(order):(each + 1) * len(order)], order,
                             f"round {each + 1}")

    def test_live_reports_that_fill_the_lane_leave_room_for_the_others(self):
        platform = self.simulator(*STANDING, f"--latency-ms={patient(100):g}")
        # Each round of live reports takes longer than their interval.
        self.all_up(self.exporter(self.configuration(self.operation(
            platform.base_url, every(f"{patient(200):g}ms")))))

    def test_the_token_is_in_its_header_and_nowhere_else(self):
        seen = []
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=self.listen, args=(server, seen), daemon=True).start()
            exporter = self.exporter(self.configuration(self.operation(
                f"http://127.0.0.1:{server.getsockname()[1]}/api/v2/", every("100ms"))),
                "--log.level=debug")
            eventually(lambda: self.assertGreater(
                len({request.split()[1] for request in seen}), 6))
            exporter.stop()
        token = Simulator.TOKEN.encode()
        for request in seen:
            self.assertEqual(request.count(token), 1, request)
            self.assertRegex(request, rb"(?i)\r\nwolkvox-token: " + token + rb"\r\n")
        self.assertNotIn(Simulator.TOKEN, exporter.said())

    @staticmethod
    def listen(server, seen):
        """Answers every request with no rows and closes."""
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            with peer:
                request = b""
                while b"\r\n\r\n" not in request and (data := peer.recv(4096)):
                    request += data
                if request:
                    seen.append(request)
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                             b"Connection: close\r\n\r\n[]")

    def test_never_more_than_one_at_once(self):
        platform = self.simulator(*STANDING, "--latency-ms=10")
        self.exporter(self.configuration(self.operation(platform.base_url, every("50ms"))))
        eventually(lambda: self.assertGreaterEqual(len(self.asked(platform)), 150))
        self.assertEqual(platform.requests()["max_concurrent"], 1)

    def test_two_at_once_where_configured_and_never_three(self):
        platform = self.simulator(*STANDING, "--latency-ms=50")
        exporter = self.exporter(self.configuration(self.operation(
            platform.base_url, every("100ms"), max_concurrent_requests=2)))
        eventually(lambda: self.assertGreaterEqual(len(self.asked(platform)), 60))
        self.assertEqual(platform.requests()["max_concurrent"], 2)
        self.assertEqual(
            self.scrape(exporter).total("wolkvox_api_errors_total", reason="concurrency"), 0)

    def test_a_slow_report_makes_the_agents_late_by_no_more_than_one_request(self):
        platform = self.simulator(*STANDING)
        platform.fault("slow", report="cdr_1", delay_ms=700)
        platform.fault("slow", report="agents_detail", delay_ms=700)
        self.exporter(self.configuration(self.operation(
            platform.base_url, every("100ms"), timeout="5s")))
        eventually(lambda: self.assertGreaterEqual(self.asked(platform).count("cdr_1"), 3))
        asked = self.asked(platform)
        since_start = asked[asked.index("agents_detail"):]
        slow = [at for at, report in enumerate(since_start)
                if report in ("agents_detail", "cdr_1")]
        for one, next_one in zip(slow, slow[1:]):
            self.assertIn("agents", since_start[one:next_one])

    def test_windows_are_well_formed_and_within_the_platforms_day(self):
        platform = self.simulator(*STANDING)
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("300ms"))))
        self.all_up(exporter)
        eventually(lambda: self.assertGreater(self.asked(platform).count("cdr_1"), 3))
        windows = [request["window"] for request in platform.requests()["last"]
                   if request["report"] in ("skill_2", "agent_9", "agents_detail", "cdr_1")]
        for window in windows:
            begin, end = re.findall(r"\d{14}", window)
            self.assertGreaterEqual(begin, "20261120000000")
            self.assertLess(begin, end)
            self.assertLess(end, "20261121000000")
        statuses = {request["status"] for request in platform.requests()["last"]}
        self.assertEqual(statuses, {200})


if __name__ == "__main__":
    unittest.main()
