#!/usr/bin/env python3
# Measures the abandonment alerts against simulated weeks (tests/alerts/README.md):
#   tests/alerts/score/score.py tests/alerts/scenarios/weeks.yml --seed 101
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

import alerting
import prometheus
import report
import scenario
import truth

ROOT = pathlib.Path(__file__).resolve().parents[3]
RULES = ROOT / "grafana" / "rules"
SPIKE_ALERTS = ("WolkvoxAbandonmentSpike", "WolkvoxAbandonmentRaised", "WolkvoxAbandonmentProven")
NAIVE = {"alert": "naive", "for": "5m", "expr": """
    increase(wolkvox_skill_abandoned_calls_total[5m])
    / (increase(wolkvox_skill_abandoned_calls_total[5m])
       + increase(wolkvox_skill_answered_calls_total[5m])) > 0.1"""}


def rules(name, kind):
    with open(RULES / name, encoding="utf-8") as file:
        groups = yaml.safe_load(file)["groups"]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


# The samples and the lost callers of a plan; lived through once, while the plan is the same.
def simulate(binary, plan, folder, with_spikes):
    base = folder / f"{plan.name}-{'spikes' if with_spikes else 'twin'}"
    drawn, lost = base.with_suffix(".json"), base.with_suffix(".lost")
    metrics = base.with_suffix(".om") if with_spikes else pathlib.Path("/dev/null")
    document = json.dumps(plan.document(with_spikes))
    if not lost.exists() or drawn.read_text(encoding="utf-8") != document:
        lost.unlink(missing_ok=True)
        drawn.write_text(document, encoding="utf-8")
        partial = base.with_suffix(".partial")
        subprocess.run([binary, drawn, metrics, partial], check=True)
        partial.rename(lost)
    return metrics, truth.read(lost, plan.begin)


def needed(recording, alerts):
    # Only what the spike alerts lead back to.
    wanted, text = set(), " ".join(rule["expr"] for rule in alerts)
    while True:
        found = {rule["record"] for rule in recording if rule["record"] in text} - wanted
        if not found:
            return [rule for rule in recording if rule["record"] in wanted]
        wanted |= found
        text += " ".join(rule["expr"] for rule in recording if rule["record"] in found)


# {alert: {(operation, skill_id): [(from, to)]}}, times from the plans' begin.
def evaluate(history, plan):
    alerts = [rule for rule in rules("alerts.yml", "alert") if rule["alert"] in SPIKE_ALERTS]
    recording = needed(rules("alerts-recording.yml", "record") + rules("alerts.yml", "record"), alerts)
    begin, end = plan.begin + prometheus.STEP, plan.begin + plan.days * 86400
    history.record(recording, begin, end)
    fired = {}
    with history.served() as server:
        for rule in alerts + [NAIVE]:
            by_skill = fired.setdefault(rule["alert"], {})
            for labels, times in server.times(rule["expr"], begin, end).items():
                labels = dict(labels)
                intervals = alerting.firing(times, begin, end, prometheus.STEP,
                                            alerting.seconds(rule.get("for", "0s")),
                                            alerting.seconds(rule.get("keep_firing_for", "0s")))
                by_skill[labels["operation"], labels["skill_id"]] = [
                    (first - plan.begin, last - plan.begin) for first, last in intervals]
    return fired


def score(path, seed, binary, folder, histories):
    plans = scenario.plans(path, seed)
    histories.mkdir(parents=True, exist_ok=True)
    history = prometheus.History(folder)
    found = report.Score()
    for plan in plans:
        metrics, lost = simulate(binary, plan, histories, True)
        usual = truth.Usual(plan, simulate(binary, plan, histories, False)[1])
        history.load(metrics)
        skills = [str(301 + number) for number in range(len(plan.operation["calls_per_day"]))]
        found.add(plan, skills, lost, list(truth.drawn(plan, lost, usual, skills)),
                  [loss for skill in skills
                   for loss in truth.unplanned(plan, lost, usual, skill, report.DUTY)])
    found.fired = evaluate(history, plans[0])
    return found


def main():
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("scenario", type=pathlib.Path)
    flags.add_argument("--seed", type=int, required=True)
    flags.add_argument("--binary", type=pathlib.Path, help="alert_history, as built",
                       default=ROOT / "build" / "bench" / "bin" / "alert_history")
    flags.add_argument("--histories", type=pathlib.Path,
                       help="where simulated weeks are kept for the next run with the same seed")
    given = flags.parse_args()
    with tempfile.TemporaryDirectory(prefix="wolkvox-score-") as folder:
        folder = pathlib.Path(folder)
        kept = given.histories / str(given.seed) if given.histories else folder
        found = score(given.scenario, given.seed, given.binary.resolve(), folder, kept)
    report.print_score(found, f"{given.scenario.stem}, seed {given.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
