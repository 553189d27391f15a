"""What passes for success and what does not, on answers that the simulator does not make: errors
inside a 200, rows in other forms, rows of another table, rows and answers that cannot be read."""

import datetime
import json
import unittest

from processes import eventually
from stand_in import NO_ROWS, StandIn, call, date, in_window, now, rows, skill
from system_test import SystemTest, only


class Upstream(SystemTest):
    def stand_in(self, **answers):
        made = StandIn(**answers)
        self.addCleanup(made.stop)
        return made

    def start(self, platform, collectors, **more):
        return self.exporter(self.configuration(
            self.operation(platform.base_url, collectors, **more)), "--log.level=debug")

    def counted(self, exporter, number, **labels):
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            shown.total("wolkvox_calls_total", **labels), number, exporter.said()[-3000:]))

    def failing(self, exporter, collector, text):
        def check(shown):
            self.assertEqual(shown.value("wolkvox_up", collector=collector), 0)
            self.assertIn(text, exporter.said())

        self.eventually_shown(exporter, check)


class Success(Upstream):
    def test_is_said_or_it_is_none(self):
        for body, said in (
                (b'{"code":"200","error":"Internal Server Error","msg":"SQLSTATE[HY000]","data":[]}',
                 "Internal Server Error"),
                (b'{"error":"Internal Server Error"}', "Internal Server Error"),
                (b'{"msg":"Query timeout"}', "nothing that says success"),
                (b'{"code":"-1","error":"db","msg":"x","data":null}', "words of its own"),
                (b'{"code":"ERROR","error":"db","msg":"x"}', "words of its own"),
                (b'{"code":"500","error":"x","msg":"x","data":[]}', "server error"),
                (b'{"status":"error","message":"db down"}', "without code"),
                (b'[]', "nothing that says success"),
                (b'{"code":"200","error":"db gone","data":[{"conn_id":"1"}]}', "words of its own"),
                (b'<html></html>', "HTML")):
            with self.subTest(body):
                at = now() - datetime.timedelta(minutes=5)
                listed = [call(f"1.{i}.1", at - datetime.timedelta(seconds=i)) for i in range(11)]
                platform = self.stand_in(agents_detail=body)
                exporter = self.start(platform, only("1s", "calls"))
                self.failing(exporter, "calls", said)
                platform.answers["agents_detail"] = (
                    lambda query, every=listed: rows(*in_window(query, every))
                    if in_window(query, every) else NO_ROWS)
                self.counted(exporter, 11)
                for private in ("SQLSTATE", "Query timeout", "db down"):
                    self.assertNotIn(private, exporter.said())
                exporter.stop()

    def test_a_404_that_is_not_the_platforms_is_a_failure(self):
        platform = self.stand_in(agents_detail=(404, {}, b"<html>not here</html>"))
        exporter = self.start(platform, only("1s", "calls"))
        self.failing(exporter, "calls", "not in the platform's form")

    def test_no_rows_are_a_success_where_it_is_said(self):
        for body in (b'{"code":200,"error":null,"data":[]}', b'{"code":"0","error":" "}',
                     b'{"code":0,"error":"","data":{}}', b'{"code":"200","data":null}', NO_ROWS):
            with self.subTest(body):
                exporter = self.start(self.stand_in(agents_detail=body), only("1s", "calls"))
                self.eventually_shown(exporter, lambda shown: self.assertEqual(
                    shown.value("wolkvox_up", collector="calls"), 1))
                exporter.stop()

    def test_rows_come_keyed_by_numbers(self):
        at = now() - datetime.timedelta(minutes=5)
        keyed = {str(2 * i): call(f"1.{i}.4", at) for i in range(3)}
        for body in ({"code": "200", "error": None, "data": keyed}, keyed):
            exporter = self.start(self.stand_in(agents_detail=json.dumps(body).encode()),
                                  only("1s", "calls"))
            self.counted(exporter, 3, interaction="inbound", skill_id="100")
            exporter.stop()


