"""Prometheus itself scrapes the exporter and answers PromQL over HTTP."""

import json
import time
import unittest
import urllib.parse

from processes import Program, ask, eventually, free_port
from system_test import SystemTest, every


class Prometheus(Program):
    def __init__(self, folder, targets):
        folder.mkdir()
        # As the example that users start from, with a short interval.
        (folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"},
            "scrape_configs": [{"job_name": "wolkvox",
                                "static_configs": [{"targets": targets}]}]}), encoding="utf-8")
        self.address = f"127.0.0.1:{free_port()}"
        super().__init__(
            ["prometheus", f"--config.file={folder / 'prometheus.yml'}",
             f"--storage.tsdb.path={folder / 'tsdb'}", f"--web.listen-address={self.address}"],
            folder / "log")
        self.wait_for("Server is ready to receive web requests")

    def query(self, promql):
        answer = ask(self.address, "/api/v1/query?" + urllib.parse.urlencode({"query": promql}))
        told = answer.json()
        if told["status"] != "success":
            raise RuntimeError(f"{promql}: {told}")
        return told["data"]["result"]

    def value(self, promql):
        result = self.query(promql)
        if len(result) != 1:
            raise AssertionError(f"{promql}: {len(result)} results")
        return float(result[0]["value"][1])


class Scraped(SystemTest):
    def test_promql_answers_from_a_live_centre(self):
        platform = self.simulator("--start=2026-11-20T10:00:00", "--speed=120", "--agents=60",
                                  "--calls-per-day=3000")
        # A minute of the platform's is half a second here, so is the exporter's.
        exporter = self.exporter(self.configuration(
            self.operation(platform.base_url, every("500ms"))))
        self.all_up(exporter)
        prometheus = self.start(exporter)
        equal = self.assertEqual
        eventually(lambda: equal(prometheus.value('up{job="wolkvox"}'), 1))
        eventually(lambda: equal(prometheus.value("min(wolkvox_up)"), 1))
        eventually(lambda: equal(prometheus.value("count(wolkvox_up)"), 9))
        eventually(lambda: equal(prometheus.value("sum(wolkvox_agents)"), 60))
        for flow in ("sum(rate(wolkvox_calls_total[10s]))", "sum(rate(wolkvox_cdr_cost_total[10s]))",
                     "sum(increase(wolkvox_abandoned_calls_total[20s]))",
                     "histogram_quantile(0.5, sum by (le)"
                     " (rate(wolkvox_call_duration_seconds_bucket[10s])))"):
            eventually(lambda flow=flow: self.assertGreater(prometheus.value(flow), 0, flow))

        platform.control(speed=0)
        skills = platform.truth()["live"]["skills"]
        ratio = (sum(skill["abandoned"] for skill in skills)
                 / sum(skill["offered"] for skill in skills))
        eventually(lambda: self.assertAlmostEqual(prometheus.value(
            "sum(wolkvox_skill_abandoned_calls_total) / sum(wolkvox_skill_offered_calls_total)"),
            ratio))
        published = platform.truth(**{"from": "2026-11-20"})
        eventually(lambda: equal(prometheus.value("sum(wolkvox_calls_total)"),
                                 published["rows"]["agents_detail"]))
        self.no_sample_was_refused(prometheus)

    def start(self, exporter):
        made = Prometheus(self.folder / f"prometheus{time.monotonic_ns()}", [exporter.address])
        self.addCleanup(made.stop)
        return made

    def no_sample_was_refused(self, prometheus):
        self.assertNotIn("level=warn", prometheus.said())
        self.assertNotIn("level=error", prometheus.said())

    def test_increase_misses_nothing_of_a_counter_that_was_never_seen(self):
        platform = self.simulator("--start=2026-11-20T10:00:00", "--speed=0", "--agents=20")
        before = platform.truth(**{"from": "2026-11-20"})["rows"]["agents_detail"]
        prometheus_first = self.exporter(self.configuration(
            self.operation(platform.base_url, every("500ms"))))
        prometheus = self.start(prometheus_first)
        # All of today's calls are new to this Prometheus; each series began at 0.
        increase = "sum(max_over_time(wolkvox_calls_total[1h]) - min_over_time(wolkvox_calls_total[1h]))"
        eventually(lambda: self.assertEqual(prometheus.value(increase), before))
        self.no_sample_was_refused(prometheus)


if __name__ == "__main__":
    unittest.main()
