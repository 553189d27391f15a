"""A request that we gave up is still at work on the platform: for 60 s from its start nobody else is
asked in its place. Each test takes that long."""

import unittest

from processes import eventually
from system_test import COLLECTORS, STANDING, SystemTest, every

# Of the platform, from a request's start (wolkvox-api.md 3.1), and the tests' usual patience.
GIVEN_UP = 100


class TimeOuts(SystemTest):
    def lane_after(self, kind, **fault):
        platform = self.simulator(*STANDING, "--agents=15", "--calls-per-day=400")
        exporter = self.exporter(self.configuration(
            self.operation(platform.base_url, every("300ms"), timeout="1s")))
        self.all_up(exporter)
        platform.fault(kind, report="agents", count=1, **fault)
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            shown.value("wolkvox_api_errors_total", collector="agents", reason="timeout"), 1))
        before = {each: self.scrape(exporter).value("wolkvox_rows_total", collector=each)
                  for each in ("skills", "campaigns")}

        def go_on(shown):
            for each, rows in before.items():
                self.assertGreater(shown.value("wolkvox_rows_total", collector=each), rows)
            up = {labels["collector"]: value for labels, value in shown.of("wolkvox_up")}
            self.assertEqual(up, dict.fromkeys(COLLECTORS, 1.0))

        self.eventually_shown(exporter, go_on, within=GIVEN_UP)
        self.eventually_said(exporter, "collector failing", times=1)
        self.assertEqual(platform.requests()["max_concurrent"], 1)

    def test_on_a_request_that_is_never_answered(self):
        self.lane_after("stall")

    def test_on_a_request_that_is_answered_too_late(self):
        self.lane_after("slow", delay_ms=3000)

    def test_on_a_request_of_an_operation_that_a_reload_replaces(self):
        platform = self.simulator(*STANDING, "--agents=15", "--calls-per-day=400")
        operation = self.operation(platform.base_url, every("300ms"))
        path = self.configuration(operation)
        exporter = self.exporter(path, "--web.enable-lifecycle")
        self.all_up(exporter)
        asked = platform.count_of("agents")
        platform.fault("slow", report="agents", count=1, delay_ms=20_000)
        eventually(lambda: self.assertGreater(platform.count_of("agents"), asked))
        rows = self.scrape(exporter).value("wolkvox_rows_total", collector="skills")
        self.write_configuration(path, operation | {"timeout": "50s"})
        self.assertEqual(exporter.get("/-/reload", method="POST").status, 200)
        self.eventually_shown(exporter, lambda shown: self.assertGreater(
            shown.value("wolkvox_rows_total", collector="skills"), rows), within=GIVEN_UP)
        self.assertEqual(platform.requests()["max_concurrent"], 1)


if __name__ == "__main__":
    unittest.main()