class RowsOfAnotherTable(Upstream):
    def test_fail_the_collector_with_the_missing_column(self):
        renamed = skill()
        renamed["id"] = renamed.pop("skill_id")
        other = call("1.1.1", now() - datetime.timedelta(minutes=5))
        for old, new in (("duration", "dur"), ("hung_up", "ended"), ("skill", "queue"),
                         ("type_call", "kind")):
            other[new] = other.pop(old)
        platform = self.stand_in(skills=rows(renamed, renamed), agents_detail=rows(other))
        exporter = self.start(platform, only("1s", "skills", "calls"))
        self.failing(exporter, "skills", "none of 2 rows could be used: no skill_id")
        self.failing(exporter, "calls",
                     "none of 1 rows could be used: no type_call, skill, duration, hung_up")
        shown = self.scrape(exporter)
        self.assertEqual(shown.of("wolkvox_calls_total"), [])

    def test_whose_ids_are_all_blank_fail_too(self):
        platform = self.stand_in(skills=rows(skill(skill_id=""), skill(skill_id="-")))
        exporter = self.start(platform, only("1s", "skills"))
        self.failing(exporter, "skills", "none of 2 rows could be used: every id is blank")


class Unreadable(Upstream):
    def listing(self, comment):
        """11 calls of which one has the comment, as the bytes of an answer for its window."""
        at = now() - datetime.timedelta(minutes=5)
        calls = [call(f"1.{i}.2", at - datetime.timedelta(seconds=i)) for i in range(11)]
        calls[5]["comment"] = "@@"

        def answer(query):
            found = in_window(query, calls)
            return rows(*found).replace(b"@@", comment) if found else NO_ROWS

        return answer

    def test_strings_cost_nothing(self):
        for comment in (rb"hola \ud83d", b"linea 1\nlinea 2", b"a\tb", rb"it\'s", rb"C:\dir",
                        rb"\udc00x", rb"\u12", b"\x01\x02", rb"\ud83d\ud83d"):
            with self.subTest(comment):
                exporter = self.start(self.stand_in(agents_detail=self.listing(comment)),
                                      only("1s", "calls"))
                self.counted(exporter, 11)
                self.assertEqual(self.scrape(exporter).total(
                    "wolkvox_rows_ignored_total", collector="calls", reason="unreadable"), 0)
                exporter.stop()

    def test_rows_cost_themselves_and_are_told(self):
        for comment in (b'say "hi" to', b"C:\\", b'","x":NaN,"y":"'):
            with self.subTest(comment):
                exporter = self.start(self.stand_in(agents_detail=self.listing(comment)),
                                      only("1s", "calls"))
                self.counted(exporter, 10)
                self.eventually_said(exporter, "rows that are no JSON were passed over")
                shown = self.scrape(exporter)
                self.assertGreater(shown.value("wolkvox_rows_ignored_total", collector="calls",
                                               reason="unreadable"), 0)
                self.assertEqual(shown.value("wolkvox_up", collector="calls"), 1)
                exporter.stop()

    def test_an_answer_is_narrowed_down_to_a_second(self):
        at = (now() - datetime.timedelta(minutes=5)).replace(microsecond=0)
        calls = [call(f"1.{i}.2", at - datetime.timedelta(seconds=30 * i)) for i in range(11)]
        poison = calls[5]["date"]

        def answer(query):
            found = in_window(query, calls)
            if any(row["date"] == poison for row in found):
                return b'{"code":"200","msg":"a "b"","data":[]}'
            return rows(*found) if found else NO_ROWS

        platform = self.stand_in(agents_detail=answer)
        exporter = self.start(platform, only("1s", "calls"))
        self.counted(exporter, 10)
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            (shown.value("wolkvox_unreadable_seconds_total", collector="calls"),
             shown.value("wolkvox_up", collector="calls")), (1, 1)), within=120)
        self.eventually_said(exporter, "stays unreadable and is passed over", times=1)

    def test_html_and_cut_answers_are_never_halved(self):
        for body in (b"<html>}</html>", b"", rows(call("1.1.1", now()))[:-9]):
            with self.subTest(body):
                platform = self.stand_in(agents_detail=body)
                exporter = self.start(platform, only("1h", "calls"))
                self.failing(exporter, "calls", "collector failing")
                # The second that tells the platform's time, or the window: one of them.
                self.assertEqual(platform.count_of("agents_detail"), 1)
                exporter.stop()


