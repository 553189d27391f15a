"""What `agent_names` and `people` promise: who is not to be named stands on no page, in no line of
the log and in no byte of the storage directory, whatever was shown and kept before."""

import contextlib
import json
import re
import signal
import sqlite3
import unittest

from processes import eventually
from stand_in import StandIn, call, now, rows, skill
from system_test import STANDING, SystemTest, every, only

PROTOBUF = ("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
            "encoding=delimited")
FORMS = ("text/plain", "application/openmetrics-text; version=1.0.0", PROTOBUF)


def everything_told(exporter):
    told = {f"/metrics as {form}": exporter.get("/metrics", headers={"Accept": form}).body
            for form in FORMS}
    for page in ("/", "/status.json", "/-/ready", "/metrics?name[]=wolkvox_calls"):
        told[page] = exporter.get(page).body
    return told


def everything_kept(exporter):
    return {file.name: file.read_bytes() for file in exporter.storage.iterdir()}


def spellings(name):
    """As bytes, as JSON escapes them, in capitals."""
    forms = {name, name.upper(), name.lower(), json.dumps(name)[1:-1]}
    return {form.encode() for form in forms}


class People(SystemTest):
    def find_none(self, told, names, ids=()):
        for place, content in told.items():
            for name in names:
                for form in spellings(name):
                    self.assertNotIn(form, content, f"{name} in {place}")
            for each in ids:
                found = re.search(rb"(?<![\w.:+-])" + each.encode() + rb"(?![\w.:-])", content)
                self.assertIsNone(found, f"{each} in {place}: " + str(
                    found and content[max(0, found.start() - 60):found.end() + 20]))

    def exporter(self, configuration, *flags, **more):
        made = super().exporter(configuration, *flags, **more)
        made.configuration_file = configuration
        return made

    def restart(self, exporter, *operations, **more):
        self.end(exporter)
        return self.exporter(self.configuration(*operations), "--log.level=debug",
                             "--web.enable-lifecycle", storage=exporter.storage, **more)


