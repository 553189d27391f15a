"""The recording rules: Prometheus reads them, their values are right, each has its definition."""

import json
import pathlib
import re
import tempfile
import unittest

import lint
import mixin
import promql

from prometheus import promtool

HERE = pathlib.Path(__file__).resolve().parent


class RecordingRules(unittest.TestCase):
    def test_are_read_by_prometheus(self):
        status, said = promtool("check", "rules", mixin.MIXIN / "rules" / "recording.yml")
        self.assertEqual(status, 0, said)

    def test_give_the_values_worked_out_by_hand_with_and_without_instance(self):
        text = (HERE / "recording_test.yml").read_text("utf-8")
        rules = (mixin.MIXIN / "rules" / "recording.yml")
        for instance in ('instance="i",', ""):
            with self.subTest(instance), tempfile.TemporaryDirectory() as folder:
                test = pathlib.Path(folder) / "test.yml"
                test.write_text(re.sub(r"rule_files:.*", f"rule_files: [{rules}]", text).replace(
                    'instance="i",', instance), encoding="utf-8")
                status, said = promtool("test", "rules", test)
                self.assertEqual(status, 0, said)

    def test_have_values_worked_out_for_every_kpi(self):
        tested = {selector.metric for query in re.findall(
            r"expr: (.*)", (HERE / "recording_test.yml").read_text("utf-8"))
            for selector in promql.selectors(query)}
        kpis = {rule["record"].split(":")[1] for rule in mixin.rules_of()
                if not rule["record"].split(":")[2].startswith(("increase", "today"))}
        self.assertEqual(kpis - {series.split(":")[1] for series in tested}, set())

    def test_are_recorded_once_and_defined(self):
        names = [rule["record"] for rule in mixin.rules_of()]
        self.assertEqual(len(names), len(set(names)))
        others = {rule["record"] for rule in mixin.rules_of("alerts-recording.yml")}
        self.assertEqual(set(names) & others, set())
        defined = re.findall(r"^\| `([^`]+)` \| \S.{20,} \|$",
                             (mixin.MIXIN / "rules" / "definitions.md").read_text("utf-8"), re.M)
        self.assertEqual(sorted(names), sorted(defined))

    def test_are_part_of_the_mixin_with_those_of_the_alerts(self):
        """Tools that read mixins know three names."""
        counts = json.loads(mixin.render("""
            local mixin = import 'mixin.libsonnet';
            local count(rules) = std.foldl(function(n, g) n + std.length(g.rules), rules.groups, 0);
            [count(mixin.prometheusRules), count(mixin.prometheusAlerts),
             std.length(mixin.grafanaDashboards)]"""))
        self.assertEqual(counts, [
            len(mixin.rules_of()) + len(mixin.rules_of("alerts-recording.yml")),
            len(mixin.rules_of("alerts.yml")), len(mixin.DASHBOARDS)])

    def test_read_only_what_was_recorded_before(self):
        """In one group rules run in order: a later one sees this minute's parts."""
        seen = set()
        for rule in mixin.rules_of():
            for selector in promql.selectors(rule["expr"]):
                if ":" in selector.metric:
                    self.assertIn(selector.metric, seen, rule["record"])
            seen.add(rule["record"])

    def test_look_back_over_four_polls_at_least(self):
        for rule in mixin.rules_of():
            for selector in promql.selectors(rule["expr"]):
                if selector.range:
                    self.assertGreaterEqual(lint.seconds(selector.range),
                                            4 * lint.changes_every(selector.metric), rule["record"])

    def test_ask_for_buckets_that_the_histogram_has(self):
        families = (mixin.ROOT / "metrics" / "families.cpp").read_text("utf-8")
        buckets = re.search(r"wait_buckets\{([^}]*)\}", families).group(1)
        known = {f"{float(value):g}" for value in buckets.replace("\n", " ").split(",")}
        for rule in mixin.rules_of():
            for selector in promql.selectors(rule["expr"]):
                for label, _, value in selector.matchers:
                    if label == "le":
                        asked = re.fullmatch(r"\(([\d|]+)\)\(\[\.\]0\)\?", value).group(1)
                        self.assertLessEqual(set(asked.split("|")), known)


if __name__ == "__main__":
    unittest.main()