class Budget(Upstream):
    @staticmethod
    def quota(left, **more):
        return rows({"description": "prometheus", "token_limit": "10000",
                     "token_use_today": str(10000 - left), "all_token_today": "20000",
                     "available_consumption_options": str(left)}, **more)

    def test_is_what_the_platform_says_is_left_less_the_reserve(self):
        platform = self.stand_in(token_info=self.quota(9900), skills=rows(skill()))
        exporter = self.start(platform, only("1s", "quota", "skills"))
        self.eventually_shown(exporter, lambda shown: self.assertAlmostEqual(
            shown.value("wolkvox_budget_remaining_requests"), 8900, delta=100))
        asked = platform.count_of("skills")
        eventually(lambda: self.assertGreater(platform.count_of("skills"), asked))

    def test_stops_the_reports_at_the_reserve_and_live_collectors_at_nothing(self):
        platform = self.stand_in(token_info=self.quota(1000), skills=rows(skill()))
        exporter = self.start(platform, only("1s", "quota", "skills", "calls"))

        def reports_wait(shown):
            self.assertEqual(shown.value("wolkvox_budget_remaining_requests"), 0)
            self.assertGreater(shown.value("wolkvox_poll_interval_seconds", collector="calls"), 60)
            self.assertEqual(shown.value("wolkvox_up", collector="skills"), 1)

        self.eventually_shown(exporter, reports_wait)
        self.eventually_said(exporter, "reports wait for the platform's midnight")
        exporter.stop()
        platform = self.stand_in(token_info=self.quota(0), skills=rows(skill()))
        exporter = self.start(platform, only("1s", "quota", "skills"))
        self.eventually_shown(exporter, lambda shown: self.assertGreater(
            shown.value("wolkvox_poll_interval_seconds", collector="skills"), 60))
        # Asked all the same, once an hour.
        self.assertEqual(self.scrape(exporter).value("wolkvox_poll_interval_seconds",
                                                     collector="quota"), 3600)


class Dates(Upstream):
    def test_in_the_future_are_told(self):
        ahead = now() + datetime.timedelta(hours=1)
        platform = self.stand_in(agents_detail=lambda _: rows(call("1.1.1", ahead)))
        exporter = self.start(platform, only("1s", "calls"))
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            shown.value("wolkvox_clock_suspect", collector="calls"), 1))
        self.eventually_said(exporter, "contradict each other", times=1)
        self.assertIn("dated later than the platform", exporter.get("/").text)
        self.assertAlmostEqual(
            self.scrape(exporter).value("wolkvox_newest_row_timestamp_seconds", collector="calls"),
            ahead.timestamp(), delta=2)

    def test_that_contradict_the_ids_tell_the_zone(self):
        def answer(query):
            epoch = int(now().timestamp()) - 900
            listed = [call(f"20001.7.{epoch - i}.{i}", now() - datetime.timedelta(seconds=860 + i))
                      for i in range(5)]
            return rows(*listed)

        platform = self.stand_in(agents_detail=answer)
        exporter = self.start(platform, only("1s", "calls"),
                              timezone="America/Argentina/Buenos_Aires")
        self.eventually_said(exporter, "the platform's dates look like UTC-05:00", times=1)
        self.assertEqual(self.scrape(exporter).value("wolkvox_clock_suspect", collector="calls"), 1)

    def test_that_are_right_are_not_suspect(self):
        at = now() - datetime.timedelta(minutes=15)
        epoch = int(at.timestamp())
        listed = [call(f"ivr.{epoch - i}.{i}", at) for i in range(5)]
        platform = self.stand_in(agents_detail=lambda query: rows(*listed))
        exporter = self.start(platform, only("1s", "calls"))
        self.counted(exporter, 5)
        self.assertEqual(self.scrape(exporter).value("wolkvox_clock_suspect", collector="calls"), 0)


