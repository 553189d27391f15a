"""Every record once, whatever the platform does with it: dated long ago, repeated, in legs, without
an id, filled in or corrected later, moved; and whatever is configured meanwhile. On answers by bytes."""

import contextlib
import datetime
import pathlib
import re
import sqlite3
import unittest

from processes import EXPORTER, eventually, run_to_end
from stand_in import NO_ROWS, StandIn, call, date, in_window, now, rows
from system_test import SystemTest, only


def ago(**time):
    return now() - datetime.timedelta(**time)


def bill(conn_id, at, **changed):
    return {"conn_id": conn_id, "agent_id": "20001", "skill_id": "100", "date": date(at),
            "type_interaction": "inbound", "time_seg": "60", "time_min": "1", "cost": "10.50",
            "hang_up": "agent", "campaign_id": "0"} | changed


def abandoned(conn_id, at, **changed):
    return {"skill_name": "Ventas", "skill_id": "100", "conn_id": conn_id, "date": date(at),
            "result": "ABANDON", "ani": "", "abandon_time": "20", "type_interaction": "inbound",
            "customer_id": ""} | changed


class RecordTest(SystemTest):
    def stand_in(self, **answers):
        made = StandIn(**answers)
        self.addCleanup(made.stop)
        return made

    def start(self, platform, collectors, **more):
        self.path = self.configuration(self.operation(platform.base_url, collectors))
        return self.exporter(self.path, "--web.enable-lifecycle", **more)

    def polled_again(self, exporter, platform, report, times=3):
        asked = platform.count_of(report)
        eventually(lambda: self.assertGreater(platform.count_of(report), asked + times))
        return self.scrape(exporter)

    def amounts(self, exporter, **expected):
        """Of families without their prefix, once they are there."""
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            {family: shown.total(f"wolkvox_{family}") for family in expected}, expected))

    def answers_in_turn(self, report, collectors, answers, **expected):
        """The platform tells one after the other for several polls each; then these amounts stand."""
        platform = self.stand_in(**{report: rows(*answers[0]) if answers[0] else NO_ROWS})
        exporter = self.start(platform, collectors)
        for answer in answers:
            platform.answers[report] = rows(*answer)
            self.polled_again(exporter, platform, report)
        self.amounts(exporter, **expected)
        return exporter


