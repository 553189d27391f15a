"""Start, stop in any state, and reload."""

import signal
import socket
import threading
import time
import unittest

from processes import eventually
from system_test import STANDING, SystemTest, every, only

# Contract section 1: SIGTERM and SIGINT stop within 5 s.
STOPS_WITHIN = 5


class Stop(SystemTest):
    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING)

    def start(self, collectors=None, **options):
        return self.exporter(self.configuration(self.operation(
            self.platform.base_url, collectors or every("1h"), **options)))

    def assert_stops(self, exporter, which=signal.SIGTERM):
        exporter.signal(which)
        self.assertEqual(exporter.wait(STOPS_WITHIN), 0, exporter.said())
        # Closed, not left behind: no write-ahead log remains.
        self.assertEqual(sorted(file.name for file in exporter.storage.iterdir()),
                         ["hash.key", "ledger.db", "ledger.lock"])

    def test_at_rest(self):
        for which in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(which):
                exporter = self.start()
                self.all_up(exporter)
                self.assert_stops(exporter, which)

    def test_right_after_start(self):
        # At another step of the first polls each time; one in thirty once never ended.
        for moment in range(15):
            with self.subTest(moment):
                exporter = self.start()
                time.sleep(moment / 100)
                self.assert_stops(exporter)

    def test_a_reload_that_is_asked_for_too_late_does_no_harm(self):
        exporter = self.start()
        self.all_up(exporter)
        exporter.signal(signal.SIGTERM)
        while exporter.process.poll() is None:
            exporter.signal(signal.SIGHUP)
        self.assertEqual(exporter.wait(), 0, exporter.said())

    def test_during_requests_that_hang(self):
        for kind in ("stall", "slow", "trickle"):
            with self.subTest(kind):
                self.platform.control(clear_faults=True, forget_requests=True)
                self.platform.fault(kind, delay_ms=60_000)
                exporter = self.start(timeout="60s")
                eventually(lambda: self.assertTrue(self.platform.requests()["last"]))
                self.assert_stops(exporter)

    def test_while_everything_is_polled_at_once(self):
        # Stops in another state each time; one in three once died of it.
        for _ in range(6):
            exporter = self.start(every("50ms"))
            self.all_up(exporter)
            self.assert_stops(exporter)

    def test_with_scrapers_that_do_not_leave_or_do_not_read(self):
        exporter = self.start()
        self.all_up(exporter)
        host, port = exporter.address.split(":")
        with socket.create_connection((host, int(port))) as idle, \
                socket.create_connection((host, int(port))) as half, \
                socket.create_connection((host, int(port))) as deaf:
            half.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n")
            deaf.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 200)
            idle.settimeout(0)
            self.assert_stops(exporter)

    def test_while_nobody_answers_behind_a_full_queue(self):
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(0)
            exporter = self.exporter(self.configuration(self.operation(
                f"http://127.0.0.1:{deaf.getsockname()[1]}/api/v2/", every("100ms"),
                timeout="60s", max_concurrent_requests=2)))
            eventually(lambda: self.assertIsNotNone(exporter.collector("agents")["last_attempt"]))
            self.assert_stops(exporter)

    def test_quit_over_http_where_allowed(self):
        exporter = self.exporter(
            self.configuration(self.operation(self.platform.base_url, every("1h"))),
            "--web.enable-lifecycle")
        self.assertEqual(exporter.get("/-/quit").status, 405)
        self.assertEqual(exporter.get("/-/quit", method="POST").status, 200)
        self.assertEqual(exporter.wait(STOPS_WITHIN), 0)


