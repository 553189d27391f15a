"""A platform that refuses, or is not there: told once, asked rarely, and `/metrics` goes on."""

import datetime
import os
import signal
import unittest

from processes import DeafPort, eventually
from system_test import COLLECTORS, STANDING, SystemTest, every, only


class Refusals(SystemTest):
    def all_down(self, exporter, reason):
        def check(shown):
            up = {labels["collector"]: value for labels, value in shown.of("wolkvox_up")}
            self.assertEqual(up, dict.fromkeys(COLLECTORS, 0.0))
            self.assertGreater(shown.total("wolkvox_api_errors_total", reason=reason), 0)

        self.eventually_shown(exporter, check)

    def assert_waits_after_saying_so_once(self, platform, exporter, asked):
        """Nobody asks while the lane is closed, however short the intervals."""
        shown = self.scrape(exporter)
        attempts = {each["name"]: each["next_poll"] for each in
                    exporter.status()["operations"][0]["collectors"]}
        self.eventually_said(exporter, "refuses the token", times=1)
        self.assertEqual(exporter.said().count("collector failing"), 0, exporter.said())
        now = exporter.status()["now"]
        for name, due in attempts.items():
            self.assertGreater(due, now, name)
        self.assertEqual(sum(each["requests"] for each in
                             platform.requests()["reports"].values()), asked)
        return shown

    def test_a_wrong_token_is_asked_once_and_told_once(self):
        platform = self.simulator(*STANDING)
        operation = self.operation(platform.base_url, every("200ms"))
        operation["token_file"] = str(self.token_file("wrong"))
        exporter = self.exporter(self.configuration(operation))
        self.all_down(exporter, "auth")
        self.assert_waits_after_saying_so_once(platform, exporter, asked=1)
        exporter.wait_for(r"refuses the token.*reason=auth.*probe_in")

    def test_a_token_that_is_revoked_later_keeps_the_last_counters(self):
        platform = self.simulator(*STANDING)
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("200ms"))))
        self.all_up(exporter)
        rows = platform.truth(**{"from": "2026-11-20"})["rows"]["cdr_1"]
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            shown.total("wolkvox_cdr_calls_total"), rows))
        platform.control(token="new", forget_requests=True)
        self.all_down(exporter, "auth")
        shown = self.assert_waits_after_saying_so_once(platform, exporter, asked=1)
        self.assertEqual(shown.total("wolkvox_cdr_calls_total"), rows)

    def test_a_new_configuration_ends_the_wait(self):
        platform = self.simulator(*STANDING)
        operation = self.operation(platform.base_url, every("200ms"))
        good = operation["token_file"]
        operation["token_file"] = str(self.token_file("wrong"))
        path = self.configuration(operation)
        exporter = self.exporter(path)
        self.all_down(exporter, "auth")
        operation["token_file"] = good
        self.write_configuration(path, operation)
        exporter.signal(signal.SIGHUP)
        self.all_up(exporter)

    def test_a_reload_tries_a_corrected_token_at_once(self):
        platform = self.simulator(*STANDING)
        operation = self.operation(platform.base_url, every("200ms"))
        path = self.token_file("wrong")
        operation["token_file"] = str(path)
        exporter = self.exporter(self.configuration(operation))
        self.all_down(exporter, "auth")
        exporter.signal(signal.SIGHUP)

        def refused_again():
            status = exporter.status()
            seconds = datetime.timedelta(seconds=90)
            for each in status["operations"][0]["collectors"]:
                self.assertGreater(datetime.datetime.fromisoformat(each["next_poll"]),
                                   datetime.datetime.fromisoformat(status["now"]) + seconds)

        eventually(refused_again)  # the second wait is two minutes
        path.write_text(platform.TOKEN + "\n", encoding="utf-8")
        exporter.signal(signal.SIGHUP)
        self.all_up(exporter)

    def test_a_spent_quota_is_asked_once_and_told_once(self):
        platform = self.simulator(*STANDING)
        exporter = self.exporter(
            self.configuration(self.operation(platform.base_url, every("200ms"))))
        self.all_up(exporter)
        platform.control(quota_used=platform.LICENCES * 1000, forget_requests=True)
        self.all_down(exporter, "quota")
        self.assert_waits_after_saying_so_once(platform, exporter, asked=1)
        exporter.wait_for(r"refuses the token.*reason=quota")

    def no_file(self):
        return self.new_file(".token")

    def empty_file(self):
        return self.token_file("")

    def pipe(self):
        path = self.new_file(".token")
        os.mkfifo(path)
        return path

    def test_a_token_file_that_cannot_be_read_is_named_and_the_platform_is_not_blamed(self):
        platform = self.simulator(*STANDING)
        for make, why in ((self.no_file, "cannot be read: No such file"),
                          (self.empty_file, "is empty"),
                          (lambda: self.token_file("two words"), "holds more than one word"),
                          (lambda: self.folder, "it is a directory"),
                          (self.pipe, "it is a pipe")):
            with self.subTest(why):
                operation = self.operation(platform.base_url, every("200ms"))
                path = operation["token_file"] = str(make())
                exporter = self.exporter(self.configuration(operation))
                exporter.wait_for(r"the token cannot be read;.*reason=auth")
                self.all_down(exporter, "auth")
                self.assertNotIn("refuses the token", exporter.said())
                told = f"the token file {path} {why}" if "cannot" in why else why
                self.eventually_said(exporter, told)
                for each in exporter.status()["operations"][0]["collectors"]:
                    self.assertIn(path, each["last_error"])
                    self.assertIn(why, each["last_error"])
                self.assertIn(why, exporter.get("/").text)
                shown = self.scrape(exporter)
                self.assertEqual(shown.total("wolkvox_api_requests_total"), 0)
                self.assertEqual(platform.requests()["reports"], {})
                exporter.stop()

    def test_a_token_that_the_platform_refuses_after_all_is_told_too(self):
        platform = self.simulator(*STANDING)
        operation = self.operation(platform.base_url, only("200ms", "agents"))
        path = self.no_file()
        operation["token_file"] = str(path)
        exporter = self.exporter(self.configuration(operation))
        exporter.wait_for("the token cannot be read")
        path.write_text("wrong", encoding="utf-8")
        exporter.signal(signal.SIGHUP)
        exporter.wait_for("the platform refuses the token")

    def test_a_token_file_is_read_again_when_it_changes(self):
        platform = self.simulator(*STANDING)
        operation = self.operation(platform.base_url, only("200ms", "agents"))
        path = self.token_file()
        operation["token_file"] = str(path)
        exporter = self.exporter(self.configuration(operation))
        self.all_up(exporter, ("agents",))
        # A token that changes at both ends: at most one refusal between the two, so none here.
        exporter.signal(signal.SIGSTOP)
        platform.control(token="next-token")
        path.write_text("next-token\n", encoding="utf-8")
        before = platform.count_of("agents")
        exporter.signal(signal.SIGCONT)
        eventually(lambda: self.assertGreater(platform.count_of("agents"), before + 2))
        self.all_up(exporter, ("agents",))

    def test_a_token_file_that_is_corrected_is_tried_before_the_pause_is_over(self):
        platform = self.simulator(*STANDING)
        operation = self.operation(platform.base_url, only("200ms", "agents"))
        path = self.token_file("wrong")
        operation["token_file"] = str(path)
        exporter = self.exporter(self.configuration(operation))
        exporter.wait_for(r"refuses the token.*probe_in=1m")
        path.write_text(platform.TOKEN + "\n", encoding="utf-8")
        self.all_up(exporter, ("agents",))

    def test_a_token_from_the_environment(self):
        platform = self.simulator(*STANDING)
        operation = self.operation(platform.base_url, every("1h"))
        del operation["token_file"]
        operation["token_env"] = "ACME_TOKEN"
        exporter = self.exporter(self.configuration(operation),
                                 environment={"ACME_TOKEN": platform.TOKEN})
        self.all_up(exporter)


