"""Our wall clock, or the platform's, jumps by a day (longer ways there and back, with restarts:
durability/test_clock.py)."""

import datetime
import unittest

from fault_test import FaultTest
from proxy import Proxy
from world import World

DAY = 86400


class OurClock(FaultTest):
    def jump(self, fault, seconds):
        world = World(self.folder)
        self.start_day(exporter={"environment": world.environment}, timeout="20s")
        before = self.told()
        world.set_clock(seconds)
        sees = self.unharmed()
        self.assertAlmostEqual(self.told() - before, seconds, delta=600)
        world.set_clock(0)
        self.unharmed()
        self.recovers(fault, sees)

    def told(self):
        return self.scrape(self.exporter_under_test).value(
            "wolkvox_poll_last_success_timestamp_seconds", collector="agents")

    def test_ahead(self):
        self.jump("our clock jumps a day ahead", DAY)

    def test_back(self):
        self.jump("our clock jumps a day back", -DAY)


class PlatformClock(FaultTest):
    def jump(self, fault, days):
        def shifted(platform):
            self.between = Proxy(platform.address)
            self.addCleanup(self.between.close)
            return f"http://{self.between.address}/api/v2/"

        self.start_day(base_url=shifted, timeout="20s")
        self.between.shift = datetime.timedelta(days=days)
        # Under a clock from before counting began no report is asked: it would count that day.
        # A day ahead new rows are old when they come.
        sees = (self.unharmed(("agents",)) if days < 0 else
                self.unharmed(("agents", "cdr_1"), suspect=("abandoned_calls", "calls", "cdr")))
        self.between.shift = datetime.timedelta()
        self.unharmed()
        self.recovers(fault, sees, codes_too=False)

    def test_ahead(self):
        self.jump("the platform's clock jumps a day ahead and back", 1)

    def test_back(self):
        self.jump("the platform's clock jumps a day back and ahead", -1)


if __name__ == "__main__":
    unittest.main()