class Roster(People):
    """Everybody whom the simulator knows."""

    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*STANDING, "--agents=30")
        roster = self.platform.report("information.php", api="agents")
        self.names = [row["agent_name"] for row in roster]
        self.ids = [row["agent_id"] for row in roster]
        self.assertEqual(len(set(self.ids)), 30)

    def operation_of(self, name="acme", **options):
        return self.operation(self.platform.base_url, every("1s"), name=name, **options)

    def counted(self, shown, operation="acme"):
        return {family: shown.total(family, operation=operation) for family in
                ("wolkvox_calls_total", "wolkvox_cdr_calls_total", "wolkvox_agent_hold_seconds_total",
                 "wolkvox_agent_mute_seconds_total", "wolkvox_agent_hold_mute_uses_total")}

    def start_showing(self, *names):
        exporter = self.exporter(self.configuration(*(self.operation_of(name) for name in names)),
                                 "--log.level=debug", "--web.enable-lifecycle")
        self.all_up(exporter)
        for name in names:
            self.eventually_shown(exporter, lambda shown, of=name: self.assertTrue(
                all(self.counted(shown, of).values())))
        self.assertIn(self.names[0].encode(), everything_told(exporter)["/metrics as text/plain"])
        eventually(lambda: self.assertTrue(any(
            self.names[0].encode() in content for content in everything_kept(exporter).values())))
        return exporter

    def check(self, exporter, ids):
        self.all_up(exporter)
        asked = self.platform.count_of("cdr_1")
        eventually(lambda: self.assertGreater(self.platform.count_of("cdr_1"), asked + 1))
        self.find_none(everything_told(exporter), self.names, ids)
        self.find_none({"the log": exporter.output.read_bytes()}, self.names, ids)
        self.find_none(everything_kept(exporter), self.names, ids)
        self.end(exporter)
        self.find_none(everything_kept(exporter), self.names, ids)
        self.find_none({"the log": exporter.output.read_bytes()}, self.names, ids)

    def test_under_hide_and_hash_nobody_is_named(self):
        for choice in ("hide", "hash"):
            with self.subTest(choice):
                exporter = self.exporter(self.configuration(self.operation_of(agent_names=choice)),
                                         "--log.level=debug")
                self.check(exporter, ())

    def test_a_restart_that_hides_names_erases_them_and_loses_no_count(self):
        for choice in ("hide", "hash"):
            with self.subTest(choice):
                exporter = self.start_showing("acme")
                before = self.counted(self.scrape(exporter))
                again = self.restart(exporter, self.operation_of(agent_names=choice))
                self.assertEqual(self.counted(self.scrape(again)), before)
                again.wait_for("were erased from the ledger.*operation=acme")
                self.check(again, ())

    def test_operations_that_are_configured_no_more_are_erased_too(self):
        exporter = self.start_showing("acme", "norte")
        again = self.restart(exporter, self.operation_of("acme", agent_names="hide"))
        again.wait_for("were erased from the ledger.*operation=norte")
        self.check(again, ())

    def test_a_reload_erases_as_a_restart_does(self):
        for changes in ({"agent_names": "hash"}, {"people": "team"}):
            with self.subTest(changes):
                exporter = self.start_showing("acme", "norte")
                path = self.configuration(self.operation_of("acme", **changes))
                before = self.counted(self.scrape(exporter))
                told = exporter.output.read_bytes()
                self.find_none({"the log": told}, self.names)
                exporter.configuration_file.write_bytes(path.read_bytes())
                answer = exporter.get("/-/reload", method="POST")
                self.assertEqual(answer.status, 200, answer.text)
                self.assertEqual(self.counted(self.scrape(exporter)), before)
                self.check(exporter, self.ids if "people" in changes else ())

    def test_a_team_is_told_and_nobody_of_it(self):
        exporter = self.exporter(self.configuration(self.operation_of(people="team")),
                                 "--log.level=debug")
        self.all_up(exporter)
        truth = self.platform.truth(**{"from": "2026-11-20"})

        def sums(shown):
            for family in ("wolkvox_agent_hold_seconds_total", "wolkvox_agent_mute_seconds_total",
                           "wolkvox_agent_hold_mute_uses_total"):
                (labels, value), = shown.of(family)
                self.assertEqual(labels, {"operation": "acme"})
                self.assertGreater(value, 0)
            self.assertEqual(shown.total("wolkvox_cdr_calls_total"), truth["rows"]["cdr_1"])
            self.assertEqual(shown.total("wolkvox_calls_total"), truth["rows"]["agents_detail"])
            self.assertEqual(shown.total("wolkvox_agents"), 30)

        self.eventually_shown(exporter, sums)
        page = everything_told(exporter)["/metrics as text/plain"].decode()
        about_agents = {line.split("{")[0] for line in page.splitlines()
                        if line.startswith("wolkvox_agent")}
        self.assertEqual(about_agents, {
            "wolkvox_agents", "wolkvox_agent_hold_seconds_total",
            "wolkvox_agent_mute_seconds_total", "wolkvox_agent_hold_mute_uses_total"})
        self.assertNotRegex(page, r'[{,]agent(_id)?="')
        for name, content in everything_kept(exporter).items():
            self.assertNotIn(b"agent_id", content, name)
        self.check(exporter, self.ids)

    def test_a_team_when_answers_are_broken(self):
        for fault in ("unreadable_values", "truncated_json", "invalid_utf8", "cut_body",
                      "missing_fields", "unknown_enumeration", "agent_id_suffix"):
            self.platform.fault(fault, count=22)
        exporter = self.exporter(self.configuration(self.operation_of(people="team")),
                                 "--log.level=debug")
        self.check(exporter, self.ids)

    def test_each_who_become_a_team_are_added_up(self):
        exporter = self.start_showing("acme")
        before = self.counted(self.scrape(exporter))
        again = self.restart(exporter, self.operation_of(people="team"))
        self.assertEqual(self.counted(self.scrape(again)), before)
        self.check(again, self.ids)
        self.assertEqual(before, self.counted(self.scrape(self.exporter(
            self.configuration(self.operation_of(people="team")), storage=again.storage))))