class Ready(SystemTest):
    def test_not_before_every_collector_was_asked(self):
        platform = self.simulator(*STANDING)
        platform.fault("stall", report="agents_detail")
        exporter = self.exporter(self.configuration(
            self.operation(platform.base_url, every("1h"), timeout="3s")))
        eventually(lambda: self.assertTrue(platform.count_of("agents_detail")))
        self.assertEqual(exporter.get("/-/ready").status, 503)
        self.assertEqual(exporter.get("/-/healthy").status, 200)
        # `cdr` waits until the platform has given the other up, too.
        eventually(lambda: self.assertEqual(exporter.get("/-/ready").status, 200), within=100)


class Reload(SystemTest):
    def setUp(self):
        super().setUp()
        self.platforms = [self.simulator(*STANDING, f"--agents={10 + each}") for each in (0, 1)]
        self.path = self.configuration(self.named("acme", 0))
        self.exporter_under_test = self.exporter(self.path, "--web.enable-lifecycle")
        self.all_up(self.exporter_under_test)

    def named(self, name, which, **options):
        return self.operation(self.platforms[which].base_url, every("300ms"), name=name, **options)

    def hang_up(self):
        self.exporter_under_test.signal(signal.SIGHUP)

    def agents(self, expected):
        self.eventually_shown(self.exporter_under_test, lambda shown: self.assertEqual(
            shown.summed("wolkvox_agents", "operation"), expected))

    def test_a_good_file_adds_and_removes_operations(self):
        first = self.named("acme", 0)
        self.write_configuration(self.path, first, self.named("norte", 1))
        self.hang_up()
        self.agents({("acme",): 10, ("norte",): 11})
        self.write_configuration(self.path, self.named("norte", 1))
        self.hang_up()
        self.agents({("norte",): 11})
        shown = self.scrape(self.exporter_under_test)
        self.assertEqual(shown.operations(), {"norte"})
        self.assertEqual(shown.value("wolkvox_exporter_config_last_reload_successful"), 1)

    def test_a_bad_file_is_told_and_the_old_configuration_goes_on(self):
        self.path.write_text("operations:\n  - nme: acme\n", encoding="utf-8")
        self.hang_up()
        self.eventually_shown(self.exporter_under_test, lambda shown: self.assertEqual(
            shown.value("wolkvox_exporter_config_last_reload_successful"), 0))
        said = self.exporter_under_test.wait_for(r".*the old one goes on.*")[0]
        self.assertIn(f"{self.path.name}:2:", said)
        self.assertIn("nme", said)
        before = self.platforms[0].count_of("agents")
        eventually(lambda: self.assertGreater(self.platforms[0].count_of("agents"), before + 2))
        self.agents({("acme",): 10})
        # And over HTTP, with the reason.
        answer = self.exporter_under_test.get("/-/reload", method="POST")
        self.assertEqual(answer.status, 500)
        self.assertIn(f"{self.path.name}:2:", answer.text)

    def test_authorities_that_cannot_be_read_are_no_reason_to_stop(self):
        good = self.named("acme", 0)
        self.write_configuration(self.path, good | {"tls": {"ca_file": "none.pem"}})
        answer = self.exporter_under_test.get("/-/reload", method="POST")
        self.assertEqual(answer.status, 500)
        self.assertIn("none.pem cannot be read: No such file", answer.text)
        before = self.platforms[0].count_of("agents")
        eventually(lambda: self.assertGreater(self.platforms[0].count_of("agents"), before + 2))
        self.write_configuration(self.path, good)
        self.assertEqual(self.exporter_under_test.get("/-/reload", method="POST").status, 200)

    def test_a_reload_warns_as_a_start_does(self):
        self.write_configuration(self.path, self.named("acme", 0), self.named("norte", 0))
        self.hang_up()
        self.exporter_under_test.wait_for("operation 'norte' has the token of 'acme'")

    def test_counters_go_on_through_a_reload_that_changes_their_operation(self):
        rows = self.platforms[0].truth(**{"from": "2026-11-20"})["rows"]["cdr_1"]

        def whole(shown):
            self.assertEqual(shown.total("wolkvox_cdr_calls_total"), rows)

        self.eventually_shown(self.exporter_under_test, whole)
        self.write_configuration(self.path, self.named("acme", 0, timeout="3s"))
        self.assertEqual(self.exporter_under_test.get("/-/reload", method="POST").status, 200)
        whole(self.scrape(self.exporter_under_test))
        self.all_up(self.exporter_under_test)
        whole(self.scrape(self.exporter_under_test))

    def reload(self, *operations):
        self.write_configuration(self.path, *operations)
        answer = self.exporter_under_test.get("/-/reload", method="POST")
        self.assertEqual(answer.status, 200, answer.text)

    def test_collectors_that_did_not_change_keep_running(self):
        first = self.operation(self.platforms[0].base_url, every("1h", quota={"interval": "100ms"}))
        self.reload(first)
        self.all_up(self.exporter_under_test)
        # What counts is shown at 0 first.
        self.eventually_shown(self.exporter_under_test, lambda shown: self.assertGreater(
            shown.total("wolkvox_cdr_calls_total"), 0))
        before = self.scrape(self.exporter_under_test)
        clock = self.exporter_under_test.collector("cdr")["last_attempt"]
        first["collectors"] = every("1h", "campaigns", skills={"interval": "200ms"})
        self.reload(first)

        def changed(shown):
            up = {labels["collector"] for labels, _ in shown.of("wolkvox_up")}
            self.assertNotIn("campaigns", up)
            self.assertEqual(len(up), 8)
            self.assertEqual(shown.of("wolkvox_campaign_running"), [])
            self.assertEqual(
                shown.value("wolkvox_poll_interval_seconds", collector="skills"), 0.2)
            self.assertEqual(
                shown.value("wolkvox_poll_interval_seconds", collector="quota"), 3600)

        self.eventually_shown(self.exporter_under_test, changed)
        asked = self.platforms[0].requests()["reports"]
        # A request of quota that the change cut keeps the lane for a minute.
        eventually(lambda: self.assertGreater(
            self.platforms[0].count_of("skills"), asked["skills"]["requests"] + 3), within=90)
        # The others were not asked again, tell the same, and neither their counters nor what the
        # operation spent began anew.
        for report in ("agents", "cdr_1", "skill_2", "agents_detail"):
            self.assertEqual(self.platforms[0].count_of(report), asked[report]["requests"], report)
        self.assertEqual(self.exporter_under_test.collector("cdr")["last_attempt"], clock)
        after = self.scrape(self.exporter_under_test)
        for family in ("wolkvox_api_requests_total", "wolkvox_budget_spent_requests",
                       "wolkvox_rows_total"):
            kept = {labels["collector"]: value for labels, value in after.of(family)}
            for labels, value in before.of(family):
                if labels["collector"] != "campaigns":
                    self.assertGreaterEqual(kept[labels["collector"]], value, labels)
        self.assertEqual(after.total("wolkvox_cdr_calls_total"),
                         before.total("wolkvox_cdr_calls_total"))
        # And on again.
        first["collectors"] = every("1h")
        self.reload(first)
        self.all_up(self.exporter_under_test)

    def test_a_live_table_stays_while_its_collector_is_replaced(self):
        first = self.operation(self.platforms[0].base_url, every("1h"))
        self.reload(first)
        self.all_up(self.exporter_under_test)
        self.platforms[0].fault("slow", "agents", delay_ms=1500)
        first["collectors"] = every("1h", agents={"interval": "30m"})
        asked = self.platforms[0].count_of("agents")
        self.reload(first)
        eventually(lambda: self.assertGreater(self.platforms[0].count_of("agents"), asked))
        shown = self.scrape(self.exporter_under_test)
        self.assertEqual(shown.total("wolkvox_agents"), 10)
        self.assertEqual(self.exporter_under_test.get("/-/ready").status, 200)

    def test_an_answer_that_is_awaited_is_not_cut_by_a_change_beside_it(self):
        first = self.operation(self.platforms[0].base_url,
                               every("1h", abandoned_calls={"interval": "200ms"}))
        self.reload(first)
        self.all_up(self.exporter_under_test)
        def sent():
            return self.scrape(self.exporter_under_test).value(
                "wolkvox_api_requests_total", collector="abandoned_calls")

        before = sent()
        self.platforms[0].control(forget_requests=True)
        self.platforms[0].fault("slow", "skill_2", delay_ms=1000)
        eventually(lambda: self.assertEqual(self.platforms[0].count_of("skill_2"), 1))
        first["collectors"]["agents"]["interval"] = "2h"
        self.reload(first)
        eventually(lambda: self.assertGreaterEqual(self.platforms[0].count_of("skill_2"), 3))
        self.assertGreater(sent(), before)
        self.assertEqual(self.exporter_under_test.collector("abandoned_calls")["last_error"], "")
        shown = self.scrape(self.exporter_under_test)
        self.assertEqual(
            shown.total("wolkvox_api_errors_total", collector="abandoned_calls"), 0)

    def test_a_signal_during_a_reload_is_not_lost(self):
        """What is in the file by then counts, although the reload under way has read it already."""
        operations = [self.operation(self.platforms[0].base_url, only("1h", "agents"),
                                     name=f"site{each}") for each in range(30)]

        def intervals():
            return {value for _, value in self.scrape(self.exporter_under_test).of(
                "wolkvox_poll_interval_seconds")}

        for turn in range(1, 11):
            self.write_configuration(self.path, *operations[turn % 2:])
            reload = threading.Thread(target=self.exporter_under_test.get, args=("/-/reload",),
                                      kwargs={"method": "POST"})
            reload.start()
            time.sleep(turn / 200)  # at another step of the reload each time
            for each in operations:
                each["collectors"]["agents"]["interval"] = f"{turn}h"
            new = self.new_file(".new")
            self.write_configuration(new, *operations)
            new.replace(self.path)
            self.hang_up()
            reload.join()
            eventually(lambda: self.assertEqual(intervals(), {turn * 3600.0}))

    def test_a_stop_during_reloads(self):
        first = self.operation(self.platforms[0].base_url, every("50ms"))
        for turn in range(6):
            with self.subTest(turn):
                exporter = self.exporter(self.path, "--web.enable-lifecycle")
                self.all_up(exporter)
                first["collectors"]["cdr"]["interval"] = f"{100 + turn}ms"
                self.write_configuration(self.path, first)
                exporter.signal(signal.SIGHUP)
                exporter.signal(signal.SIGTERM)
                self.assertEqual(exporter.wait(STOPS_WITHIN), 0, exporter.said())

    def test_reload_over_http_needs_the_flag(self):
        exporter = self.exporter(self.configuration(
            self.operation(self.platforms[0].base_url, only("1h", "agents"))))
        self.assertEqual(exporter.get("/-/reload", method="POST").status, 403)
        self.assertEqual(exporter.get("/-/quit", method="POST").status, 403)


class Zone(SystemTest):
    def test_a_zone_that_is_corrected_right_after_the_first_start_loses_nothing(self):
        platform = self.simulator(*STANDING)
        rows = platform.truth(**{"from": "2026-11-20"})["rows"]["cdr_1"]
        storage = self.new_file(".storage")
        for zone in ("America/Los_Angeles", "America/Bogota"):
            exporter = self.exporter(self.configuration(self.operation(
                platform.base_url, every("1h"), timezone=zone)), storage=storage)
            self.all_up(exporter)
            if zone != "America/Bogota":
                shown = self.scrape(exporter).total("wolkvox_rows_total", collector="cdr")
                self.assertLess(shown, rows)
                exporter.kill()
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            shown.total("wolkvox_cdr_calls_total"), rows))


if __name__ == "__main__":
    unittest.main()
