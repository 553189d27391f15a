"""Two Prometheus store what the exporter shows: last - first of each series as stored is what really
happened meanwhile, series that were born under their eyes included, whoever else scrapes."""

import os
import time
import unittest
from collections import defaultdict

from durability_test import Differences, DurabilityTest, every
from exposition import Exposition
from processes import FIRST_SHOWING, eventually
from test_prometheus import Prometheus
from watching import LEDGER, Watcher

SECONDS = int(os.environ.get("WOLKVOX_DURABILITY_SCRAPED", "30"))
DAY = ("--start=2026-11-20T09:00:00", "--speed=0", "--agents=60", "--calls-per-day=6000",
       "--edit-max=8m", "--late-share=0.2")
FROM = "2026-11-20"


def ledger_series(samples):
    return {(name, as_stored(labels)): value for name, rows in samples.items()
            if name.startswith(LEDGER) for labels, value in rows}


def as_stored(labels):
    """Prometheus keeps no empty labels and adds its own; a bound is written 5 in one format and 5.0
    in another."""
    return frozenset((name, text.removesuffix(".0") if name == "le" else text)
                     for name, text in labels.items()
                     if text and name not in ("__name__", "job", "instance"))


def as_exposition(series):
    made = Exposition("")
    for (name, labels), value in series.items():
        made.samples.setdefault(name, []).append((defaultdict(str, labels), value))
    return made


class Stored(DurabilityTest):
    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*DAY)
        self.settings = self.configuration(self.operation(self.platform.base_url, every("1s")))
        self.storage = self.new_file(".storage")

    def start(self):
        return self.exporter(self.settings, storage=self.storage)

    def test_what_is_stored_has_grown_by_what_happened(self):
        before = self.first_life()
        second = self.start()
        # Shown at once, before anything is asked.
        at_once = ledger_series(self.scrape(second).samples)
        self.assertEqual({key: at_once.get(key) for key in before}, before)
        pair = [self.prometheus(second), self.prometheus(second)]
        self.platform.control(speed=240)
        time.sleep(SECONDS)
        self.platform.control(speed=0)
        truth = self.platform.truth(**{"from": FROM})
        for prometheus in pair:
            eventually(lambda: Differences(self, self.grown(prometheus, before)[0], truth)
                       .all_but_codes())
            _, born, at_zero = self.grown(prometheus, before)
            print(f"{len(before)} series before, {born} born, {at_zero} of them at 0 first; "
                  f"rows {truth['rows']}")
            self.assertGreater(born, 100)
            self.assertEqual(at_zero, born)
            eventually(lambda: self.codes_equal_to_shown(second, prometheus, before))

    def test_two_that_scrape_once_a_minute_miss_nothing_of_what_is_new_whoever_else_scrapes(self):
        """In real time, once: a new series is at 0 for 130 s."""
        begun = time.monotonic()
        exporter = self.exporter(self.settings, storage=self.storage,
                                 environment={FIRST_SHOWING: None})
        others = Watcher(exporter.address, pause=0.5, births=True)
        others.start()
        self.addCleanup(others.end)
        self.all_up(exporter)
        # Each scrapes at its own second of the minute.
        pair = [self.prometheus(exporter, interval="60s") for _ in range(2)]
        truth = self.platform.truth(**{"from": FROM})
        eventually(lambda: self.assertGreater(sum(others.last.values()), 0), within=140)
        self.assertGreater(time.monotonic() - begun, 130)
        for prometheus in pair:
            eventually(lambda: Differences(self, self.grown(prometheus, {})[0], truth)
                       .all_but_codes(), within=100)
        self.assertEqual(others.wrong, [])

    def prometheus(self, exporter, **more):
        made = Prometheus(self.new_file(".prometheus"), [exporter.address], **more)
        self.addCleanup(made.stop)
        eventually(lambda: self.assertEqual(made.value('up{job="wolkvox"}'), 1), within=70)
        return made

    def first_life(self):
        first = self.start()
        self.eventually_equal(first.address, self.platform.truth(**{"from": FROM}))
        self.all_up(first)
        shown = ledger_series(self.scrape(first).samples)
        self.assertEqual(first.stop(), 0)
        self.assertGreater(sum(shown.values()), 1000)
        return {key: value for key, value in shown.items() if value > 0}

    def grown(self, prometheus, before):
        """What was there before plus the stored growth, and how many series were born, how many of
        them with a 0 before all else."""
        series = dict(before)
        born = at_zero = 0
        for key, values in self.stored(prometheus):
            self.assertEqual(values, sorted(values), key)
            series[key] = series.get(key, 0) + values[-1] - values[0]
            if key not in before:
                born += 1
                at_zero += values[0] == 0
        return as_exposition(series), born, at_zero

    @staticmethod
    def stored(prometheus):
        families = "|".join(f"{name}.*" for name in LEDGER)
        for each in prometheus.query(f'{{__name__=~"{families}"}}[2h]'):
            yield ((each["metric"]["__name__"], as_stored(each["metric"])),
                   [float(value) for _, value in each["values"]])

    def codes_equal_to_shown(self, exporter, prometheus, before):
        """Codes settle by the exporter's own second: compared with what it shows."""
        name = "wolkvox_call_codes_total"
        by = ("skill_id", "campaign_id", "code", "code_2")
        self.assertEqual(self.grown(prometheus, before)[0].summed(name, *by),
                         self.scrape(exporter, f"/metrics?name[]={name}").summed(name, *by))


if __name__ == "__main__":
    unittest.main()