class Renamed(People):
    """Whose names the roster changes, and who has none."""

    NAMES = ("Zoraida Uno", "Zoraida Dos", "Zoraida Tres")

    def setUp(self):
        super().setUp()
        self.listed = [call("a.0", now(), agent_name=""),
                       call("b.0", now(), agent_id="20002", agent_name="")]
        self.platform = StandIn(agents_detail=lambda _: rows(*self.listed), agents=rows(
            *({"agent_id": each, "agent_name": "", "agent_status": "READY"}
              for each in ("20001", "20002"))))
        self.addCleanup(self.platform.stop)
        self.told("Zoraida Uno")

    def told(self, name):
        self.platform.answers["information/agents"] = rows(
            {"agent_id": "20001", "agent_name": name}, {"agent_id": "20002", "agent_name": ""})

    def start(self, storage=None, **options):
        exporter = self.exporter(
            self.configuration(self.operation(
                self.platform.base_url, only("200ms", "agents", "calls", "names"), **options)),
            "--web.enable-lifecycle", storage=storage or self.new_file(".storage"))
        self.all_up(exporter, ("agents", "calls", "names"))
        return exporter

    def shown(self, exporter):
        """Label `agent` by id, which live and ledger families spell alike."""
        shown = self.scrape(exporter)
        of_calls, of_agents = ({labels["agent_id"]: labels["agent"] for labels, _ in shown.of(family)}
                               for family in ("wolkvox_calls_total", "wolkvox_agent_status"))
        self.assertEqual(set(of_calls), {"20001", "20002"})
        self.assertEqual(of_calls, of_agents)
        return of_calls

    def rename(self, exporter, name):
        before = self.shown(exporter)["20001"]
        self.told(name)
        eventually(lambda: self.assertNotEqual(self.shown(exporter)["20001"], before))

    def hear_again(self, exporter, name):
        """The roster tells it more than once, and the ledger has kept what that changes."""
        self.told(name)
        for report in ("campaigns", "agents_detail"):  # the roster's last one, and a page
            asked = self.platform.count_of(report)
            eventually(lambda: self.assertGreater(self.platform.count_of(report), asked + 2))

    def find_nobody(self, exporter):
        self.find_none(everything_told(exporter), self.NAMES)
        self.find_none(everything_kept(exporter), self.NAMES)
        self.end(exporter)
        self.find_none(everything_kept(exporter), self.NAMES)
        self.find_none({"the log": exporter.output.read_bytes()}, self.NAMES)

    def test_under_hash_no_former_name_is_kept(self):
        exporter = self.start(agent_names="hash")
        eventually(lambda: self.assertRegex(self.shown(exporter)["20001"], "^[0-9a-f]{16}$"))
        self.rename(exporter, "Zoraida Dos")
        self.rename(exporter, "Zoraida Tres")
        self.find_nobody(exporter)

    def test_former_names_are_erased_with_the_present_one(self):
        for options in ({"agent_names": "hash"}, {"agent_names": "hide"}, {"people": "team"}):
            for is_reload in (False, True):
                with self.subTest(options, reload=is_reload):
                    self.told("Zoraida Uno")
                    exporter = self.start()
                    eventually(lambda: self.assertEqual(self.shown(exporter)["20001"], "Zoraida Uno"))
                    self.rename(exporter, "Zoraida Dos")
                    if is_reload:
                        self.write_configuration(exporter.configuration_file, self.operation(
                            self.platform.base_url, only("200ms", "agents", "calls", "names"),
                            **options))
                        self.assertEqual(exporter.get("/-/reload", method="POST").status, 200)
                    else:
                        self.end(exporter)
                        exporter = self.start(exporter.storage, **options)
                    exporter.wait_for("were erased from the ledger.*operation=acme")
                    self.hear_again(exporter, "Zoraida Tres")
                    self.find_nobody(exporter)

    def test_under_hash_names_that_alternate_are_told_apart_after_a_restart_too(self):
        exporter = self.start(agent_names="hash")
        eventually(lambda: self.assertRegex(self.shown(exporter)["20001"], "^[0-9a-f]{16}$"))
        self.rename(exporter, "Zoraida Dos")
        before = self.shown(exporter)
        self.end(exporter)
        exporter = self.start(exporter.storage, agent_names="hash")
        for name in ("Zoraida Uno", "Zoraida Dos", "Zoraida Uno"):
            self.hear_again(exporter, name)
            self.assertEqual(self.shown(exporter), before)
        self.find_nobody(exporter)

    def test_who_has_no_name_is_shown_under_the_id(self):
        for choice in ("show", "hash", "hide"):
            with self.subTest(choice):
                exporter = self.start(agent_names=choice)
                for _ in ("as it begins", "after a restart"):
                    self.hear_again(exporter, "Zoraida Uno")
                    self.assertEqual(self.shown(exporter)["20002"], "20002")
                    self.end(exporter)
                    exporter = self.start(exporter.storage, agent_names=choice)
                self.find_none(everything_kept(exporter), [] if choice == "show" else self.NAMES)


