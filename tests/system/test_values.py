"""Each collector's values equal what happened, at a moment that stands still."""

import datetime
import unittest

from processes import eventually
from system_test import STANDING, SystemTest, every, only
from truth import BOGOTA, Comparison, local

# Codes are edited up to 20 minutes after a call, and counted when it is 30 minutes old.
QUIET_EDITS = ("--edit-max=20m", "--edit-share=0.3")


def seconds(text):
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def ratio(text):
    return float(text.removesuffix("%").replace(",", "").strip()) / 100


class LiveReports(SystemTest):
    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING, "--agents=30", "--history=1d", licences=25)

    def show(self, *collectors, **more):
        # Once an hour: nothing changes while the clock stands.
        configuration = self.configuration(
            self.operation(self.platform.base_url, only("1h", *collectors, **more)))
        exporter = self.exporter(configuration)
        self.all_up(exporter, collectors)
        return self.scrape(exporter)

    def test_agents_are_counted_by_status(self):
        shown = self.show("agents")
        self.assertEqual({status: value for (status,), value in
                          shown.summed("wolkvox_agents", "status").items()},
                         self.platform.truth()["live"]["agents"])

    def test_each_agent_shows_the_day_so_far(self):
        rows = self.platform.report("real_time.php", api="agents")
        self.assertEqual(len(rows), 30)
        shown = self.show("agents")
        families = {
            "wolkvox_agent_status_seconds": lambda row: int(row["time_state_now"]),
            "wolkvox_agent_ready_seconds_total": lambda row: seconds(row["ready_time"]),
            "wolkvox_agent_acw_seconds_total": lambda row: seconds(row["acw_time"]),
            "wolkvox_agent_ring_seconds_total": lambda row: seconds(row["ring_time"]),
            "wolkvox_agent_aux_seconds_total": lambda row: seconds(row["aux_time"]),
            "wolkvox_agent_login_seconds_total": lambda row: seconds(row["login_time"]),
            "wolkvox_agent_average_handle_seconds": lambda row: seconds(row["aht_time"]),
            "wolkvox_agent_occupancy_ratio": lambda row: ratio(row["ocupation"]),
        }
        for row in rows:
            who = {"operation": "acme", "agent_id": row["agent_id"], "agent": row["agent_name"]}
            for family, expected in families.items():
                self.assertAlmostEqual(shown.value(family, **who), expected(row), msg=family)
            self.assertEqual(shown.value("wolkvox_agent_status", **who,
                                         status=row["agent_status"]), 1)
            for direction in ("inbound", "outbound", "internal"):
                self.assertEqual(
                    shown.value("wolkvox_agent_calls_total", direction=direction, **who),
                    int(row[direction]))
            for direction in ("inbound", "outbound"):
                self.assertEqual(
                    shown.value("wolkvox_agent_talk_seconds_total", direction=direction, **who),
                    seconds(row[f"{direction}_time"]))
        self.assertEqual(len(shown.of("wolkvox_agent_status")), len(rows))

    def test_each_skill_shows_its_queue_and_service_level(self):
        rows = self.platform.report("real_time.php", api="skills", skill_id="all",
                                    services_time="45")
        shown = self.show("skills", skills={"service_level_threshold": "45s"})
        truth = self.platform.truth()["live"]["skills"]
        self.assertGreater(sum(skill["offered"] for skill in truth), 100)
        for skill in truth:
            which = {"operation": "acme", "skill_id": skill["skill_id"], "skill": skill["skill"]}
            for family, field in (("wolkvox_skill_queue_calls", "in_queue"),
                                  ("wolkvox_skill_offered_calls_total", "offered"),
                                  ("wolkvox_skill_answered_calls_total", "answered"),
                                  ("wolkvox_skill_abandoned_calls_total", "abandoned")):
                self.assertEqual(shown.value(family, **which), skill[field], family)
        for row in rows:
            for threshold in ("10", "20", "30", "45"):
                self.assertAlmostEqual(
                    shown.value("wolkvox_skill_service_level_ratio", skill_id=row["skill_id"],
                                threshold=threshold), ratio(row[f"service_level_{threshold}seg"]))
            self.assertAlmostEqual(
                shown.value("wolkvox_skill_abandonment_ratio", skill_id=row["skill_id"]),
                ratio(row["by_abandon"]))

    def test_each_campaign_shows_its_progress(self):
        rows = {row["campaign"].split(" - ")[0]: row
                for row in self.platform.report("real_time.php", api="campaigns")}
        shown = self.show("campaigns")
        truth = self.platform.truth()["live"]["campaigns"]
        self.assertGreater(sum(campaign["dialled"] for campaign in truth), 0)
        for campaign in truth:
            row = rows[campaign["campaign_id"]]
            which = {"operation": "acme", "campaign_id": campaign["campaign_id"],
                     "campaign": row["campaign"].split(" - ")[1]}
            expected = {"running": campaign["running"], "dialled_calls_total": campaign["dialled"],
                        "hits_total": campaign["hits"], "speed": int(row["speed"]),
                        "records": int(row["records"]), "clean_records": int(row["clean"]),
                        "calls_per_minute": int(row["calls_x_min"]),
                        "recycled_total": int(row["recycled"])}
            for family, value in expected.items():
                self.assertEqual(shown.value(f"wolkvox_campaign_{family}", **which), value, family)
            for result in ("answer", "no_answer", "busy", "answer_machine"):
                self.assertEqual(
                    shown.value("wolkvox_campaign_results_total", result=result, **which),
                    campaign[result])
            for window in ("day", "now"):
                self.assertAlmostEqual(
                    shown.value("wolkvox_campaign_penetration_ratio", window=window, **which),
                    ratio(row[f"penetration_{window}"]))

    def test_the_quota_is_what_the_platform_says(self):
        self.platform.control(quota_used=1233)  # token_info is a request itself
        shown = self.show("quota")
        self.assertEqual(shown.value("wolkvox_quota_limit_requests"), 25000)
        self.assertEqual(shown.value("wolkvox_quota_used_requests"), 1234)
        self.assertEqual(shown.value("wolkvox_quota_remaining_requests"), 23766)
        self.assertEqual(shown.value("wolkvox_budget_remaining_requests"), 25000 - 2500 - 1234)
        midnight = datetime.datetime(2026, 11, 21, tzinfo=BOGOTA).timestamp()
        self.assertEqual(shown.value("wolkvox_quota_reset_timestamp_seconds"), midnight)


