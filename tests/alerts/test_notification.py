"""A simulated spike arrives at a webhook: simulator, exporter, Prometheus and Alertmanager as
installed, with the shipped rules and the example of Alertmanager, sixty times as fast."""

import datetime
import http.server
import json
import pathlib
import queue
import re
import threading
import unittest
import urllib.request

import yaml

from processes import Listening, eventually
from system_test import SystemTest, only

GRAFANA = pathlib.Path(__file__).resolve().parents[2] / "grafana"
SPEED = 60
SCENARIO = {"name": "spike", "phases": [
    {"what": "arrivals", "from": "10m", "for": "60m", "place": 0, "factor": 8},
    {"what": "staff", "from": "10m", "for": "60m", "factor": 0.1}]}
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def sped_up(duration):
    number, unit = re.fullmatch(r"(\d+)([smhd])", duration).groups()
    return f"{int(number) * SECONDS[unit] * 1000 // SPEED}ms"


def sped_up_expression(text):
    return re.sub(r"(\[|offset |\[\w+:)(\d+[smhd])\b(?!:)",
                  lambda found: found[1] + sped_up(found[2]),
                  re.sub(r"\[(\d+[smhd])(?=:)", lambda found: "[" + sped_up(found[1]), text))


def sped_up_rules(name):
    rules = yaml.safe_load((GRAFANA / "rules" / name).read_text(encoding="utf-8"))
    for group in rules["groups"]:
        group["interval"] = sped_up(group["interval"])
        for rule in group["rules"]:
            rule["expr"] = sped_up_expression(rule["expr"])
            for key in rule.keys() & {"for", "keep_firing_for"}:
                rule[key] = sped_up(rule[key])
    return rules


class Webhook:
    """Keeps what Alertmanager posts."""

    def __init__(self):
        notifications = self.notifications = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                notifications.put((self.path, json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, alert, status, within, passed=None):
        """The alert and where it was posted; others that come first are kept in `passed`."""
        passed = [] if passed is None else passed
        try:
            while True:
                path, told = self.notifications.get(timeout=within)
                for one in told["alerts"]:
                    if one["labels"]["alertname"] == alert and one["status"] == status:
                        return path, one
                    passed.append(one)
        except queue.Empty:
            told = [(one["labels"]["alertname"], one["status"]) for one in passed]
            raise AssertionError(f"no {alert} ({status}); told: {told}") from None


def seen_by(alertmanager, alert):
    """The alerts of that name that Alertmanager holds, firing or silenced."""
    with urllib.request.urlopen(f"http://{alertmanager}/api/v2/alerts") as answer:
        return [one for one in json.load(answer) if one["labels"]["alertname"] == alert]


class Notification(SystemTest):
    def start_alertmanager(self, webhook):
        config = yaml.safe_load((GRAFANA / "alertmanager.example.yml").read_text(encoding="utf-8"))
        for route in config["route"]["routes"]:
            # The hour of the test is not the operation's.
            route.pop("active_time_intervals", None)
            route["group_interval"] = "1s"
        for receiver in config["receivers"]:
            for one in receiver["webhook_configs"]:
                one["url"] = one["url"].replace("127.0.0.1:9095", webhook.address)
        path = self.new_file(".alertmanager.yml")
        path.write_text(json.dumps(config), encoding="utf-8")
        return self.listening("prometheus-alertmanager", f"--config.file={path}",
                              f"--storage.path={self.new_file('.alertmanager')}",
                              "--cluster.listen-address=").address

    def listening(self, *arguments):
        made = Listening(arguments, self.new_file(".log"))
        self.addCleanup(made.stop)
        return made

    def start_prometheus(self, target, alertmanager):
        files = []
        for name in ("alerts.yml", "alerts-recording.yml"):
            files.append(self.new_file(".rules.yml"))
            files[-1].write_text(json.dumps(sped_up_rules(name)), encoding="utf-8")
        path = self.new_file(".prometheus.yml")
        path.write_text(json.dumps({
            "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"},
            "rule_files": [str(file) for file in files],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
            "scrape_configs": [{"job_name": "wolkvox",
                                "static_configs": [{"targets": [target]}]}]}), encoding="utf-8")
        self.listening("prometheus", f"--config.file={path}",
                       f"--storage.tsdb.path={self.new_file('.tsdb')}").wait_for(
                           "Server is ready to receive web requests")

    def test_a_spike_arrives_with_its_labels_and_links(self):
        webhook = Webhook()
        self.addCleanup(webhook.server.server_close)
        self.addCleanup(webhook.server.shutdown)
        alertmanager = self.start_alertmanager(webhook)
        scenario = self.new_file(".json")
        scenario.write_text(json.dumps(SCENARIO), encoding="utf-8")
        platform = self.simulator("--start=2026-11-20T10:00:00", f"--speed={SPEED}",
                                  "--agents=60", "--calls-per-day=3000",
                                  f"--scenario={scenario}")
        exporter = self.exporter(self.configuration(
            self.operation(platform.base_url, only("1s", "skills", "agents", "names"))))
        self.start_prometheus(exporter.address, alertmanager)

        path, alert = webhook.wait_for("WolkvoxAbandonmentSpike", "firing", within=60)

        self.assertEqual(path, "/page")
        labels = alert["labels"]
        self.assertEqual({key: labels[key] for key in ("severity", "operation", "job")},
                         {"severity": "page", "operation": "acme", "job": "wolkvox"})
        self.assertEqual(set(labels), {"alertname", "severity", "operation", "job", "skill_id",
                                       "skill"})
        self.assertRegex(labels["skill_id"], r"^30\d$")
        self.assertIn(labels["skill"], alert["annotations"]["summary"])
        self.assertNotIn("{{", json.dumps(alert["annotations"]))
        page = alert["annotations"]["runbook_url"].rsplit("/", 1)[1]
        self.assertTrue((GRAFANA / "runbooks" / page).is_file(), page)
        self.assertIn("/graph?", alert["generatorURL"])

        # Stale data inhibit what still fires, and are told themselves.
        platform.fault("status_503")
        spikes = eventually(lambda: self.inhibited(alertmanager, "WolkvoxAbandonmentSpike"),
                            within=60)
        path, stale = webhook.wait_for("WolkvoxDataStale", "firing", within=60)
        self.assertEqual((path, stale["labels"]["operation"]), ("/page", "acme"))
        stales = {one["fingerprint"] for one in seen_by(alertmanager, "WolkvoxDataStale")}
        for spike in spikes:
            self.assertLessEqual(set(spike["status"]["inhibitedBy"]), stales)

        # Until the data are back nothing that they inhibit is told, not even as resolved. What is
        # told before the end of WolkvoxDataStale arrives has begun with the new data.
        eventually(lambda: self.assertEqual(seen_by(alertmanager, "WolkvoxAbandonmentSpike"), []),
                   within=60)
        healed = datetime.datetime.now(datetime.timezone.utc)
        platform.control(clear_faults=True)
        passed = []
        webhook.wait_for("WolkvoxDataStale", "resolved", within=60, passed=passed)
        for one in passed:
            if one["labels"]["alertname"].startswith("WolkvoxAbandonment"):
                self.assertEqual(one["status"], "firing")
                self.assertGreater(datetime.datetime.fromisoformat(one["startsAt"]), healed)

    def inhibited(self, alertmanager, alert):
        found = seen_by(alertmanager, alert)
        self.assertTrue(found)
        for one in found:
            self.assertTrue(one["status"]["inhibitedBy"], one["status"])
        return found


if __name__ == "__main__":
    unittest.main()
