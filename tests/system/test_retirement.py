"""Series that can no longer grow leave the page, and come back where they stood."""

import datetime
import unittest

from processes import FIRST_SHOWING, eventually, patient
from stand_in import StandIn, call, in_window, now, rows
from system_test import SystemTest, only

CALLS = "wolkvox_calls_total"
SHOWING = {FIRST_SHOWING: f"{1000 * patient(0.6):.0f}ms"}


class Retirement(SystemTest):
    def setUp(self):
        super().setUp()
        self.listed = []
        self.agents = ["20001"]
        self.platform = StandIn(**{
            "information/agents": lambda _: rows(*({"agent_id": each, "agent_name": f"A{each}"}
                                                   for each in self.agents)),
            "information/skills": rows({"skill_id": "100", "skill_name": "Ventas"}),
            "agents_detail": lambda query: rows(*in_window(query, self.listed))})
        self.addCleanup(self.platform.stop)
        self.storage = self.new_file(".storage")

    def come(self, agent, count):
        for _ in range(count):
            self.listed.append(call(f"ivr.1.{len(self.listed)}",
                                    now() - datetime.timedelta(seconds=5), agent_id=agent))

    def serve(self, calls=None, **more):
        return self.exporter(
            self.configuration(self.operation(
                self.platform.base_url, only("200ms", "names", "calls", calls=calls or {}), **more)),
            storage=self.storage, environment=SHOWING)

    def shown(self, exporter, *by):
        return self.scrape(exporter).summed(CALLS, *by)

    def eventually_equal(self, exporter, by, expected):
        eventually(lambda: self.assertEqual(self.shown(exporter, *by), expected))

    def test_who_left_leaves_the_page_and_comes_back_where_it_stood(self):
        self.come("20001", 1)
        self.come("20009", 3)
        exporter = self.serve(retire_after=f"{patient(3):.0f}s")
        both = {("20001",): 1, ("20009",): 3}
        self.eventually_equal(exporter, ["agent_id"], both)
        self.eventually_equal(exporter, ["agent_id"], {("20001",): 1})
        self.assertEqual(exporter.stop(), 0)
        exporter = self.serve(retire_after="90d")
        self.all_up(exporter, ("names", "calls"))
        self.assertEqual(self.shown(exporter, "agent_id"), {("20001",): 1}, "nor after a restart")
        values = []
        self.come("20009", 2)

        def back():
            value = self.shown(exporter, "agent_id").get(("20009",))
            values.append(value)
            self.assertEqual(value, 5)

        eventually(back, every=0.01)
        self.assertEqual(sorted(set(values) - {None}), [3, 5])

    def test_labels_that_were_dropped_make_room(self):
        self.agents += ["20009"]
        self.come("20001", 2)
        self.come("20009", 3)
        # Two of calls, and of the histogram of one skill 11 buckets, +Inf, sum and count.
        exporter = self.serve(series_limit=16)
        self.eventually_equal(exporter, ["agent_id"], {("20001",): 2, ("20009",): 3})
        self.assertEqual(exporter.stop(), 0)
        exporter = self.serve(series_limit=16, calls={"labels": ["skill"]})
        self.come("20001", 1)

        def only_new():
            self.assertEqual([("agent_id" in labels, labels["skill_id"], value)
                              for labels, value in self.scrape(exporter).of(CALLS)],
                             [(False, "100", 1)])

        eventually(only_new)
        self.assertEqual(self.scrape(exporter).total("wolkvox_series_dropped_total",
                                                     collector="calls"), 0)


if __name__ == "__main__":
    unittest.main()