class DatedReports(SystemTest):
    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING, *QUIET_EDITS, "--agents=60", "--history=1d",
                                       "--totals-row")
        collectors = every("500ms", calls={"codes_settle": "30m"})
        self.exporter_under_test = self.exporter(
            self.configuration(self.operation(self.platform.base_url, collectors)))
        self.all_up(self.exporter_under_test)

    def today(self):
        return self.platform.truth(**{"from": "2026-11-20"})

    def settled(self, what):
        truth = self.today()
        self.eventually_shown(self.exporter_under_test,
                              lambda shown: what(Comparison(self, shown, truth)))
        return truth

    def test_abandoned_calls_and_their_waits(self):
        truth = self.settled(Comparison.abandoned)
        self.assertGreater(sum(row["count"] for row in truth["abandoned_calls"]), 50)
        shown = self.scrape(self.exporter_under_test)
        # Rows that say something else than abandoned are told, not counted; each poll sees them.
        self.assertGreater(truth["skill_2_other_results"], 0)
        self.assertGreaterEqual(
            shown.value("wolkvox_rows_ignored_total", collector="abandoned_calls",
                        reason="result"), truth["skill_2_other_results"])
        # Every skill of the roster is there, abandoned by somebody or not.
        self.assertEqual({labels["skill_id"] for labels, _ in
                          shown.of("wolkvox_abandoned_calls_total", interaction="inbound")},
                         {skill["skill_id"] for skill in truth["live"]["skills"]})

    def test_calls_and_their_durations(self):
        truth = self.settled(Comparison.calls)
        self.assertGreater(truth["rows"]["agents_detail"], 500)

    def test_cdr_calls_talk_billing_and_cost(self):
        truth = self.settled(Comparison.cdr)
        self.assertGreater(truth["rows"]["cdr_1"], 500)

    def test_hold_and_mute_by_agent_without_the_totals_row(self):
        truth = self.settled(Comparison.hold_mute)
        self.assertGreater(len(truth["hold_mute"]), 10)

    def test_codes_of_calls_that_are_old_enough(self):
        # The exporter's idea of a standing clock is up to a second ahead: compare where no call
        # is as old as the limit within a few seconds.
        for _ in range(60):
            now = local(self.platform.truth()["now"])
            limit = now - datetime.timedelta(minutes=30)
            tables = [self.platform.truth(**{"from": "2026-11-20", "to": edge.isoformat()})
                      for edge in (limit - datetime.timedelta(seconds=2),
                                   limit + datetime.timedelta(seconds=5))]
            if tables[0]["codes"] == tables[1]["codes"]:
                break
            self.platform.control(clock={"forward_seconds": 7})
        else:
            self.fail("calls end too often for this test")
        self.assertGreater(sum(row["count"] for row in tables[0]["codes"]), 500)
        self.eventually_shown(self.exporter_under_test,
                              lambda shown: Comparison(self, shown, tables[0]).codes())

    def test_names_stand_beside_ids(self):
        names = {
            "agent": {row["agent_id"]: row["agent_name"]
                      for row in self.platform.report("information.php", api="agents")},
            "skill": {row["skill_id"]: row["skill_name"]
                      for row in self.platform.report("information.php", api="skills")},
            "campaign": {row["campaign_id"]: row["campaign_name"]
                         for row in self.platform.report("information.php", api="campaigns")},
        }
        shown = self.scrape(self.exporter_under_test)
        compared = {kind: 0 for kind in names}
        for rows in shown.samples.values():
            for labels, _ in rows:
                for kind, known in names.items():
                    named = labels.get(f"{kind}_id")
                    if named in known:
                        self.assertEqual(labels[kind], known[named])
                        compared[kind] += 1
        for kind, count in compared.items():
            self.assertGreater(count, 10, kind)


