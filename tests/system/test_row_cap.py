"""More rows than an answer holds."""

import unittest

from system_test import SystemTest, only


class RowCap(SystemTest):
    def test_an_answer_at_the_row_cap_is_asked_again_in_halves(self):
        # More than 60,000 calls since midnight.
        platform = self.simulator("--start=2026-11-20T23:30:00", "--speed=0", "--agents=4000",
                                  "--calls-per-day=50000", "--campaigns=1")
        truth = platform.truth(**{"from": "2026-11-20"})
        self.assertGreater(truth["rows"]["cdr_1"], 60000)
        exporter = self.exporter(self.configuration(self.operation(
            platform.base_url, only("1h", "cdr"), timeout="60s", series_limit=10_000_000)))

        def check(shown):
            self.assertGreaterEqual(
                shown.value("wolkvox_windows_truncated_total", collector="cdr"), 1)
            self.assertEqual(shown.total("wolkvox_cdr_calls_total"), truth["rows"]["cdr_1"])

        self.eventually_shown(exporter, check, within=300, every=1)


if __name__ == "__main__":
    unittest.main()
