"""What agents, skills and campaigns are called: one spelling for all families, and whatever a roster
says, no increase twice."""

import datetime
import threading
import time
import unittest

from processes import FIRST_SHOWING, eventually, patient
from stand_in import StandIn, call, in_window, now, rows, skill
from system_test import SystemTest, only


class Increases(threading.Thread):
    """What Prometheus would make of a counter, summed over all label sets."""

    def __init__(self, test, exporter, family):
        super().__init__(daemon=True)
        self.take = lambda: test.scrape(exporter).of(family)
        self.first, self.last = {}, {}
        self.ended = threading.Event()
        test.addCleanup(self.join)
        test.addCleanup(self.ended.set)
        self.start()

    def run(self):
        while not self.ended.is_set():
            for labels, value in self.take():
                key = frozenset(labels.items())
                self.first.setdefault(key, value)
                self.last[key] = value
            time.sleep(0.02)

    def total(self):
        return sum(value - self.first[key] for key, value in list(self.last.items()))


class Names(SystemTest):
    def setUp(self):
        super().setUp()
        self.listed = []

    def centre(self, roster, **more):
        """`roster`: the rows of agents, by the number of the answer."""
        def agents(_):
            self.answers += 1
            return rows(*roster(self.answers))

        self.answers = 0
        platform = StandIn(**{"information/agents": agents,
                              "agents_detail": lambda query: rows(*in_window(query, self.listed)),
                              **more})
        self.addCleanup(platform.stop)
        return platform

    def serve(self, platform, *collectors):
        return self.exporter(
            self.configuration(self.operation(platform.base_url, only("200ms", "names", "calls",
                                                                      *collectors))),
            environment={FIRST_SHOWING: f"{1000 * patient(0.6):.0f}ms"})

    def calls_come(self, count):
        for number in range(count):
            self.listed.append(call(f"ivr.1.{number}", now() - datetime.timedelta(seconds=5)))
            time.sleep(patient(0.2))

    def test_a_roster_that_alternates_between_two_names_doubles_no_increase(self):
        platform = self.centre(lambda answer: [
            {"agent_id": "20001", "agent_name": "Ana Ruiz" if answer // 4 % 2 else "Ana R. Paz",
             "enabled": "yes"}])
        exporter = self.serve(platform)
        seen = Increases(self, exporter, "wolkvox_calls_total")
        self.calls_come(40)
        eventually(lambda: self.assertEqual(self.scrape(exporter).total("wolkvox_calls_total"), 40))
        eventually(lambda: self.assertEqual(seen.total(), 40))
        self.assertEqual({dict(key)["agent"] for key in seen.last} - {"Ana", "20001"},
                         {"Ana Ruiz", "Ana R. Paz"})
        self.assertGreater(self.answers, 12)

    def test_of_two_rows_of_one_agent_the_enabled_one_counts(self):
        two = [{"agent_id": "20001", "agent_name": "Ana Ruiz", "enabled": "yes"},
               {"agent_id": "20001", "agent_name": "Otra", "enabled": "no"}]
        exporter = self.serve(self.centre(lambda answer: two[::1 if answer % 2 else -1]))
        seen = Increases(self, exporter, "wolkvox_calls_total")
        self.calls_come(5)
        eventually(lambda: self.assertEqual(seen.total(), 5))
        self.assertNotIn("Otra", {dict(key)["agent"] for key in seen.last})

    def test_live_and_ledger_families_spell_one_alike(self):
        platform = self.centre(
            lambda _: [{"agent_id": "20001", "agent_name": "Ana Ruiz", "enabled": "yes"}],
            **{"information/skills": rows({"skill_id": "100", "skill_name": "Ventas"}),
               "real_time/agents": rows({"agent_id": "20001", "agent_name": "ANA  RUIZ",
                                         "agent_status": "READY", "inbound": "1"}),
               "real_time/skills": rows(skill(skill_name="VENTAS"))})
        exporter = self.serve(platform, "agents", "skills")
        self.calls_come(1)

        def alike():
            shown = self.scrape(exporter)
            for label, name, families in (
                    ("agent", "Ana Ruiz", ("wolkvox_calls_total", "wolkvox_agent_calls_total")),
                    ("skill", "Ventas", ("wolkvox_calls_total", "wolkvox_skill_queue_calls"))):
                for family in families:
                    self.assertEqual({labels[label] for labels, _ in shown.of(family)}, {name},
                                     family)

        eventually(alike)


if __name__ == "__main__":
    unittest.main()