class TwoOperations(SystemTest):
    def test_each_has_its_own_platform_and_its_own_series(self):
        platforms = {"acme": self.simulator(*STANDING, "--agents=12"),
                     "norte": self.simulator(*STANDING, "--agents=17", "--seed=2")}
        exporter = self.exporter(self.configuration(
            *(self.operation(platform.base_url, every("500ms"), name=name)
              for name, platform in platforms.items())))
        for name, platform in platforms.items():
            truth = platform.truth(**{"from": "2026-11-20"})

            def check(shown, name=name, truth=truth):
                self.assertEqual(shown.total("wolkvox_agents", operation=name),
                                 sum(truth["live"]["agents"].values()))
                Comparison(self, shown, truth, operation=name).all_but_codes()

            self.eventually_shown(exporter, check)


class OptionsOfAnOperation(SystemTest):
    """Configuration keys that change what is shown."""

    def shown_with(self, check, collectors=None, **options):
        platform = self.simulator(*STANDING, "--agents=12")
        exporter = self.exporter(self.configuration(self.operation(
            platform.base_url, collectors or every("500ms"), **options)))
        self.eventually_shown(exporter, lambda shown: check(shown, platform))
        return exporter

    def test_hidden_agent_names_show_the_id(self):
        def check(shown, platform):
            self.assertGreater(len(shown.of("wolkvox_calls_total")), 10)
            for rows in shown.samples.values():
                for labels, _ in rows:
                    if "agent" in labels:
                        self.assertEqual(labels["agent"], labels["agent_id"])

        self.shown_with(check, agent_names="hide")

    def test_hashed_agent_names_show_none_and_tell_agents_apart(self):
        def check(shown, platform):
            hashes = {labels["agent"] for labels, _ in shown.of("wolkvox_agent_status")}
            self.assertEqual(len(hashes), 12)
            for row in platform.report("real_time.php", api="agents"):
                self.assertNotIn(row["agent_name"], shown.text)

        self.shown_with(check, agent_names="hash")

    def test_labels_that_are_left_out_are_summed_over(self):
        def check(shown, platform):
            truth = platform.truth(**{"from": "2026-11-20"})
            for labels, _ in shown.of("wolkvox_calls_total"):
                self.assertNotIn("agent_id", labels)
                self.assertNotIn("campaign", labels)
            expected = {}
            for row in truth["calls"]:
                key = (row["skill_id"], row["interaction"])
                expected[key] = expected.get(key, 0) + row["count"]
            self.assertEqual(shown.summed("wolkvox_calls_total", "skill_id", "interaction"),
                             expected)

        self.shown_with(check, every("500ms", calls={"labels": ["skill"]}))

    def test_buckets_are_the_configured_ones(self):
        def check(shown, platform):
            bounds = {labels["le"] for labels, _ in
                      shown.of("wolkvox_abandoned_call_wait_seconds_bucket")}
            self.assertEqual(bounds, {"7", "70", "+Inf"})

        self.shown_with(check, every("500ms", abandoned_calls={"buckets": [7, 70]}))

    def test_a_collector_that_is_off_is_never_asked(self):
        platform = self.simulator(*STANDING, "--agents=12")
        exporter = self.exporter(self.configuration(
            self.operation(platform.base_url, every("200ms", "cdr", "campaigns"))))
        eventually(lambda: self.assertGreater(platform.count_of("agents_detail"), 2))
        self.assertEqual(platform.count_of("cdr_1"), 0)
        self.assertEqual(platform.count_of("campaigns"), 0)
        shown = self.scrape(exporter)
        self.assertFalse([name for name in shown.samples if "cdr" in name or "campaign_" in name])

    def test_series_beyond_the_limit_are_dropped_and_told(self):
        def check(shown, platform):
            self.assertGreater(
                shown.value("wolkvox_series_dropped_total", collector="calls"), 0)
            self.assertLessEqual(
                sum(len(rows) for name, rows in shown.samples.items()
                    if name.startswith(("wolkvox_call_", "wolkvox_calls_"))), 40)

        exporter = self.shown_with(check, series_limit=40)
        told = exporter.wait_for(r"series beyond series_limit.*collector=(\w+) series_limit=40")
        self.assertIn("calls", told)
        self.assertEqual(len(told), len(set(told)), "once a collector")
        self.all_up(exporter)


if __name__ == "__main__":
    unittest.main()
