#!/usr/bin/env python3
# Renders grafana/rules/alerts.yml and alerts-recording.yml from the jsonnet. --check only tells
# whether they are current.
import json
import pathlib
import subprocess
import sys

import yaml

GRAFANA = pathlib.Path(__file__).resolve().parent.parent
WANTED = {"alerts.yml": "prometheusAlerts", "alerts-recording.yml": "alertRecordings"}


class Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that a rule reads as it was written."""


def text(dumper, value):
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


Dumper.add_representer(str, text)
ORDER = ["alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"]


def ordered(groups):
    for group in groups["groups"]:
        group["rules"] = [{key: rule[key].strip() if key == "expr" else rule[key]
                           for key in ORDER if key in rule} for rule in group["rules"]]
    return groups


def rendered(field):
    program = f"((import 'config.libsonnet') + (import 'alerts/alerts.libsonnet')).{field}"
    made = subprocess.run(["jsonnet", "-J", GRAFANA, "-e", program], check=False,
                          stdout=subprocess.PIPE, text=True, cwd=GRAFANA)
    if made.returncode:
        sys.exit(made.returncode)
    head = "# Made by grafana/alerts/render.py; change the jsonnet instead.\n"
    return head + yaml.dump(ordered(json.loads(made.stdout)), Dumper=Dumper, sort_keys=False,
                            width=1000, allow_unicode=True)


def main():
    stale = []
    for name, field in WANTED.items():
        path, new = GRAFANA / "rules" / name, rendered(field)
        if "--check" not in sys.argv:
            path.write_text(new, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != new:
            stale.append(path)
    for path in stale:
        print(f"{path} is not current: run grafana/alerts/render.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
