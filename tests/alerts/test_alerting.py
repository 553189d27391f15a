"""The scorer's pending, firing and kept firing against Prometheus' own, by promtool."""

import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent / "score"))
import alerting  # noqa: E402

LENGTH = 60
LIMITS = (("0s", "0s"), ("3m", "0s"), ("0s", "4m"), ("2m", "3m"))


def holding(chance):
    """Whether the expression holds, minute by minute: runs of a few minutes each."""
    made = []
    while len(made) < LENGTH:
        made += [chance.random() < 0.5] * chance.randint(1, 6)
    return made[:LENGTH]


class Alerting(unittest.TestCase):
    def test_it_fires_when_prometheus_does(self):
        holds = {f"s{seed}": holding(random.Random(seed)) for seed in range(6)}
        rules = [{"alert": f"a{number}", "expr": "value == 1", "for": wait, "keep_firing_for": keep}
                 for number, (wait, keep) in enumerate(LIMITS)]
        checks = []
        for number, (wait, keep) in enumerate(LIMITS):
            firing = {name: alerting.firing({60 * at for at, holds_now in enumerate(each) if holds_now},
                                            0, 60 * (LENGTH - 1), 60, alerting.seconds(wait),
                                            alerting.seconds(keep))
                      for name, each in holds.items()}
            for at in range(LENGTH):
                now = [name for name, each in firing.items()
                       if any(first <= 60 * at < last for first, last in each)]
                checks.append({"expr": f'count by (s) (ALERTS{{alertname="a{number}",alertstate="firing"}})',
                               "eval_time": f"{at}m",
                               "exp_samples": [{"labels": f'{{s="{name}"}}', "value": 1}
                                               for name in now]})
        series = [{"series": f'value{{s="{name}"}}',
                   "values": " ".join("1" if now else "0" for now in each)}
                  for name, each in holds.items()]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "rules.yml").write_text(yaml.safe_dump(
                {"groups": [{"name": "g", "rules": rules}]}), encoding="utf-8")
            (path / "test.yml").write_text(yaml.safe_dump(
                {"rule_files": ["rules.yml"], "evaluation_interval": "1m",
                 "tests": [{"interval": "1m", "input_series": series,
                            "promql_expr_test": checks}]}), encoding="utf-8")
            done = subprocess.run(["promtool", "test", "rules", "test.yml"], cwd=folder, text=True,
                                  check=False, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout[:2000] + done.stderr)


if __name__ == "__main__":
    unittest.main()