class Absence(Upstream):
    """A day in seconds: the platform's clock goes on five minutes with each answer of `skills`."""

    def start_day(self, zone, answer):
        self.passed = 0
        begun = now().replace(hour=18, minute=0)  # the afternoon there, whatever the hour here

        def clock():
            return begun + datetime.timedelta(minutes=5 * self.passed)

        def skills(_):
            self.passed += 1
            return rows(skill(stat_answer=str(self.passed), stat_abandon=str(self.passed)))

        self.platform = self.stand_in(clock=clock, skills=skills,
                                      agents_detail=lambda query: answer(query, clock()))
        return self.start(self.platform, only("200ms", "skills", "calls"), timezone=zone)

    @staticmethod
    def published(query, at):
        """A call every five minutes, published a quarter of an hour after it, in the platform's zone."""
        found = in_window(query, [call(f"1.{i}.2", at - datetime.timedelta(minutes=15 + 5 * i))
                                  for i in range(24)])
        return rows(*found) if found else NO_ROWS

    def test_is_told_within_two_hours_with_the_zone_and_costs_one_request_a_day(self):
        exporter = self.start_day("Atlantic/Azores", self.published)  # four or five hours off
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            shown.value("wolkvox_clock_suspect", collector="calls"), 1))
        self.eventually_said(exporter, "the platform's dates look like UTC-05:00", times=1)
        self.assertIn("Contradiction", exporter.get("/").text)
        wide = [query for report, query in self.platform.asked if report == "agents_detail" and
                self.length(query) > datetime.timedelta(hours=25)]
        self.assertEqual(len(wide), 1)

    def test_is_none_in_the_right_zone(self):
        exporter = self.start_day("America/Bogota", self.published)
        eventually(lambda: self.assertGreater(self.passed, 60))
        self.assertEqual(self.scrape(exporter).value("wolkvox_clock_suspect", collector="calls"), 0)

    @staticmethod
    def length(query):
        begin, end = (datetime.datetime.strptime(query[each], "%Y%m%d%H%M%S")
                      for each in ("date_ini", "date_end"))
        return end - begin


class Waits(Upstream):
    def test_a_day_that_a_server_asks_for_is_a_quarter_of_an_hour(self):
        platform = self.stand_in(skills=(503, {"Retry-After": "86400"}, b""))
        exporter = self.start(platform, only("1s", "skills"))
        self.failing(exporter, "skills", "collector failing")
        due = json.loads(exporter.get("/status.json").text)
        each = due["operations"][0]["collectors"][0]
        next_poll = datetime.datetime.fromisoformat(each["next_poll"].replace("Z", "+00:00"))
        self.assertLess(next_poll - now(), datetime.timedelta(minutes=16))


class Labels(Upstream):
    def test_hold_one_line(self):
        nasty = "Ana\u2028Mar\u0085\u00eda\r\n\x1c\x1d\x1e\x0b\x0c Ruiz"
        platform = self.stand_in(
            skills=rows(skill(skill_name=nasty)),
            agents_detail=rows(call("1.1.1", now() - datetime.timedelta(hours=1), agent_id="",
                                    agent_name=nasty, cod_act=nasty, type_call=nasty)))
        exporter = self.start(platform, only("1s", "skills", "calls"))
        self.counted(exporter, 1, agent="Ana Mar \u00eda Ruiz")
        text = exporter.get("/metrics").text
        self.assertEqual(len(text.splitlines()), len(text.rstrip("\n").split("\n")))
        self.assertIn('code="Ana Mar \u00eda Ruiz"', text)
        self.assertIn('skill="Ana Mar \u00eda Ruiz"', text)

    def test_statuses_leave_their_time_out(self):
        count = 0

        def agents(_):
            nonlocal count
            count += 1
            return rows({"agent_id": "1", "agent_name": "Ana", "agent_status": f"TALK 00:01:{count:02}"})

        platform = self.stand_in(agents=agents)
        exporter = self.start(platform, only("1s", "agents"))
        eventually(lambda: self.assertGreater(count, 3))
        shown = self.scrape(exporter)
        self.assertEqual([labels["status"] for labels, _ in shown.of("wolkvox_agents")], ["TALK"])


if __name__ == "__main__":
    unittest.main()
