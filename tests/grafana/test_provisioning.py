"""Compose and provisioning files: no engine runs here, so their structure is checked, and that
everything they name exists and fits together."""

import os
import pathlib
import re
import subprocess
import unittest

import mixin
import yaml

from prometheus import promtool

PACKAGING = mixin.ROOT / "packaging"
PROVISIONING = mixin.MIXIN / "provisioning"
DATA_SOURCES = PROVISIONING / "datasources" / "wolkvox.yml"
# What a service of the Compose specification may say, as far as we use it.
SERVICE_KEYS = {"build", "image", "command", "ports", "environment", "volumes", "network_mode",
                "depends_on", "restart"}


def read(path):
    return yaml.safe_load(path.read_text("utf-8"))


class Compose(unittest.TestCase):
    def setUp(self):
        self.file = read(PACKAGING / "docker-compose.yml")
        self.services = self.file["services"]

    def mounts(self):
        for name, service in self.services.items():
            for mount in service.get("volumes", []):
                source, target, *_ = mount.split(":")
                yield name, source, target

    def test_has_the_services_of_a_demonstration(self):
        self.assertEqual(set(self.services),
                         {"simulator", "exporter", "prometheus", "alertmanager", "grafana"})
        for name, service in self.services.items():
            with self.subTest(name):
                self.assertLessEqual(set(service), SERVICE_KEYS)
                self.assertEqual(("image" in service) + ("build" in service), 1)
                self.assertLessEqual(set(service.get("depends_on", [])), set(self.services))
                if "image" in service:
                    self.assertRegex(service["image"], r":v?\d+\.\d+\.\d+$")

    def test_mounts_only_what_exists(self):
        for name, source, target in self.mounts():
            with self.subTest(service=name, mount=source):
                self.assertTrue(target.startswith("/"))
                if source.startswith("."):
                    self.assertTrue((PACKAGING / source).resolve().exists())
                else:
                    self.assertIn(source, self.file["volumes"])

    def test_builds_stages_that_exist(self):
        for name, service in self.services.items():
            if "build" in service:
                with self.subTest(name):
                    context = (PACKAGING / service["build"]["context"]).resolve()
                    text = (context / service["build"]["dockerfile"]).read_text("utf-8")
                    if "target" in service["build"]:
                        self.assertRegex(text, rf"(?m)^FROM \S+ AS {service['build']['target']}$")

    def test_opens_ports_to_this_machine_only(self):
        for service in self.services.values():
            for port in service.get("ports", []):
                self.assertTrue(port.startswith("127.0.0.1:"), port)

    def test_gives_grafana_what_its_provisioning_asks_for(self):
        grafana = self.services["grafana"]
        mounted = {target for name, _, target in self.mounts() if name == "grafana"}
        for provider in read(PROVISIONING / "dashboards" / "wolkvox.yml")["providers"]:
            self.assertIn(provider["options"]["path"], mounted)
        environment = grafana["environment"]
        asked = re.findall(r"\$(\w+)", DATA_SOURCES.read_text("utf-8"))
        self.assertLessEqual(set(asked), set(environment))
        home = pathlib.PurePosixPath(environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
        self.assertIn(str(home.parent), mounted)
        self.assertTrue((mixin.MIXIN / "dashboards" / home.parent.name / home.name).exists())

    def test_serves_the_runbooks_where_the_alerts_name_them(self):
        links = set(re.findall(r"runbook_url: (\S+)/\w+\.md",
                               (mixin.MIXIN / "rules" / "alerts.yml").read_text("utf-8")))
        port = self.services["grafana"]["ports"][0].split(":")[1]
        mounted = {target: (PACKAGING / source).resolve()
                   for name, source, target in self.mounts() if name == "grafana"}
        public = "/usr/share/grafana/public"  # what Grafana serves as /public
        for link in links:
            base, path = link.split("/public/")
            self.assertEqual(base, f"http://localhost:{port}")
            self.assertEqual(mounted[f"{public}/{path}"], mixin.MIXIN / "runbooks")
        self.assertEqual(len(links), 1)

    def test_asks_the_simulator_that_it_starts(self):
        operation = read(PACKAGING / "demo" / "wolkvox.yml")["operations"][0]
        simulator = " ".join(self.services["simulator"]["command"])
        token = self.services["exporter"]["environment"][operation["token_env"]]
        self.assertIn(f"--token={token}", simulator)
        self.assertIn("--listen=" + operation["base_url"].split("/")[2], simulator)
        self.assertIn(f"--licences={operation['licences']}", simulator)


class Configurations(unittest.TestCase):
    def test_prometheus_reads_its_own(self):
        status, said = promtool("check", "config", "--syntax-only",
                                PACKAGING / "demo" / "prometheus.yml")
        self.assertEqual(status, 0, said)

    def test_the_exporter_reads_its_own(self):
        done = subprocess.run(
            [os.environ["WOLKVOX_EXPORTER"], "check-config", PACKAGING / "demo" / "wolkvox.yml"],
            env={**os.environ, "WOLKVOX_DEMO_TOKEN": "x"}, check=False, capture_output=True,
            text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_alertmanagers_receivers_exist(self):
        file = read(PACKAGING / "demo" / "alertmanager.yml")
        self.assertIn(file["route"]["receiver"], [each["name"] for each in file["receivers"]])

    def test_provisioning_is_of_the_version_that_grafana_reads(self):
        for path in PROVISIONING.rglob("*.yml"):
            with self.subTest(path.name):
                self.assertEqual(read(path)["apiVersion"], 1)
        uids = [each["uid"] for each in read(DATA_SOURCES)["datasources"]]
        self.assertEqual(len(uids), len(set(uids)))


if __name__ == "__main__":
    unittest.main()
