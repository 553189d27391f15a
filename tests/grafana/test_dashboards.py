"""Every dashboard keeps every rule of lint.py, and every rule can fail."""

import copy
import unittest

import lint
import mixin
import promql
import yaml

from prometheus import check_rules


class Dashboards(unittest.TestCase):
    def test_keep_every_rule(self):
        for name, board in mixin.every_dashboard():
            for rule in lint.RULES:
                with self.subTest(dashboard=name, rule=rule.__name__):
                    self.assertEqual(list(rule(board)), [])

    def test_have_queries_that_prometheus_reads(self):
        rules = [{"record": f"query_{i}", "expr": expression}
                 for i, expression in enumerate(sorted({
                     promql.substituted(target["expr"], promql.ALL)
                     for _, board in mixin.every_dashboard()
                     for _, target in mixin.targets(board)}))]
        self.assertGreater(len(rules), 100)
        check_rules(self, yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))

    def test_read_only_recorded_series_that_are_recorded(self):
        recorded = {rule["record"] for rule in mixin.rules_of()}
        for name, board in mixin.every_dashboard():
            for panel, target in mixin.targets(board):
                for selector in promql.selectors(target["expr"]):
                    if ":" in selector.metric:
                        with self.subTest(dashboard=name, panel=panel["title"]):
                            self.assertIn(selector.metric, recorded)

    def test_are_known_by_names_that_stay(self):
        for name in mixin.DASHBOARDS:
            self.assertEqual(mixin.dashboard(name)["uid"], f"wolkvox-{name}")
            self.assertEqual(mixin.dashboard(name, "es")["uid"], f"wolkvox-{name}-es")

    def test_say_the_same_in_both_languages(self):
        def bare(board):
            return [(panel["type"], panel["gridPos"], [t["expr"] for t in panel.get("targets", [])])
                    for panel in board["panels"]]

        for name in mixin.DASHBOARDS:
            english, spanish = mixin.dashboard(name), mixin.dashboard(name, "es")
            self.assertEqual(bare(english), bare(spanish))
            for ours, theirs in zip(mixin.panels(english), mixin.panels(spanish)):
                self.assertNotEqual(ours["description"], theirs["description"])

    def test_link_only_to_dashboards_that_exist(self):
        for language in mixin.LANGUAGES:
            known = {mixin.dashboard(name, language)["uid"] for name in mixin.DASHBOARDS}
            for name in mixin.DASHBOARDS:
                for panel in mixin.panels(mixin.dashboard(name, language)):
                    for override in panel["fieldConfig"]["overrides"]:
                        for each in override["properties"]:
                            for link in each["value"] if each["id"] == "links" else []:
                                self.assertIn(link["url"].split("?")[0].removeprefix("/d/"), known)