class Unreachable(SystemTest):
    def test_nobody_listens_until_somebody_does(self):
        port = DeafPort(self).port
        exporter = self.exporter(self.configuration(self.operation(
            f"http://127.0.0.1:{port}/api/v2/", every("300ms"))))

        def down(shown):
            up = {labels["collector"]: value for labels, value in shown.of("wolkvox_up")}
            self.assertEqual(up, dict.fromkeys(COLLECTORS, 0.0))
            for collector in COLLECTORS:
                if collector == "hold_mute":
                    continue  # waits for the roster, and fails with it
                self.assertGreater(shown.value("wolkvox_api_errors_total", collector=collector,
                                               reason="connect"), 2)

        self.eventually_shown(exporter, down)
        # The first at once, the others in one line: not each, and not each time.
        self.eventually_said(exporter, "collector failing", times=1)
        told = exporter.wait_for(r"every collector of the operation fails alike.*")
        self.assertEqual(len(told), 1)
        self.assertRegex(told[0], f"reason=connect collectors={','.join(COLLECTORS)}")
        self.assertEqual(exporter.get("/-/healthy").status, 200)
        self.assertEqual(exporter.get("/-/ready").status, 200, "the failure has been reported")

    def test_a_host_that_does_not_exist(self):
        exporter = self.exporter(self.configuration(self.operation(
            "https://wv0042.wolkvox.invalid/api/v2/", only("300ms", "agents"))))
        self.eventually_shown(exporter, lambda shown: self.assertGreater(
            shown.value("wolkvox_api_errors_total", collector="agents", reason="connect"), 0))

    def test_the_other_operation_is_untouched(self):
        platform = self.simulator(*STANDING)
        exporter = self.exporter(self.configuration(
            self.operation(f"http://127.0.0.1:{DeafPort(self).port}/api/v2/", every("300ms"),
                           name="gone"),
            self.operation(platform.base_url, every("300ms"))))

        def check(shown):
            self.assertEqual(shown.summed("wolkvox_up", "operation"),
                             {("acme",): float(len(COLLECTORS))})
            self.assertEqual(len(shown.of("wolkvox_up", operation="gone")), len(COLLECTORS))

        self.eventually_shown(exporter, check)


if __name__ == "__main__":
    unittest.main()
