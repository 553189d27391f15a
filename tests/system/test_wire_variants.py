"""The ways the platform may write an answer (the test-server checklist of wolkvox-api.md 8)."""

import unittest

from exposition import Exposition
from processes import eventually
from system_test import COLLECTORS, STANDING, SystemTest, every
from truth import Comparison

# Another way to write the same.
SAME_MEANING = (
    "code_number", "code_zero", "code_blank", "bare_array", "bom", "pretty", "fillers",
    "extra_fields", "missing_fields", "numbers", "odd_durations", "odd_percentages",
    "odd_integers", "agent_id_suffix", "blank_in_keys", "reversed_rows", "totals_row", "trickle")
# All of them mean that there are no rows.
NO_ROWS = ("no_rows_404", "data_null", "data_missing", "data_empty_text", "empty_array")
# An answer that is none: what is told about it.
FAILURES = {
    "html_404": "http", "status_500_html": "http", "400": "bad_request", "403_backup": "http",
    "403_concurrency": "concurrency", "truncated_json": "parse", "html_200": "parse",
    "empty_body": "parse", "reset": "connect", "cut_body": "connect"}
# Answers that say for how long to stay away.
STAY_AWAY = {"status_503": ("http", 30), "429": ("concurrency", 7)}

# What an exporter shows of itself and of this moment.
OF_ITSELF = ("process_", "wolkvox_exporter_", "wolkvox_poll_", "wolkvox_api_", "wolkvox_rows_",
             "wolkvox_quota_", "wolkvox_budget_", "wolkvox_window_end", "wolkvox_agent_status_sec")


def about_the_centre(shown):
    return {(name, frozenset(labels.items())): value for name, rows in shown.samples.items()
            if not name.startswith(OF_ITSELF) for labels, value in rows}


class Variant(SystemTest):
    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING, "--agents=15", "--calls-per-day=400")
        self.truth = self.platform.truth(**{"from": "2026-11-20"})

    def start(self, collectors=None, **options):
        return self.exporter(self.configuration(self.operation(
            self.platform.base_url, collectors or every("1h"), **options)))

    def right(self, shown):
        self.assertEqual(shown.summed("wolkvox_agents", "status"),
                         {(status,): count for status, count in
                          self.truth["live"]["agents"].items()})
        for skill in self.truth["live"]["skills"]:
            self.assertEqual(shown.value("wolkvox_skill_offered_calls_total",
                                         skill_id=skill["skill_id"]), skill["offered"])
        self.assertEqual(shown.total("wolkvox_field_errors_total"), 0)
        Comparison(self, shown, self.truth).all_but_codes()


class SameMeaning(Variant):
    def test_every_series_is_as_in_a_plain_answer(self):
        plain = self.start()
        self.eventually_shown(plain, self.right)
        expected = about_the_centre(self.scrape(plain))
        plain.stop()
        for kind in SAME_MEANING:
            with self.subTest(kind):
                self.platform.control(clear_faults=True)
                self.platform.fault(kind, delay_ms=200)
                exporter = self.start()
                self.eventually_shown(exporter, self.right)
                self.eventually_shown(
                    exporter, lambda shown: self.assertEqual(about_the_centre(shown), expected))
                exporter.stop()

    def test_rows_told_twice_count_once(self):
        # Not agent_9: two rows of one name there are two people.
        for report in ("agents", "skills", "campaigns", "skill_2", "agents_detail", "cdr_1"):
            self.platform.fault("duplicate_rows", report=report)
        exporter = self.start()
        self.eventually_shown(exporter, self.right)
        shown = self.scrape(exporter)
        self.assertEqual(shown.value("wolkvox_rows_duplicate_total", collector="cdr"),
                         self.truth["rows"]["cdr_1"])
        self.assertEqual(shown.value("wolkvox_rows_ignored_total", collector="agents",
                                     reason="duplicate"), 15)

    def test_compressed_answers(self):
        self.platform = self.simulator(*STANDING, "--agents=15", "--gzip")
        self.truth = self.platform.truth(**{"from": "2026-11-20"})
        self.eventually_shown(self.start(), self.right)

    def test_two_people_of_one_name_have_no_id_in_hold_and_mute(self):
        self.platform = self.simulator(*STANDING, "--agents=15", "--homonyms=2")
        truth = self.platform.truth(**{"from": "2026-11-20"})
        names = [row["agent_name"] for row in
                 self.platform.report("information.php", api="agents")]
        for row in truth["hold_mute"]:
            if names.count(row["agent"]) > 1:
                row["agent_id"] = ""
        self.assertIn("", [row["agent_id"] for row in truth["hold_mute"]])
        self.eventually_shown(self.start(),
                              lambda shown: Comparison(self, shown, truth).hold_mute())


