"""Clocks that are wrong: the machine's own, and the platform's as it tells it."""

import datetime
import unittest

from durability_test import DurabilityTest, every, only
from processes import eventually
from proxy import Proxy
from watching import Watcher

FROM = "2026-11-20"
DAY = ("--start=2026-11-20T10:00:00", "--speed=60", "--agents=60", "--calls-per-day=6000",
       "--edit-share=0.3", "--edit-max=8m", "--late-share=0.2", "--history=2d")
DATED = ("calls", "cdr", "abandoned_calls", "hold_mute")
WITHOUT_ROSTER = ("calls", "cdr", "abandoned_calls")  # hold_mute waits for it


class MachineClock(DurabilityTest):
    """Our own wall clock is days away from the platform's, and nobody tells the platform's time
    before the reports are asked: the roster fails at every start but the first."""

    def test_ahead_of_the_platform(self):
        self.restart_again_and_again(-3)

    def test_behind_the_platform(self):
        self.restart_again_and_again(3)

    def restart_again_and_again(self, platform_ahead_days):
        noon = datetime.datetime.combine(
            datetime.date.today() + datetime.timedelta(days=platform_ahead_days),
            datetime.time(12))
        platform = self.simulator(f"--start={noon.isoformat()}", "--speed=60", "--agents=60",
                                  "--calls-per-day=6000", "--edit-share=0.5", "--edit-max=8m",
                                  "--history=4d")
        settings = self.configuration(self.operation(
            platform.base_url, only("500ms", "names", *DATED)))
        storage = self.new_file(".storage")
        first = self.exporter(settings, storage=storage)
        self.all_up(first, ("names", *DATED))
        first.kill()
        for report in ("information_agents", "information_skills", "information_campaigns"):
            platform.fault("status_500_html", report=report)
        watcher = Watcher(None)
        for _ in range(6):
            running = self.exporter(settings, storage=storage)
            watcher.address = running.address
            watcher.look()
            self.reports_up(running, WITHOUT_ROSTER)
            running.kill()
        platform.control(clear_faults=True)
        running = self.exporter(settings, storage=storage)
        self.reports_up(running, DATED)
        platform.control(speed=0)
        since = noon.date().isoformat()
        truth = platform.truth(**{"from": since})
        self.eventually_equal(running.address, truth)
        self.codes_equal(running.address, platform, since)
        self.assertEqual(watcher.wrong, [])

    def reports_up(self, running, collectors):
        def check(shown):
            for collector in collectors:
                self.assertEqual(shown.value("wolkvox_up", collector=collector), 1)

        self.eventually_shown(running, check)


class PlatformClock(DurabilityTest):
    """Something between us and the platform tells another time for a while."""

    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*DAY)
        self.between = Proxy(self.platform.address)
        self.addCleanup(self.between.close)
        self.storage = self.new_file(".storage")
        self.settings = self.configuration(self.operation(
            f"http://{self.between.address}/api/v2/", every("500ms")))

    def start(self):
        return self.exporter(self.settings, storage=self.storage)

    def live_through(self, *days, restart):
        running = self.start()
        watcher = Watcher(running.address, pause=0.1)
        self.all_up(running)
        for each in (*days, 0):
            self.between.shift = datetime.timedelta(days=each)
            if restart:
                running.kill()
                running = self.start()
                watcher.address = running.address
            # Under a clock from before counting began no report is asked: it would count that day.
            self.later(running, LIVE if each < 0 else REPORTS)
            watcher.look()
        self.platform.control(speed=0)
        # Codes are not compared: what is a day old by the platform's own word has settled.
        self.eventually_equal(running.address, self.platform.truth(**{"from": FROM}))
        self.assertEqual(watcher.wrong, [])

    def later(self, running, reports):
        """Each of them was asked twice more."""
        asked = {report: self.platform.count_of(report) for report in reports}
        eventually(lambda: [self.assertGreater(self.platform.count_of(report), count + 2)
                            for report, count in asked.items()])
        self.all_up(running)

    def test_a_day_forwards_and_back(self):
        self.live_through(1, restart=False)

    def test_a_day_backwards_and_forth(self):
        self.live_through(-1, restart=False)

    def test_a_day_forwards_and_back_with_restarts(self):
        self.live_through(1, restart=True)

    def test_ten_days_forwards_and_back_with_restarts(self):
        self.live_through(10, restart=True)


LIVE = ("agents", "skills", "campaigns")
REPORTS = ("skill_2", "agents_detail", "cdr_1", "agent_9")


if __name__ == "__main__":
    unittest.main()
