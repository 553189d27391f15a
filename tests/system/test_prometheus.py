"""Prometheus itself scrapes the exporter and answers PromQL over HTTP."""

import json
import time
import unittest
import urllib.parse

from processes import FIRST_SHOWING, Listening, ask, eventually, patient
from system_test import SystemTest, every


class Prometheus(Listening):
    def __init__(self, folder, targets, features="", interval="500ms"):
        folder.mkdir()
        # As the example that users start from, with a short interval.
        (folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": interval, "scrape_timeout": "500ms"},
            "scrape_configs": [{"job_name": "wolkvox",
                                "static_configs": [{"targets": targets}]}]}), encoding="utf-8")
        super().__init__(
            ["prometheus", f"--config.file={folder / 'prometheus.yml'}",
             f"--storage.tsdb.path={folder / 'tsdb'}", f"--enable-feature={features}"],
            folder / "log")
        self.wait_for("Server is ready to receive web requests")

    def query(self, promql):
        return self.asked("query", query=promql)["result"]

    def exemplars(self, promql):
        return self.asked("query_exemplars", query=promql, start=0, end=2e9)

    def asked(self, what, **parameters):
        answer = ask(self.address, f"/api/v1/{what}?" + urllib.parse.urlencode(parameters))
        told = answer.json()
        if told["status"] != "success":
            raise RuntimeError(f"{parameters}: {told}")
        return told["data"]

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

    def centre_with_exemplars(self, *flags):
        platform = self.simulator("--start=2026-11-20T10:00:00", "--speed=120", "--agents=60",
                                  "--calls-per-day=6000")
        exporter = self.exporter(self.configuration(self.operation(
            platform.base_url, every("500ms", abandoned_calls={"exemplars": True}))), *flags)
        self.all_up(exporter)
        return platform, exporter

    def check_exemplars(self, prometheus, platform, series):
        calls = {row["conn_id"] for row in platform.report(
            "reports_manager.php", api="skill_2", skill_id="all", date_ini="20261120000000",
            date_end="20261120235959")}
        found = prometheus.exemplars(series)
        self.assertNotEqual(found, [])
        for each in found:
            for exemplar in each["exemplars"]:
                self.assertEqual(set(exemplar["labels"]), {"conn_id"})
                self.assertIn(exemplar["labels"]["conn_id"], calls)

    def test_native_histograms_answer_and_name_calls(self):
        platform, exporter = self.centre_with_exemplars()
        prometheus = self.start(exporter, "native-histograms,exemplar-storage")
        for family in ("wolkvox_call_duration_seconds", "wolkvox_abandoned_call_wait_seconds",
                       "wolkvox_api_request_duration_seconds"):
            flow = f"histogram_quantile(0.9, sum(rate({family}[10s])))"
            eventually(lambda flow=flow: self.assertGreater(prometheus.value(flow), 0, flow))
        eventually(lambda: self.check_exemplars(prometheus, platform,
                                                "wolkvox_abandoned_call_wait_seconds"))
        platform.control(speed=0)
        published = platform.truth(**{"from": "2026-11-20"})["rows"]["agents_detail"]
        eventually(lambda: self.assertEqual(prometheus.value(
            "histogram_count(sum(wolkvox_call_duration_seconds))"), published))
        # A native quantile is right to a tenth; so far the classic buckets must agree.
        page = self.scrape(exporter)
        buckets = page.summed("wolkvox_call_duration_seconds_bucket", "le")
        for quantile in (0.1, 0.5, 0.9):
            told = prometheus.value(
                f"histogram_quantile({quantile}, sum(wolkvox_call_duration_seconds))")
            for (bound,), count in buckets.items():
                if float(bound) * 1.1 <= told:
                    self.assertLessEqual(count, quantile * published + 1)
                elif float(bound) >= told * 1.1:
                    self.assertGreaterEqual(count, quantile * published - 1)
        self.assertEqual(prometheus.value(
            "histogram_sum(sum(wolkvox_call_duration_seconds))"),
            page.total("wolkvox_call_duration_seconds_sum"))
        self.assertNotIn("level=error", prometheus.said())
        self.assertNotIn("histogram", prometheus.said().lower().split("ready to receive")[1])

    def test_openmetrics_names_calls_and_tells_beginnings(self):
        begun = time.time()
        platform, exporter = self.centre_with_exemplars("--web.enable-created-samples")
        prometheus = self.start(exporter, "exemplar-storage")
        eventually(lambda: self.check_exemplars(prometheus, platform,
                                                "wolkvox_abandoned_call_wait_seconds_bucket"))
        for counted in ("wolkvox_call_duration_seconds", "wolkvox_calls", "wolkvox_rows",
                        "wolkvox_api_request_duration_seconds", "wolkvox_exporter_scrapes",
                        "process_cpu_seconds"):
            for each in eventually(lambda counted=counted: self.known(prometheus, counted)):
                # /proc tells the process's start in hundredths of a second since the boot.
                self.assertGreaterEqual(float(each["value"][1]), int(begun) - 1, counted)
                self.assertLessEqual(float(each["value"][1]), time.time(), counted)
        self.no_sample_was_refused(prometheus)

    def known(self, prometheus, counted):
        """A family's beginnings, once there are any: its first series may come with a later poll."""
        starts = prometheus.query(counted + "_created")
        self.assertNotEqual(starts, [], counted)
        return starts

    def start(self, exporter, features=""):
        made = Prometheus(self.folder / f"prometheus{time.monotonic_ns()}", [exporter.address],
                          features)
        self.addCleanup(made.stop)
        return made

    def no_sample_was_refused(self, prometheus):
        self.assertNotIn("level=warn", prometheus.said())
        self.assertNotIn("level=error", prometheus.said())

    def test_increase_misses_nothing_of_a_counter_that_was_never_seen(self):
        platform = self.simulator("--start=2026-11-20T10:00:00", "--speed=0", "--agents=20")
        before = platform.truth(**{"from": "2026-11-20"})["rows"]["agents_detail"]
        # The zeros stay until Prometheus is up.
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("500ms"))),
            environment={FIRST_SHOWING: f"{1000 * patient(10):.0f}ms"})
        prometheus = self.start(exporter)
        # All of today's calls are new to this Prometheus; each series began at 0.
        increase = "sum(max_over_time(wolkvox_calls_total[1h]) - min_over_time(wolkvox_calls_total[1h]))"
        eventually(lambda: self.assertEqual(prometheus.value(increase), before))
        self.no_sample_was_refused(prometheus)


if __name__ == "__main__":
    unittest.main()
