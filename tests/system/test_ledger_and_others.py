"""The ledger beside other programs: who reads it while the exporter runs, and a reload during which
it cannot be read."""

import contextlib
import signal
import sqlite3
import unittest

from processes import eventually
from stand_in import StandIn, call, now, rows, skill
from system_test import STANDING, SystemTest, every, only

# A name of a kind that no version knows: SQLite reads it, the ledger does not.
UNREADABLE = "INSERT INTO names SELECT id, 9, 'x', 'y' FROM operations"
READABLE = "DELETE FROM names WHERE kind = 9"


def connect(storage):
    return contextlib.closing(sqlite3.connect(storage / "ledger.db", isolation_level=None))


class ReloadThatFails(SystemTest):
    def setUp(self):
        super().setUp()
        self.platforms = [self.simulator(*STANDING), self.simulator(*STANDING, "--agents=11")]
        self.path = self.configuration(self.named("acme", 0), self.named("sur", 1))
        self.exporter_under_test = self.exporter(self.path, "--web.enable-lifecycle")
        self.all_up(self.exporter_under_test)
        for operation in ("acme", "sur"):
            self.eventually_shown(self.exporter_under_test, lambda shown, of=operation:
                                  self.assertGreater(shown.total("wolkvox_cdr_calls_total",
                                                                 operation=of), 0))

    def named(self, name, which, **options):
        return self.operation(self.platforms[which].base_url, every("300ms"), name=name, **options)

    def sql(self, text):
        with connect(self.exporter_under_test.storage) as ledger:
            ledger.execute("PRAGMA busy_timeout = 20000")
            ledger.execute(text)

    def reload(self, status, *operations):
        self.write_configuration(self.path, *operations)
        answer = self.exporter_under_test.get("/-/reload", method="POST")
        self.assertEqual(answer.status, status, answer.text)
        return answer.text

    def shown(self):
        return self.scrape(self.exporter_under_test)

    def asked_on(self, which, reports=("agents", "cdr_1", "agents_detail", "agent_9")):
        """Each of them is asked again and again."""
        before = {report: self.platforms[which].count_of(report) for report in reports}
        for report in reports:
            eventually(lambda r=report: self.assertGreater(
                self.platforms[which].count_of(r), before[r] + 2, r))

    def test_leaves_everything_as_it_was_and_the_next_one_mends_it(self):
        before = self.shown()
        changed = self.named("acme", 0, timeout="3s")
        single = self.named("sur", 1)
        single["collectors"]["cdr"] = {"enabled": False}
        fresh = self.named("norte", 0)
        self.sql(UNREADABLE)
        for operations in ([changed, single, fresh], [single], [changed]):
            with self.subTest([each["name"] for each in operations]):
                said = self.reload(500, *operations)
                self.assertIn("ledger.db: holds a name of an unknown kind", said)
                self.assertEqual(self.shown().operations(), {"acme", "sur"})
                self.asked_on(0)
                self.asked_on(1)
        after = self.shown()
        self.assertEqual(after.value("wolkvox_exporter_config_last_reload_successful"), 0)
        for family in ("wolkvox_cdr_calls_total", "wolkvox_calls_total", "wolkvox_rows_total",
                       "wolkvox_api_requests_total", "wolkvox_budget_spent_requests"):
            kept = {tuple(sorted(labels.items())): value for labels, value in after.of(family)}
            for labels, value in before.of(family):
                self.assertGreaterEqual(kept[tuple(sorted(labels.items()))], value, labels)
        self.sql(READABLE)
        self.reload(200, changed, single, fresh)

        def taken(shown):
            self.assertEqual(shown.operations(), {"acme", "sur", "norte"})
            up = {(labels["operation"], labels["collector"]): value
                  for labels, value in shown.of("wolkvox_up")}
            self.assertNotIn(("sur", "cdr"), up)
            self.assertEqual(len(up), 3 * 9 - 1)
            self.assertEqual(set(up.values()), {1.0})

        self.eventually_shown(self.exporter_under_test, taken)
        self.assertEqual(self.shown().total("wolkvox_cdr_calls_total", operation="acme"),
                         before.total("wolkvox_cdr_calls_total", operation="acme"))

    def test_is_ended_like_any_other(self):
        self.sql(UNREADABLE)
        self.reload(500, self.named("acme", 0, timeout="3s"))
        self.exporter_under_test.signal(signal.SIGTERM)
        self.assertEqual(self.exporter_under_test.wait(5), 0, self.exporter_under_test.said())