class NoRows(Variant):
    def test_no_rows_are_a_success(self):
        for kind in NO_ROWS:
            with self.subTest(kind):
                self.platform.control(clear_faults=True)
                self.platform.fault(kind)
                exporter = self.start()
                self.all_up(exporter)
                shown = self.scrape(exporter)
                self.assertEqual(shown.total("wolkvox_rows_total"), 0)
                self.assertEqual(shown.total("wolkvox_api_errors_total"), 0)
                self.assertEqual(shown.of("wolkvox_agent_status"), [])
                exporter.stop()

    def test_one_object_is_one_row(self):
        self.platform.fault("data_object")
        exporter = self.start()
        self.all_up(exporter)
        shown = self.scrape(exporter)
        self.assertEqual(len(shown.of("wolkvox_agent_status")), 1)
        self.assertEqual(shown.value("wolkvox_rows_total", collector="cdr"), 1)


class UnreadableRows(Variant):
    def test_an_unreadable_value_is_left_out_and_told_never_0(self):
        rows = {row["agent_id"]: row for row in
                self.platform.report("real_time.php", api="agents")}
        self.platform.fault("unreadable_values")
        exporter = self.start()
        self.all_up(exporter)
        shown = self.scrape(exporter)
        calls = shown.of("wolkvox_agent_calls_total")
        self.assertLess(len(calls), 3 * len(rows))
        for labels, value in calls:
            self.assertEqual(value, int(rows[labels["agent_id"]][labels["direction"]]))
        for collector in ("agents", "skills", "campaigns", "hold_mute", "cdr"):
            self.assertGreater(shown.total("wolkvox_field_errors_total", collector=collector), 0,
                               collector)
        # A call counts although its duration cannot be read.
        self.eventually_shown(exporter, lambda again: self.assertEqual(
            again.total("wolkvox_calls_total"), self.truth["rows"]["agents_detail"]))
        shown = self.scrape(exporter)
        unread = shown.total("wolkvox_field_errors_total", collector="calls", field="duration")
        self.assertGreater(unread, 0)
        self.assertEqual(shown.total("wolkvox_call_duration_seconds_count") + unread,
                         self.truth["rows"]["agents_detail"])

    def test_bytes_that_are_no_utf_8_spoil_one_value_and_nothing_else(self):
        self.platform.fault("invalid_utf8")  # in the last value of each answer
        exporter = self.start()
        self.all_up(exporter)
        shown = self.scrape(exporter)  # which is UTF-8, or could not be read
        self.assertEqual(shown.value("wolkvox_field_errors_total", collector="agents",
                                     field="aux_time"), 1)
        self.assertEqual(len(shown.of("wolkvox_agent_aux_seconds_total")), 14)
        self.assertEqual(len(shown.of("wolkvox_agent_login_seconds_total")), 15)

    def test_names_that_are_no_utf_8_or_endless_are_cut_to_what_a_label_may_hold(self):
        self.platform.fault("odd_names")
        exporter = self.start()
        self.all_up(exporter)
        shown = self.scrape(exporter)  # which is UTF-8, or could not be read
        agents = [labels["agent"] for labels, _ in shown.of("wolkvox_agent_status")]
        self.assertEqual(len(agents), 15)
        for name in agents:
            self.assertRegex(name, "^\ufffd\\(.*ñ$")
            self.assertLessEqual(len(name.encode()), 1024 + 2, "U+FFFD is longer than what it replaces")
        self.eventually_shown(exporter, lambda again: self.assertEqual(
            again.total("wolkvox_calls_total"), self.truth["rows"]["agents_detail"]))

    def test_an_unknown_status_is_a_label_and_never_a_guess(self):
        self.platform.fault("unknown_enumeration")
        exporter = self.start()
        self.all_up(exporter)
        shown = self.scrape(exporter)
        self.assertEqual(shown.value("wolkvox_agents", status="Valor Nunca Visto"), 15)
        # Neither started nor stopped, neither abandoned nor answered.
        self.assertEqual(shown.of("wolkvox_campaign_running"), [])
        self.assertEqual(shown.value("wolkvox_field_errors_total", collector="campaigns",
                                     field="status"), 3)
        self.assertEqual(shown.total("wolkvox_abandoned_calls_total"), 0)
        self.assertEqual(shown.value("wolkvox_rows_ignored_total", collector="abandoned_calls",
                                     reason="result"), self.truth["rows"]["skill_2"])