class Records(RecordTest):
    def test_a_row_dated_long_ago_counts_once_for_ever(self):
        old, new = abandoned("chat.77.1", ago(days=4)), abandoned("a.1.1", ago(minutes=2))
        platform = self.stand_in(skill_2=rows(old, new))
        collectors = only("300ms", "abandoned_calls", abandoned_calls={"lookback": "10m"})
        storage = self.new_file(".storage")
        for _ in range(2):
            exporter = self.start(platform, collectors, storage=storage)
            self.amounts(exporter, abandoned_calls_total=2)
            shown = self.polled_again(exporter, platform, "skill_2")
            self.assertEqual(shown.total("wolkvox_abandoned_calls_total"), 2)
            exporter.stop()

    def test_amounts_count_when_they_are_filled_in(self):
        at = ago(minutes=5)
        blank = bill("1.1", at, time_seg="0", time_min="0", cost="0.00")
        part = bill("1.2", at, cost="")
        self.answers_in_turn(
            "cdr_1", only("300ms", "cdr"),
            [[blank, part],
             [blank | {"time_seg": "300", "time_min": "5", "cost": "50.00"}, part | {"cost": "12.50"}],
             [blank | {"time_seg": "310", "time_min": "6", "cost": "60.00"}, part | {"cost": "0"}]],
            cdr_calls_total=2, cdr_talk_seconds_total=360, cdr_billed_seconds_total=360,
            cdr_cost_total=62.5)

    def test_a_duration_is_observed_when_it_is_there(self):
        at = ago(minutes=5)
        self.answers_in_turn(
            "agents_detail", only("300ms", "calls"),
            [[call("1.1", at, duration="0")], [call("1.1", at, duration="95")],
             [call("1.1", at, duration="99")]],
            calls_total=1, call_duration_seconds_sum=95, call_duration_seconds_count=1)

    def test_legs_of_a_call_are_told_apart_by_their_dates(self):
        first, second = ago(minutes=40), ago(minutes=20)
        legs = [call("20001.7.1", first, duration="60"), call("20001.7.1", second, duration="60")]
        platform = self.stand_in(agents_detail=lambda query: rows(*in_window(query, legs)) if
                                 in_window(query, legs) else NO_ROWS)
        exporter = self.start(platform, only("300ms", "calls", calls={"lookback": "10m"}))
        self.amounts(exporter, calls_total=2, call_duration_seconds_sum=120)

    def test_rows_without_an_id_count_by_their_number(self):
        at = ago(minutes=5)
        for none in ("0", "null", "-", ""):
            with self.subTest(none):
                listed = [call(none, at + datetime.timedelta(seconds=i // 4), telephone=str(i))
                          for i in range(20)]
                exporter = self.answers_in_turn(
                    "agents_detail", only("300ms", "calls"), [listed, listed + listed],
                    calls_total=20)
                exporter.stop()

    def test_what_a_row_says_may_be_corrected(self):
        at = ago(minutes=5)
        exporter = self.answers_in_turn(
            "agents_detail", only("300ms", "calls"),
            [[call("1.1.1", at, agent_id="", agent_name="", skill="", duration="0"),
              call("1.1.2", at)],
             [call("1.1.1", at), call("1.1.2", at, skill="101", type_call="transfer")],
             [call("1.1.1", at + datetime.timedelta(seconds=30)), call("1.1.2", at)]],
            calls_total=2)
        self.assertEqual(self.scrape(exporter).total("wolkvox_calls_total", agent_id=""), 0)
        for report, listed in (
                ("skill_2", [[abandoned("1.1.3", at)], [abandoned("1.1.3", at, skill_id="101")]]),
                ("cdr_1", [[bill("1.1.3", at)], [bill("1.1.3", at, agent_id="20002")]])):
            name = "abandoned_calls" if report == "skill_2" else "cdr"
            running = self.answers_in_turn(
                report, only("300ms", name), listed,
                **{"abandoned_calls_total" if report == "skill_2" else "cdr_cost_total":
                   1 if report == "skill_2" else 10.5})
            self.assertEqual(self.scrape(running).total(
                "wolkvox_rows_revised_total", collector=name), 1)

    def test_a_longer_lookback_counts_nothing_again(self):
        days_ago = 5
        clock = [datetime.timedelta(days=-days_ago)]
        at = ago(days=days_ago, minutes=10)
        listed = [abandoned(f"1.{i}", at) for i in range(20)]
        platform = StandIn(lambda: now() + clock[0], skill_2=lambda query: rows(*in_window(
            query, listed)) if in_window(query, listed) else NO_ROWS)
        self.addCleanup(platform.stop)
        storage = self.new_file(".storage")
        collectors = only("300ms", "abandoned_calls", abandoned_calls={"lookback": "10m"})
        exporter = self.start(platform, collectors, storage=storage)
        self.amounts(exporter, abandoned_calls_total=20)
        self.assertEqual(exporter.stop(), 0)
        clock[0] = datetime.timedelta()
        exporter = self.start(platform, collectors, storage=storage)

        def all_read(shown):
            self.assertEqual(shown.value("wolkvox_catch_up_remaining_seconds",
                                         collector="abandoned_calls"), 0)

        self.eventually_shown(exporter, all_read)
        self.polled_again(exporter, platform, "skill_2")
        self.write_configuration(self.path, self.operation(
            platform.base_url, only("300ms", "abandoned_calls", abandoned_calls={"lookback": "7d"})))
        self.assertEqual(exporter.get("/-/reload", method="POST").status, 200)
        shown = self.polled_again(exporter, platform, "skill_2")
        self.assertEqual(shown.total("wolkvox_abandoned_calls_total"), 20)

    def test_a_corrected_zone_counts_nothing_again(self):
        clock = datetime.datetime(2026, 11, 20, 23, 0, tzinfo=datetime.timezone.utc)
        for before, after in (("America/Bogota", "America/Mexico_City"), ("UTC", "America/Bogota")):
            with self.subTest(before):
                listed = [call(f"1.{i // 2}", clock - datetime.timedelta(minutes=10 + 12 * i))
                          for i in range(40)]
                platform = StandIn(lambda: clock, agents_detail=lambda query: rows(*in_window(
                    query, listed)) if in_window(query, listed) else NO_ROWS)
                self.addCleanup(platform.stop)
                collectors = only("300ms", "calls", calls={"lookback": "2h"})
                path = self.configuration(
                    self.operation(platform.base_url, collectors, timezone=before))
                exporter = self.exporter(path, "--web.enable-lifecycle")
                self.amounts(exporter, calls_total=40)
                self.polled_again(exporter, platform, "agents_detail")
                self.write_configuration(
                    path, self.operation(platform.base_url, collectors, timezone=after))
                self.assertEqual(exporter.get("/-/reload", method="POST").status, 200)
                shown = self.polled_again(exporter, platform, "agents_detail", times=6)
                self.assertEqual(shown.total("wolkvox_calls_total"), 40)
                self.assertEqual(exporter.stop(), 0)

    def test_a_name_that_is_new_waits_for_the_roster(self):
        def roster(name):
            return rows({"agent_id": "20001", "agent_name": name, "enabled": "yes"})

        def day(name, seconds):
            return {"agent_name": name, "count": "1", "hold_time": str(seconds), "mute_time": "0"}

        stranger = day("Ghost", 7)
        platform = self.stand_in(agent_9=rows(day("Ana", 300), stranger), agents=roster("Ana"))
        exporter = self.start(platform, only("300ms", "hold_mute", "names", names={"interval": "1h"}))
        self.amounts(exporter, agent_hold_seconds_total=307)
        asked = platform.count_of("agents")
        platform.answers.update(agents=roster("Ana B"), agent_9=rows(day("Ana B", 310), stranger))
        shown = self.polled_again(exporter, platform, "agent_9")
        self.assertEqual(shown.total("wolkvox_agent_hold_seconds_total"), 307)
        self.assertEqual(platform.count_of("agents"), asked, "the stranger had it asked already")

    def test_day_totals_stay_those_of_the_agent(self):
        roster = rows({"agent_id": "20001", "agent_name": "Ana Ruiz", "enabled": "yes"},
                      {"agent_id": "20002", "agent_name": "Eva Sol", "enabled": "yes"})
        day = {"agent_name": "Ana Ruiz", "count": "5", "hold_time": "00:05:00", "mute_time": "0"}
        other = {"agent_name": "Eva Sol", "count": "1", "hold_time": "00:00:30", "mute_time": "0"}
        total = {"agent_name": "TOTAL OPERACION", "count": "6", "hold_time": "330", "mute_time": "0"}
        platform = self.stand_in(agent_9=rows(day, other), agents=roster)
        exporter = self.start(platform, only("300ms", "hold_mute", "names", names={"interval": "1h"}))
        self.amounts(exporter, agent_hold_seconds_total=330)
        renamed = day | {"agent_name": "Ana Ruiz de Paz"}
        for agents, answer in (
                (roster, [day, day, other]), (roster, [day, other]), (roster, [day, other, total]),
                (rows({"agent_id": "20001", "agent_name": "Ana Ruiz de Paz", "enabled": "yes"},
                      {"agent_id": "20002", "agent_name": "Eva Sol", "enabled": "yes"}),
                 [renamed, other])):
            platform.answers.update(agents=agents, agent_9=rows(*answer))
            shown = self.polled_again(exporter, platform, "agent_9")
            self.assertEqual(shown.total("wolkvox_agent_hold_seconds_total"), 330, answer)
            self.assertEqual(shown.total("wolkvox_agent_hold_seconds_total", agent_id="20001"), 300)
            self.assertEqual(shown.total("wolkvox_agent_hold_seconds_total", agent_id=""), 0)


class Upgrade(RecordTest):
    def old_ledger(self):
        """What ledger_of_schema_3.sql holds, as files."""
        storage = self.new_file(".storage")
        storage.mkdir()
        script = (pathlib.Path(__file__).parent / "ledger_of_schema_3.sql").read_text("utf-8")
        (storage / "hash.key").write_bytes(bytes.fromhex(re.search(r"-- (\w{64})\n", script)[1]))
        (storage / "hash.key").chmod(0o600)
        with contextlib.closing(sqlite3.connect(storage / "ledger.db")) as ledger:
            ledger.executescript(script)
        return storage

    def test_in_mid_day_counts_nothing_again_and_goes_on(self):
        clock = [datetime.datetime(2026, 11, 20, 20, 10, tzinfo=datetime.timezone.utc)]
        first = clock[0] - datetime.timedelta(minutes=20)
        second = first + datetime.timedelta(minutes=2)
        calls = [call("20001.1.1", first, skill="101"),
                 call("20001.1.2", second, agent_id="20002", agent_name="Eva"),
                 call("20001.1.3", first, comment="late for the old version")]
        bills = [bill("20001.1.1", first, cost="99.00"), bill("20001.1.2", second, cost="2.00")]
        lost = [abandoned("ivr.1.9", first), abandoned("ivr.1.1", first - datetime.timedelta(days=9))]
        fresh = clock[0] - datetime.timedelta(minutes=1)
        listed = {"agents_detail": calls + [call("20001.1.4", fresh)],
                  "cdr_1": bills + [bill("20001.1.4", fresh, cost="1.00")],
                  "skill_2": lost + [abandoned("ivr.2.1", fresh)]}
        platform = StandIn(
            lambda: clock[0], **{report: rows(*each) for report, each in listed.items()},
            agents=rows({"agent_id": "20001", "agent_name": "Ana", "enabled": "yes"}),
            agent_9=rows({"agent_name": "Ana", "count": "6", "hold_time": "350", "mute_time": "0"}))
        self.addCleanup(platform.stop)
        storage = self.old_ledger()
        collectors = only("300ms", "abandoned_calls", "hold_mute", "calls", "cdr", "names")
        expected = {"calls_total": 3, "cdr_calls_total": 3, "cdr_cost_total": 13.5,
                    "abandoned_calls_total": 2, "agent_hold_seconds_total": 350,
                    "agent_hold_mute_uses_total": 6}
        for life in range(2):
            exporter = self.start(platform, collectors, storage=storage)
            self.amounts(exporter, **expected)
            self.polled_again(exporter, platform, "cdr_1")
            self.amounts(exporter, **expected)
            self.assertEqual("is taken over" in exporter.said(), life == 0, exporter.said())
            self.assertEqual(exporter.stop(), 0)

    def test_a_later_schema_is_refused_with_the_version_to_install(self):
        storage = self.new_file(".storage")
        platform = self.stand_in()
        self.assertEqual(self.start(platform, only("1h", "calls"), storage=storage).stop(), 0)
        with contextlib.closing(sqlite3.connect(storage / "ledger.db")) as ledger:
            ledger.execute("UPDATE writers SET version = '7.8.9'")
            ledger.execute("PRAGMA user_version = 99")
            ledger.commit()
        refused = run_to_end(EXPORTER, f"--config.file={self.path}", f"--storage.path={storage}")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("install version 7.8.9 or later", refused.stderr)

    def test_families_of_a_later_version_are_kept_and_told(self):
        storage = self.old_ledger()
        with contextlib.closing(sqlite3.connect(storage / "ledger.db")) as ledger:
            ledger.execute("UPDATE series SET key = 'wolkvox_of_tomorrow_total' WHERE id = 6")
            ledger.commit()
        platform = StandIn(lambda: datetime.datetime(2026, 11, 20, 20, 10, tzinfo=datetime.timezone.utc))
        self.addCleanup(platform.stop)
        exporter = self.start(platform, only("1h", "calls"), storage=storage)
        self.amounts(exporter, calls_total=1)
        exporter.wait_for("holds series of a later version")
        self.assertNotIn("of_tomorrow", exporter.get("/metrics").text)
        self.assertEqual(exporter.stop(), 0)
        with contextlib.closing(sqlite3.connect(storage / "ledger.db")) as ledger:
            kept = ledger.execute("SELECT total FROM series WHERE key LIKE '%of_tomorrow%'").fetchall()
        self.assertEqual(kept, [(1_000_000,)])


if __name__ == "__main__":
    unittest.main()
