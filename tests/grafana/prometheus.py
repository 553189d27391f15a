"""Prometheus and promtool as the tests run them."""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "system"))


def promtool(*arguments):
    """Its exit status and what it said."""
    done = subprocess.run(["promtool", *map(str, arguments)], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def check_rules(test, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rules.yml"
        path.write_text(text, encoding="utf-8")
        status, said = promtool("check", "rules", path)
        test.assertEqual(status, 0, said)


def start(folder, targets, rules):
    """A Prometheus that scrapes `targets` every second; with `ask(promql)`."""
    from processes import Listening, ask  # needs the programs' paths in the environment

    folder.mkdir()
    (folder / "rules.yml").write_text(rules, encoding="utf-8")
    (folder / "prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "scrape_configs": [{"job_name": "wolkvox", "static_configs": [{"targets": targets}]}]}),
        encoding="utf-8")

    class Prometheus(Listening):
        def get(self, path, **parameters):
            asked = f"/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
            answer = ask(self.address, asked).json()
            if answer["status"] != "success":
                raise RuntimeError(f"{parameters}: {answer}")
            return answer["data"]

        def values(self, promql):
            return [float(each["value"][1]) for each in self.get("query", query=promql)["result"]]

    prometheus = Prometheus(
        ["prometheus", f"--config.file={folder / 'prometheus.yml'}",
         f"--storage.tsdb.path={folder / 'tsdb'}"],
        folder / "log")
    prometheus.wait_for("Server is ready to receive web requests")
    return prometheus