class Failures(Variant):
    """One report fails: its collector says so, the others and `/metrics` go on, it recovers."""

    def errors(self, shown, reason, collector="agents"):
        return shown.value("wolkvox_api_errors_total", collector=collector, reason=reason)

    def others_go_on(self, exporter):
        before = {each: self.scrape(exporter).value("wolkvox_rows_total", collector=each)
                  for each in ("skills", "campaigns")}

        def check(shown):
            for each, rows in before.items():
                self.assertGreater(shown.value("wolkvox_rows_total", collector=each), rows)
            up = {labels["collector"]: value for labels, value in shown.of("wolkvox_up")}
            self.assertEqual(up, {**dict.fromkeys(COLLECTORS, 1.0), "agents": 0.0})

        self.eventually_shown(exporter, check)

    def test_the_collector_is_down_with_the_reason_and_recovers(self):
        exporter = self.start(every("200ms"), timeout="1s")
        self.all_up(exporter)
        for kind, reason in FAILURES.items():
            with self.subTest(kind):
                self.platform.control(clear_faults=True)
                before = self.errors(self.scrape(exporter), reason)
                said = exporter.said().count("collector failing")
                self.platform.fault(kind, report="agents", delay_ms=3000)

                def down(shown, reason=reason, before=before):
                    self.assertEqual(shown.value("wolkvox_up", collector="agents"), 0)
                    self.assertGreaterEqual(self.errors(shown, reason), before + 2)

                self.eventually_shown(exporter, down)
                self.others_go_on(exporter)
                self.eventually_said(exporter, "collector failing", times=said + 1)
                status = exporter.collector("agents")
                self.assertFalse(status["up"])
                self.assertTrue(status["last_error"])
                self.platform.control(clear_faults=True)
                self.all_up(exporter)
        self.eventually_said(exporter, "collector recovered", times=len(FAILURES))
        self.eventually_shown(exporter, lambda shown: Comparison(
            self, shown, self.truth).all_but_codes())

    def test_a_server_that_says_for_how_long_is_left_alone(self):
        for kind, (reason, seconds) in STAY_AWAY.items():
            with self.subTest(kind):
                self.platform.control(clear_faults=True, forget_requests=True)
                self.platform.fault(kind, report="agents")
                exporter = self.start(every("200ms"))
                eventually(lambda: self.assertEqual(exporter.collector("agents")["up"], False))
                self.others_go_on(exporter)
                self.assertEqual(self.errors(self.scrape(exporter), reason), 1)
                self.assertEqual(self.platform.count_of("agents"), 1)
                said = exporter.wait_for(r'collector failing".* retry_in="?(\w+)')[0]
                self.assertEqual(said, f"{seconds}s")
                exporter.stop()

    def test_an_answer_beyond_256_mb_is_refused(self):
        self.platform.fault("huge", report="agents", count=1)
        exporter = self.start(every("1h"), timeout="60s")
        eventually(lambda: self.assertEqual(
            self.errors(self.scrape(exporter), "too_large"), 1), within=120)
        self.others_are_up(exporter)

    def others_are_up(self, exporter):
        def check(shown):
            up = {labels["collector"] for labels, value in shown.of("wolkvox_up") if value}
            self.assertEqual(up, set(COLLECTORS) - {"agents"})

        self.eventually_shown(exporter, check)

    def test_live_gauges_go_when_stale_and_ledger_counters_stay(self):
        exporter = self.start(every("300ms"))
        self.eventually_shown(exporter, self.right)
        self.platform.fault("status_500_html")

        def stale(shown):
            for live in ("wolkvox_agents", "wolkvox_agent_status", "wolkvox_skill_queue_calls",
                         "wolkvox_campaign_running", "wolkvox_quota_limit_requests"):
                self.assertEqual(shown.of(live), [], live)

        self.eventually_shown(exporter, stale)
        Comparison(self, self.scrape(exporter), self.truth).all_but_codes()
        exporter.wait_for("live data are stale and were withdrawn")
        self.platform.control(clear_faults=True)
        self.eventually_shown(exporter, self.right)

    def test_nothing_of_a_broken_answer_counts(self):
        self.platform.fault("truncated_json")
        exporter = self.start()
        eventually(lambda: self.assertIs(exporter.status()["ready"], True))
        shown = Exposition(exporter.get("/metrics").text)
        self.assertEqual(shown.total("wolkvox_rows_total"), 0)
        self.assertEqual(shown.total("wolkvox_up"), 0)


if __name__ == "__main__":
    unittest.main()
