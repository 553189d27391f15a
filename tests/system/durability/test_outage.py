"""Days without the exporter, and windows with more rows than an answer can hold."""

import datetime
import re
import threading
import unittest

from durability_test import DurabilityTest, every, only
from processes import patient
from proxy import Proxy
from truth import local

FROM = "2026-11-17"
REPORTS = ("skill_2", "agents_detail", "cdr_1")


class ThreeDaysOff(DurabilityTest):
    def test_the_gap_is_caught_up_newest_first(self):
        platform = self.simulator("--start=2026-11-17T15:00:00", "--speed=0", "--agents=60",
                                  "--calls-per-day=3000", "--late-share=0.2", "--edit-max=8m")
        # The simulator remembers its last requests only: not more of them however long it takes.
        settings = self.configuration(
            self.operation(platform.base_url, every(f"{patient(1):g}s")))
        storage = self.new_file(".storage")
        first = self.exporter(settings, storage=storage)
        self.eventually_equal(first.address, platform.truth(**{"from": FROM}))
        self.assertEqual(first.stop(), 0)

        platform.control(clock={"forward_seconds": 3 * 86400}, forget_requests=True)
        second = self.exporter(settings, storage=storage)
        truth = platform.truth(**{"from": FROM})
        self.eventually_equal(second.address, truth)
        self.codes_equal(second.address, platform, FROM)
        self.eventually_said(second, "caught up a window")
        for report in REPORTS:
            self.newest_first(platform, report)
        print(f"rows {truth['rows']}")

    def test_a_gap_closes_although_polls_take_longer_than_their_interval(self):
        platform = self.simulator("--start=2026-11-17T15:00:00", "--speed=0", "--agents=60",
                                  "--calls-per-day=3000")
        settings = self.configuration(
            self.operation(platform.base_url, only("200ms", "cdr")))
        storage = self.new_file(".storage")
        first = self.exporter(settings, storage=storage)
        self.calls_told(first, platform)
        self.assertEqual(first.stop(), 0)
        platform.control(clock={"forward_seconds": 86400})
        platform.fault("slow", "cdr_1", delay_ms=300)
        self.calls_told(self.exporter(settings, storage=storage), platform)

    def test_a_gap_closes_although_a_day_of_it_takes_longer_than_the_timeout(self):
        platform = self.simulator("--start=2026-11-17T15:00:00", "--speed=0", "--agents=60",
                                  "--calls-per-day=3000")
        slow = SlowPlatform(platform.address, datetime.timedelta(hours=4))
        self.addCleanup(slow.close)
        settings = self.configuration(self.operation(
            f"http://{slow.address}/api/v2/", only("200ms", "cdr"), timeout=f"{patient(1):g}s"))
        storage = self.new_file(".storage")
        slow.hurry = True
        first = self.exporter(settings, storage=storage)
        self.calls_told(first, platform)
        self.assertEqual(first.stop(), 0)
        platform.control(clock={"forward_seconds": 86400})
        slow.hurry = False
        # The lane waits out each of the three that come too late: a minute.
        self.calls_told(self.exporter(settings, storage=storage), platform, within=400)
        self.assertGreater(slow.held, 1)

    def calls_told(self, exporter, platform, **more):
        rows = platform.truth(**{"from": FROM})["rows"]["cdr_1"]
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            shown.total("wolkvox_cdr_calls_total"), rows), **more)

    def newest_first(self, platform, report):
        """The windows asked for until the gap is closed: each ends where the one before began."""
        ends = [local_of(re.findall(r"\d{14}", each["window"])[1])
                for each in platform.requests()["last"] if each["report"] == report]
        self.assertGreater(len(ends), 3)
        now = local(platform.truth()["now"])
        self.assertGreater(ends[0], now - datetime.timedelta(minutes=10))
        gap = [end for end in ends if end < now - datetime.timedelta(hours=1)]
        self.assertGreaterEqual(len(gap), 3, report)
        self.assertEqual(gap, sorted(gap, reverse=True), report)


class SlowPlatform(Proxy):
    """Holds an answer to more than `most` for ever, unless it is in a hurry."""

    def __init__(self, behind, most):
        self.most = most
        self.hurry = False
        self.held = 0
        self.closed = threading.Event()
        super().__init__(behind)

    def swallows(self, path):
        dates = [local_of(each) for each in re.findall(r"=(\d{14})", path)]
        if self.hurry or not dates or dates[1] - dates[0] <= self.most:
            return False
        self.held += 1
        return self.closed.wait()

    def close(self):
        self.closed.set()
        super().close()


def local_of(digits):
    return datetime.datetime.strptime(digits, "%Y%m%d%H%M%S")


class MoreRowsThanAnAnswerHolds(DurabilityTest):
    def test_windows_are_halved_until_they_fit(self):
        # Far more than 60,000 calls since midnight in two reports.
        platform = self.simulator("--start=2026-11-20T19:00:00", "--speed=0", "--agents=2500",
                                  "--calls-per-day=70000")
        truth = platform.truth(**{"from": "2026-11-20"})
        for report in ("agents_detail", "cdr_1"):
            self.assertGreater(truth["rows"][report], 60_000)
        exporter = self.exporter(self.configuration(self.operation(
            platform.base_url, only("1h", "names", "calls", "cdr"), timeout="60s",
            series_limit=10_000_000)))

        def halved(shown):
            for collector in ("calls", "cdr"):
                self.assertGreater(
                    shown.value("wolkvox_windows_truncated_total", collector=collector), 0)
            differences = self.differences(shown, truth)
            differences.calls()
            differences.cdr()

        self.eventually_shown_at(exporter.address, halved, within=120, every=2)
        print(f"rows {truth['rows']}")


if __name__ == "__main__":
    unittest.main()