class OperationsThatAreGone(SystemTest):
    def test_forget_rows_by_age_and_keep_their_series(self):
        platform = self.simulator(*STANDING)
        both = [self.operation(platform.base_url, every("1h"), name=name)
                for name in ("acme", "norte")]
        first = self.exporter(self.configuration(*both))
        self.all_up(first)
        self.end(first)

        def kept(table):
            with connect(first.storage) as ledger:
                return dict(ledger.execute(
                    f"SELECT o.name, count(*) FROM {table} t JOIN collectors c ON c.id = "
                    "t.collector JOIN operations o ON o.id = c.operation GROUP BY o.name"))

        before = kept("series")
        self.assertEqual(set(kept("readings")), {"acme", "norte"})
        with connect(first.storage) as ledger:
            ledger.execute("UPDATE readings SET at = 1 WHERE collector IN (SELECT c.id FROM "
                           "collectors c JOIN operations o ON o.id = c.operation "
                           "WHERE o.name = 'norte')")
        again = self.exporter(self.configuration(both[0]), storage=first.storage)
        eventually(lambda: self.assertEqual(set(kept("readings")), {"acme"}))
        self.assertEqual(kept("series"), before)
        self.assertEqual(self.scrape(again).operations(), {"acme"})


class ReadersBeside(SystemTest):
    def start(self):
        self.calls = []
        platform = StandIn(agents_detail=lambda _: self.answer(), skills=rows(skill()))
        self.addCleanup(platform.stop)
        self.path = self.configuration(self.operation(platform.base_url, only("200ms", "calls")))
        return self.exporter(self.path)

    def answer(self):
        """One call more with each."""
        self.calls.append(call(f"ivr.{len(self.calls)}", now()))
        return rows(*self.calls)

    def assert_counts_on(self, exporter):
        before = self.scrape(exporter).total("wolkvox_calls_total")
        self.eventually_shown(exporter, lambda shown: self.assertGreater(
            shown.total("wolkvox_calls_total"), before + 3))

    def test_stop_nothing(self):
        exporter = self.start()
        self.all_up(exporter, ("calls",))
        with connect(exporter.storage) as reader:
            reader.execute("BEGIN")
            series = reader.execute("SELECT count(*) FROM series").fetchone()
            self.assertGreater(series[0], 0)
            self.assert_counts_on(exporter)
            self.assertEqual(self.scrape(exporter).value("wolkvox_ledger_writable"), 1)
            self.assertEqual(reader.execute("SELECT count(*) FROM series").fetchone(), series)
            exporter.signal(signal.SIGTERM)
            self.assertEqual(exporter.wait(5), 0, exporter.said())
            again = self.exporter(self.path, storage=exporter.storage)
            self.all_up(again, ("calls",))
            self.assert_counts_on(again)
        self.assertNotIn("ERROR", again.said().upper())

    def test_copy_it_whole(self):
        exporter = self.start()
        self.all_up(exporter, ("calls",))
        restored = self.new_file(".restored")
        restored.mkdir(mode=0o700)
        with connect(exporter.storage) as ledger, \
                contextlib.closing(sqlite3.connect(restored / "ledger.db")) as copy:
            ledger.backup(copy)
        (restored / "hash.key").write_bytes((exporter.storage / "hash.key").read_bytes())
        shown = self.scrape(exporter).total("wolkvox_calls_total")
        self.assert_counts_on(exporter)
        self.end(exporter)
        again = self.exporter(self.path, storage=restored)
        again.wait_for(r".*the ledger goes on.*series=[1-9]")
        self.eventually_shown(again, lambda after: self.assertGreaterEqual(
            after.total("wolkvox_calls_total"), shown))

    def test_that_hold_it_for_writing_are_told_and_waited_for(self):
        exporter = self.start()
        self.all_up(exporter, ("calls",))
        with connect(exporter.storage) as writer:
            writer.execute("PRAGMA busy_timeout = 20000")
            writer.execute("BEGIN IMMEDIATE")
            self.eventually_said(exporter, "another program writes to it")
            self.scrape(exporter)
        self.assert_counts_on(exporter)


if __name__ == "__main__":
    unittest.main()