class Rules(unittest.TestCase):
    """Each rule finds the fault it is there for, in a sound dashboard with one thing changed."""

    def broken(self, rule, change, name="skills"):
        board = copy.deepcopy(mixin.dashboard(name))
        self.assertEqual(list(rule(board)), [])
        change(board)
        self.assertNotEqual(list(rule(board)), [], rule.__name__)

    @staticmethod
    def panel(board, kind):
        return next(panel for panel in mixin.panels(board) if panel["type"] == kind)

    def replace(self, rule, old, new, kind="timeseries", name="skills"):
        def change(board):
            for panel in mixin.panels(board):
                if panel["type"] == kind and old in panel["targets"][0]["expr"]:
                    panel["targets"][0]["expr"] = panel["targets"][0]["expr"].replace(old, new)
                    return
            self.fail(f"no {kind} with {old}")

        self.broken(rule, change, name)

    def edit(self, rule, kind, name="skills", **changed):
        self.broken(rule, lambda board: self.panel(board, kind).update(changed), name)

    def edit_query(self, rule, kind, name="skills", **changed):
        self.broken(rule, lambda board: self.panel(board, kind)["targets"][0].update(changed), name)

    def edit_variable(self, rule, index, **changed):
        self.broken(rule, lambda board: board["templating"]["list"][index].update(changed))

    def test_of_data_sources(self):
        rule = lint.the_datasource_is_a_variable
        self.edit(rule, "stat", datasource={"type": "prometheus", "uid": "abc"})
        self.edit_query(rule, "stat", datasource=None)
        self.edit_variable(rule, 0, name="source")

    def test_of_variables(self):
        rule = lint.variables_take_several_values
        for changed in ({"name": "other"}, {"multi": False}, {"allValue": ".*"}, {"refresh": 1},
                        {"label": "job"}, {"query": {"query": "metrics(x)"}}):
            with self.subTest(changed):
                try:
                    self.edit_variable(rule, 1, **changed)
                except KeyError:  # a name that nobody knows
                    self.assertEqual(changed, {"name": "other"})

    def test_of_matchers(self):
        rule = lint.every_query_matches_job_and_its_owner
        self.replace(rule, 'job=~"$job", ', "")
        self.replace(rule, 'operation=~"$operation"', 'operation="$operation"')
        self.replace(rule, 'operation=~"$operation"', 'instance=~"$instance"')
        self.replace(lint.choices_reach_every_query, 'skill=~"$skill"', 'skill=~"$campaign"')

    def test_of_counters_and_ranges(self):
        counters = lint.counters_stand_under_rate_or_increase
        self.replace(counters, "rate(", "avg_over_time(")
        self.replace(counters, "wolkvox_skill_service_level_ratio{", "wolkvox_rows_total{")
        self.replace(lint.ranges_are_grafanas, "$__rate_interval", "5m")
        self.replace(lint.ranges_are_grafanas, "$__range", "$__rate_interval", kind="stat")

    def test_of_steps(self):
        rule = lint.panels_are_no_finer_than_the_polls
        self.edit_query(rule, "heatmap", interval="1m")
        self.edit(rule, "heatmap", interval="1m")
        self.edit_query(lint.figures_of_now_are_instant, "stat", range=True, instant=False)

    def test_of_words(self):
        rule = lint.panels_speak_for_themselves
        for changed in ({"title": ""}, {"description": ""},
                        {"description": "Calls of skills, no word on its age at all."}):
            self.edit(rule, "timeseries", **changed)

        def silent(board):
            self.panel(board, "stat")["fieldConfig"]["defaults"]["noValue"] = ""

        def bridged(board):
            self.panel(board, "timeseries")["fieldConfig"]["defaults"]["custom"]["spanNulls"] = True

        self.broken(rule, silent)
        self.broken(rule, bridged)

    def test_of_units_and_thresholds(self):
        def unit(board):
            self.panel(board, "stat")["fieldConfig"]["defaults"]["unit"] = "calls"

        def steps(board):
            self.panel(board, "stat")["fieldConfig"]["defaults"]["thresholds"]["steps"] = [
                {"color": "green", "value": 1}]

        self.broken(lint.units_and_colours_are_known, unit)
        self.broken(lint.units_and_colours_are_known, steps)

    def test_of_structure(self):
        rule = lint.the_structure_is_grafanas
        self.edit(rule, "timeseries", type="graph")
        self.edit(rule, "timeseries", targets=[])
        self.edit(rule, "timeseries", gridPos={"x": 0, "y": 0, "w": 8, "h": 8})
        self.edit(rule, "stat", id=2000)
        self.broken(rule, lambda board: board.update(editable=True))
        self.broken(lint.dashboards_are_linked, lambda board: board.update(links=[]))

    def test_of_tables(self):
        rule = lint.columns_name_what_queries_give
        self.replace(rule, "by (operation, campaign)", "by (operation)", "table", "campaigns")
        self.edit_query(rule, "table", name="campaigns", format="time_series")


class Translations(unittest.TestCase):
    def test_are_all_used(self):
        table = mixin.render("std.objectFields(import 'translations/es.libsonnet')")
        used = "".join((mixin.MIXIN / "dashboards" / f"{name}.libsonnet").read_text("utf-8")
                       for name in mixin.DASHBOARDS)
        used += (mixin.MIXIN / "lib" / "panels.libsonnet").read_text("utf-8")
        for text in yaml.safe_load(table):
            with self.subTest(text):
                self.assertIn(f'"{text}"' if "'" in text else f"'{text}'", used)

    def test_missing_one_fails_the_build(self):
        build = "(import 'dashboards/dashboards.libsonnet').translator('es', %s)('%s')"
        for table, text in (("{ Skills: 'Skills' }", "Skills"), ("{}", "{{skill}} · 90 %")):
            self.assertEqual(mixin.render(build % (table, text)).strip(), f'"{text}"')
        with self.assertRaisesRegex(RuntimeError, "nothing for: Skills"):
            mixin.render(build % ("{}", "Skills"))


if __name__ == "__main__":
    unittest.main()
