"""Every query of every panel and every recording rule gives data in a real run: Prometheus scrapes
the exporter, which reads a simulated centre whose minutes last half a second. No exceptions."""

import json
import time
import unittest

import mixin
import prometheus
import promql

from processes import eventually
from system_test import SystemTest, every

# The shipped windows, cut to the length of a test.
CONFIGURATION = """
local mixin = (import 'mixin.libsonnet') + {
  _config+:: {
    dashboards+: { week: '15s' },
    rules+: { interval: '1s', short_window: '5s', window: '10s', report_delay: '2s' },
  },
};
"""
PATIENCE = 150.0


def with_windows_of_the_test(query):
    return promql.substituted(query, promql.ALL)


class Live(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.rules = mixin.render(
            CONFIGURATION + "std.manifestYamlDoc(mixin.kpiRecordings)", string=True)
        cls.dashboards = json.loads(mixin.render(
            CONFIGURATION + "mixin.dashboardsByLanguage.en"))
        cls.states = json.loads(mixin.render(CONFIGURATION + "mixin._config.dashboards.states"))

    def queries(self):
        """What must give data, by a name for it."""
        found = {}
        for name, board in self.dashboards.items():
            for panel, target in mixin.targets(board):
                key = f"{name.removesuffix('.json')}: {panel['title']} {target['refId']}"
                found[key] = with_windows_of_the_test(target["expr"])
            for variable in board["templating"]["list"]:
                if variable["type"] == "query":
                    reads = variable["query"]["query"]
                    series = reads.removeprefix("label_values(").rpartition(",")[0]
                    found[f"{name}: ${variable['name']}"] = with_windows_of_the_test(series)
        for state, status in self.states.items():
            # Where nobody is in a state, panels tell 0: its regular expression has to fit too.
            found[f"state {state}"] = f'wolkvox_agents{{status=~"{status}"}}'
        for rule in mixin.yaml.safe_load(self.rules)["groups"]:
            for each in rule["rules"]:
                found[f"rule {each['record']}"] = each["record"]
        return found

    def test_every_query_gives_data(self):
        platform = self.simulator("--start=2026-11-20T10:00:00", "--speed=120", "--agents=60",
                                  "--calls-per-day=6000", "--timezone=America/Bogota")
        exporter = self.exporter(self.configuration(
            self.operation(platform.base_url, every("500ms"), timezone="America/Bogota")))
        self.all_up(exporter)
        # One unreadable answer, so that there is something to tell about fields.
        platform.fault("unreadable_values", report="agents", count=1)
        self.prometheus = prometheus.start(
            self.folder / "prometheus", [exporter.address], self.rules)
        self.addCleanup(self.prometheus.stop)

        waiting = self.queries()
        self.assertGreater(len(waiting), 200)
        deadline = time.monotonic() + PATIENCE
        while waiting and time.monotonic() < deadline:
            for name, query in list(waiting.items()):
                # Not a number is no data: a quotient of nothing by nothing.
                if any(value == value for value in self.prometheus.values(query)):
                    del waiting[name]
            time.sleep(1)
        self.assertEqual(waiting, {})
        self.recorded_kpis_are_the_platforms(platform)
        self.every_rule_evaluates()

    def recorded_kpis_are_the_platforms(self, platform):
        """With the platform's clock standing, recorded ratios of the day equal the truth."""
        platform.control(speed=0)
        skills = platform.truth()["live"]["skills"]
        offered = sum(skill["offered"] for skill in skills)
        ratio = sum(skill["abandoned"] for skill in skills) / offered

        def look():
            recorded = self.prometheus.values("operation:wolkvox_abandonment:today")
            self.assertEqual(len(recorded), 1)
            self.assertAlmostEqual(recorded[0], ratio)

        eventually(look)
        levels = eventually(self.three_levels)
        for level in levels:
            self.assertTrue(0 < level < 1, levels)
        for ratio in self.prometheus.values("operation_agent:wolkvox_occupancy:ratio10s"):
            self.assertTrue(0 <= ratio <= 1, ratio)

    def three_levels(self):
        levels = self.prometheus.values("operation_threshold:wolkvox_service_level:today")
        self.assertEqual(len(levels), 3)
        return levels

    def every_rule_evaluates(self):
        for group in self.prometheus.get("rules")["groups"]:
            for rule in group["rules"]:
                self.assertEqual(rule["health"], "ok", rule)


if __name__ == "__main__":
    unittest.main()
