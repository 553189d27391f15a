"""What the tests of durability share beside the system tests' own: comparison with the truth."""

import datetime

from exposition import Exposition
from processes import ask, eventually
from system_test import SystemTest, every, only
from truth import Comparison

__all__ = ["DurabilityTest", "every", "only"]


class Differences(Comparison):
    """Tells only what differs: tables of thousands of series are too long to read."""

    def _table(self, family, labels, expected):
        shown = self.shown.summed(family, *labels, operation=self.operation)
        wrong = [f"{dict(zip(labels, key))}: shown {shown.get(key, 0)}, truth {expected.get(key, 0)}"
                 for key in sorted(shown.keys() | expected.keys())
                 if shown.get(key, 0) != expected.get(key, 0)]
        if wrong:
            self.test.fail(f"{family}: {len(wrong)} of {len(expected)} series differ; sums "
                           f"{sum(shown.values())} and {sum(expected.values())}\n"
                           + "\n".join(wrong[:20]))


class DurabilityTest(SystemTest):
    def shown_at(self, address):
        answer = ask(address, "/metrics")
        self.assertEqual(answer.status, 200, answer.text)
        return Exposition(answer.text)

    def differences(self, shown, truth):
        return Differences(self, shown, truth)

    def eventually_shown_at(self, address, check, within, every=0.2):
        def look():
            try:
                shown = self.shown_at(address)
            except OSError as refused:
                raise AssertionError("no answer") from refused
            return check(shown)

        return eventually(look, within, every)

    def eventually_equal(self, address, truth, within=60):
        self.eventually_shown_at(
            address, lambda shown: Differences(self, shown, truth).all_but_codes(), within)

    def codes_equal(self, address, platform, since, settle=datetime.timedelta(minutes=30)):
        """The clock stands. Codes count once a call is as old as `codes_settle`; the exporter's
        idea of a standing clock is up to a few seconds ahead: a moment is chosen at which no call
        becomes as old just then."""
        for _ in range(200):
            limit = datetime.datetime.fromisoformat(platform.truth()["now"]) - settle
            before, after = (
                platform.truth(**{"from": since, "to": edge.isoformat()})
                for edge in (limit - datetime.timedelta(seconds=2),
                             limit + datetime.timedelta(seconds=5)))
            if before["codes"] == after["codes"]:
                break
            platform.control(clock={"forward_seconds": 7})
        else:
            self.fail("calls end too often for this test")
        self.eventually_shown_at(
            address, lambda shown: Differences(self, shown, before).codes(), 30)
