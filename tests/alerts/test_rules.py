"""The rules as rendered: current, accepted by promtool and amtool, tested alert by alert, and each
with its page of the runbooks."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
GRAFANA = ROOT / "grafana"
RULES = [GRAFANA / "rules" / name for name in ("alerts-recording.yml", "alerts.yml")]
TESTS = sorted((pathlib.Path(__file__).parent / "rules").glob("*_test.yml"))


def run(*command, folder=None):
    return subprocess.run([str(part) for part in command], cwd=folder, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def groups(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]


def alerts():
    return [rule for path in RULES for group in groups(path) for rule in group["rules"]
            if "alert" in rule]


def name_of(rule):
    return rule.get("record", rule.get("alert"))


def needed_by(text):
    """Names of the rules that a text leads back to: a week of all of them takes minutes."""
    rules = [rule for path in RULES for group in groups(path) for rule in group["rules"]]
    names = set()
    while True:
        found = {name_of(rule) for rule in rules if name_of(rule) in text} - names
        if not found:
            return names
        names |= found
        text += "".join(rule["expr"] for rule in rules if name_of(rule) in found)


def only(names, path):
    kept = [{**group, "rules": [rule for rule in group["rules"] if name_of(rule) in names]}
            for group in groups(path)]
    return {"groups": [group for group in kept if group["rules"]]}


class Rules(unittest.TestCase):
    def succeeds(self, *command, **more):
        done = run(*command, **more)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_rendered_files_are_current(self):
        self.succeeds(sys.executable, GRAFANA / "alerts" / "render.py", "--check")

    def test_promtool_accepts_them(self):
        self.succeeds("promtool", "check", "rules", *RULES)

    def test_amtool_accepts_the_example(self):
        self.succeeds("amtool", "check-config", GRAFANA / "alertmanager.example.yml")

    def test_every_alert_has_its_words_and_a_page(self):
        for rule in alerts():
            with self.subTest(alert=rule["alert"], severity=rule["labels"]["severity"]):
                self.assertEqual(set(rule["annotations"]), {"summary", "description", "runbook_url"})
                page = rule["annotations"]["runbook_url"].rsplit("/", 1)[1]
                self.assertEqual(page, rule["alert"] + ".md")
                self.assertTrue((GRAFANA / "runbooks" / page).is_file())

    def test_the_pages_can_be_served_elsewhere(self):
        program = """((import 'config.libsonnet') + (import 'alerts/alerts.libsonnet')
            + { _config+:: { alerts+:: { runbooks: 'https://wiki.example/alerts' } } })
            .prometheusAlerts"""
        made = run("jsonnet", "-J", GRAFANA, "-e", program, folder=GRAFANA)
        self.assertEqual(made.returncode, 0, made.stdout)
        links = {rule["annotations"]["runbook_url"]
                 for group in json.loads(made.stdout)["groups"]
                 for rule in group["rules"] if "alert" in rule}
        self.assertEqual(links, {f"https://wiki.example/alerts/{rule['alert']}.md"
                                 for rule in alerts()})

    def test_every_page_has_its_alert(self):
        self.assertEqual({page.stem for page in (GRAFANA / "runbooks").glob("*.md")},
                         {rule["alert"] for rule in alerts()})

    def test_every_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not(self):
        told = {}
        for path in TESTS:
            for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
                for check in test["promql_expr_test"]:
                    # Others look at what a recording rule says.
                    for name in re.findall(r'ALERTS{alertname="(\w+)"', check["expr"]):
                        told.setdefault(name, set()).add(bool(check["exp_samples"]))
        self.assertEqual(told, {rule["alert"]: {True, False} for rule in alerts()})

    def test_alerts_fire_and_stay_silent_as_described(self):
        for path in TESTS:
            with self.subTest(path.name), tempfile.TemporaryDirectory() as folder:
                test = yaml.safe_load(path.read_text(encoding="utf-8"))
                test["rule_files"] = []
                names = needed_by("".join(check["expr"] for one in test["tests"]
                                          for check in one["promql_expr_test"]))
                for number, rules in enumerate(RULES):
                    name = f"{number}.yml"
                    (pathlib.Path(folder) / name).write_text(yaml.safe_dump(only(names, rules)),
                                                             encoding="utf-8")
                    test["rule_files"].append(name)
                (pathlib.Path(folder) / "test.yml").write_text(
                    yaml.safe_dump(test, allow_unicode=True), encoding="utf-8")
                self.succeeds("promtool", "test", "rules", "test.yml", folder=folder)


if __name__ == "__main__":
    unittest.main()
