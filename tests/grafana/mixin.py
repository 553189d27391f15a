"""The mixin as the tests see it: rendered dashboards, their panels and queries, recording rules."""

import json
import pathlib
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
MIXIN = ROOT / "grafana"
LANGUAGES = ("en", "es")
DASHBOARDS = ("agents", "calls", "campaigns", "exporter", "skills", "wallboard")


def render(expression, string=False):
    """What jsonnet makes of `expression`, with the mixin's folder on its path."""
    done = subprocess.run(
        ["jsonnet", "--jpath", str(MIXIN), *(["--string"] if string else []), "--exec", expression],
        check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def dashboard(name, language="en"):
    return json.loads((MIXIN / "dashboards" / language / f"{name}.json").read_text("utf-8"))


def every_dashboard():
    for language in LANGUAGES:
        for name in DASHBOARDS:
            yield f"{language}/{name}", dashboard(name, language)


def panels(board):
    """The panels that show data; rows only part them."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def targets(board):
    return [(panel, target) for panel in panels(board) for target in panel["targets"]]


def rules_of(file="recording.yml"):
    """The rules of one rendered file, in order."""
    groups = yaml.safe_load((MIXIN / "rules" / file).read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]