class Strangers(People):
    """Who is in no roster, and whose id is none."""

    NAMES = ("Zoraida Sin Id", "Zoraida Ex", "Zoraida Ñandú", "zoraida.ibarra", "Zoraida Uno")

    def platform_of(self):
        listed = [call("a.1", now(), agent_id="", agent_name="Zoraida Sin Id"),
                  call("a.2", now(), agent_id="", agent_name="Zoraida Ñandú"),
                  call("a.3", now(), agent_id="zoraida.ibarra", agent_name="Zoraida Uno"),
                  call("a.4", now(), agent_id="", agent_name="")]
        days = [{"agent_name": "Zoraida Ex", "count": "1", "hold_time": "00:00:07",
                 "mute_time": "00:00:00", "total_time": "00:00:07"}]
        live = {"agent_id": "zoraida.ibarra", "agent_name": "Zoraida Uno", "agent_status": "READY",
                "inbound": "1", "ready_time": "00:01:00", "login_time": "00:02:00",
                "time_state_now": "00:00:01", "inbound_time": "00:00:09"}
        platform = StandIn(
            agents_detail=rows(*listed), agent_9=rows(*days), skills=rows(skill()),
            agents=lambda query: rows(live))
        self.addCleanup(platform.stop)
        return platform

    def operation_of(self, platform, **options):
        return self.operation(platform.base_url, every("300ms", "campaigns", "quota"), **options)

    def start_showing(self, platform):
        exporter = self.exporter(self.configuration(self.operation_of(platform)),
                                 "--web.enable-lifecycle")
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            (shown.total("wolkvox_calls_total"), shown.total("wolkvox_agent_hold_seconds_total")),
            (4, 7)))
        page = everything_told(exporter)["/metrics as text/plain"].decode()
        for name in self.NAMES:
            self.assertIn(name, page)
        return exporter

    def check(self, exporter, platform):
        asked = platform.count_of("agents_detail")
        eventually(lambda: self.assertGreater(platform.count_of("agents_detail"), asked + 4))
        shown = self.scrape(exporter)
        self.assertEqual(shown.total("wolkvox_calls_total"), 4)
        self.assertEqual(shown.total("wolkvox_agent_hold_seconds_total"), 7)
        self.assertEqual(shown.total("wolkvox_agents"), 1)
        self.find_none(everything_told(exporter), self.NAMES)
        self.find_none(everything_kept(exporter), self.NAMES)
        self.find_none({"the log": exporter.output.read_bytes()}, self.NAMES)
        self.end(exporter)
        self.find_none(everything_kept(exporter), self.NAMES)
        return shown

    def switched(self, **options):
        platform = self.platform_of()
        return self.check(self.restart(self.start_showing(platform),
                                       self.operation_of(platform, **options)), platform)

    def test_are_one_series_where_names_are_hidden(self):
        shown = self.switched(agent_names="hide")
        without_id = [(labels["agent"], value) for labels, value in shown.of("wolkvox_calls_total")
                      if labels["agent_id"] == ""]
        self.assertEqual(without_id, [("", 3)])

    def test_are_told_apart_by_hashes(self):
        shown = self.switched(agent_names="hash")
        calls = {labels["agent"]: value for labels, value in shown.of("wolkvox_calls_total")
                 if labels["agent_id"] == ""}
        self.assertEqual(sorted(calls.values()), [1, 1, 1])
        hashes = set(calls) - {""}
        self.assertEqual(len(hashes), 2)
        for each in hashes:
            self.assertRegex(each, r"^[0-9a-f]{16}$")

    def test_are_nobody_in_a_team(self):
        shown = self.switched(people="team")
        self.assertEqual(
            [labels for labels, _ in shown.of("wolkvox_calls_total") if "agent" in labels], [])

    def test_go_at_a_reload_too_and_while_somebody_reads_the_ledger(self):
        platform = self.platform_of()
        exporter = self.start_showing(platform)
        path = self.configuration(self.operation_of(platform))
        self.end(exporter)
        again = self.exporter(path, "--web.enable-lifecycle", storage=exporter.storage)
        eventually(lambda: self.assertEqual(
            self.scrape(again).total("wolkvox_calls_total"), 4))
        with contextlib.closing(sqlite3.connect(again.storage / "ledger.db",
                                                isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM series").fetchone()
            self.write_configuration(path, self.operation_of(platform, agent_names="hide"))
            self.assertEqual(again.get("/-/reload", method="POST").status, 200)
            self.find_none(everything_told(again), self.NAMES)
        eventually(lambda: self.find_none(everything_kept(again), self.NAMES))
        self.check(again, platform)

    def test_go_from_series_of_a_later_version_too(self):
        platform = self.platform_of()
        for options in ({"agent_names": "hide"}, {"agent_names": "hash"}, {"people": "team"}):
            with self.subTest(options):
                exporter = self.start_showing(platform)
                self.end(exporter)
                ledger = exporter.storage / "ledger.db"
                with contextlib.closing(sqlite3.connect(ledger)) as changed, changed:
                    changed.execute("UPDATE series SET key = replace(key, 'wolkvox_calls_total',"
                                    " 'wolkvox_of_tomorrow_total')")
                again = self.restart(exporter, self.operation_of(platform, **options))
                again.wait_for("were erased from the ledger.*operation=acme")
                self.find_none(everything_kept(again), self.NAMES)
                self.end(again)
                with contextlib.closing(sqlite3.connect(ledger)) as kept:
                    self.assertEqual(kept.execute(
                        "SELECT sum(total) FROM series WHERE key LIKE 'wolkvox_of_tomorrow_total%'"
                    ).fetchone(), (4000000,))

    def test_an_erased_ledger_is_killed_and_stays_erased(self):
        platform = self.platform_of()
        exporter = self.start_showing(platform)
        again = self.restart(exporter, self.operation_of(platform, agent_names="hide"))
        again.signal(signal.SIGKILL)
        again.wait()
        self.find_none(everything_kept(again), self.NAMES)


if __name__ == "__main__":
    unittest.main()
