"""A day that goes on while it is read: late rows, edits, midnight, restarts. When the clock is
stopped at last, every counter equals what was published."""

import signal
import unittest

from processes import eventually, patient
from system_test import STANDING, SystemTest, every, only
from truth import Comparison, hold_mute, local

# Ten simulated minutes in a second, or in what a sanitizer makes of it, over midnight; a third of
# the rows is later than usual. Not later than half an hour after midnight: a day of hold and mute is
# finished then.
SPEED = 600 / patient(1)
OVER_MIDNIGHT = ("--start=2026-11-19T23:20:00", "--speed=0", "--agents=100",
                 "--calls-per-day=5000", "--late-share=0.3", "--late-max=10m", "--edit-share=0.3",
                 "--edit-max=20m")
FROM = "2026-11-19"  # midnight before the first poll
MIDNIGHT = local("2026-11-20 00:00:00")
UNTIL = local("2026-11-20 01:00:00")

# Series that begin anew with another life of the process, or with the platform's day.
NAMES = ("agent", "skill", "campaign")
LEDGER = ("wolkvox_abandoned_call", "wolkvox_agent_hold", "wolkvox_agent_mute", "wolkvox_call_",
          "wolkvox_calls_", "wolkvox_cdr_")


def ledger_series(shown):
    """By ids: a name that is learnt later takes the place of the id in a label, and hold and mute
    know an agent by name alone until then."""
    series = {}
    for name, rows in shown.samples.items():
        if name.startswith(LEDGER):
            for labels, value in rows:
                key = (name, *sorted((label, text) for label, text in labels.items()
                                     if label not in NAMES))
                series[key] = series.get(key, 0) + value
    return series


class GoingOn(SystemTest):
    def setUp(self):
        super().setUp()
        self.platform = self.simulator(*OVER_MIDNIGHT)
        self.storage = self.new_file(".storage")
        self.last = {}
        self.running = None
        self.begin()
        # Counting begins at the midnight before the first answer: each report has one.
        self.all_up(self.running)
        self.platform.control(speed=SPEED)

    def begin(self):
        configuration = self.configuration(self.operation(
            self.platform.base_url, every("300ms", calls={"codes_settle": "30m"})))
        self.running = self.exporter(configuration, storage=self.storage)

    def look(self):
        """One scrape; no counter of the ledger has fallen or gone since the last one."""
        shown = self.scrape(self.running)
        series = ledger_series(shown)
        for key, before in self.last.items():
            self.assertIn(key, series)
            self.assertGreaterEqual(series[key], before, key)
        self.last = series
        return shown

    def now(self):
        return local(self.platform.truth(to=FROM)["now"])

    def go_on_until(self, moment):
        while self.now() < moment:
            self.look()

    def stop_the_clock_and_compare(self):
        self.platform.control(speed=0)
        # What is late still shows; the last reading of a day that is over falls due.
        self.platform.control(clock={"forward_seconds": 3600})
        truth = self.platform.truth(**{"from": FROM})
        self.assertGreater(truth["rows"]["cdr_1"], 1000)
        self.assertGreater(truth["rows"]["skill_2"], 20)
        eventually(lambda: Comparison(self, self.look(), truth).all_but_codes())

    def test_late_rows_and_midnight_lose_and_double_nothing(self):
        self.go_on_until(UNTIL)
        self.stop_the_clock_and_compare()
        shown = self.look()
        self.assertGreater(shown.total("wolkvox_rows_late_total"), 0)
        self.assertGreater(shown.total("wolkvox_rows_duplicate_total"), 0)
        now = self.platform.truth()["now_unix"]

        def counted_up_to_now():
            for collector in ("abandoned_calls", "calls", "cdr"):
                self.assertAlmostEqual(
                    self.look().value("wolkvox_window_end_timestamp_seconds",
                                      collector=collector), now, delta=2)

        eventually(counted_up_to_now)

    def test_a_restart_goes_on_where_it_ended(self):
        for moment in (MIDNIGHT - (UNTIL - MIDNIGHT) / 3, MIDNIGHT + (UNTIL - MIDNIGHT) / 3):
            self.go_on_until(moment)
            self.assertEqual(self.running.stop(), 0, self.running.said())
            # Shown at once, before the platform is asked again.
            self.begin()
            self.look()
        self.go_on_until(UNTIL)
        self.stop_the_clock_and_compare()

    def test_a_process_that_is_killed_loses_and_doubles_nothing(self):
        for part in range(1, 6):
            self.go_on_until(MIDNIGHT + (UNTIL - MIDNIGHT) * (part / 6))
            self.running.signal(signal.SIGKILL)
            self.running.wait()
            self.begin()
            self.look()
        self.stop_the_clock_and_compare()

    def test_failing_answers_only_delay_what_is_counted(self):
        # None that asks to stay away for half a minute of real time.
        for kind in ("status_500_html", "html_404", "403_backup", "truncated_json", "cut_body",
                     "reset"):
            self.platform.fault(kind, share=0.05)
        self.go_on_until(MIDNIGHT + (UNTIL - MIDNIGHT) / 2)
        self.platform.control(clear_faults=True)
        self.assertGreater(self.look().total("wolkvox_api_errors_total"), 0)
        self.stop_the_clock_and_compare()

    def test_an_outage_is_caught_up(self):
        self.go_on_until(MIDNIGHT - (UNTIL - MIDNIGHT) / 3)
        self.platform.fault("reset")
        errors = self.look().total("wolkvox_api_errors_total", reason="connect")
        # Longer than the lookback of any report.
        self.platform.control(clock={"forward_seconds": 4 * 3600})
        eventually(lambda: self.assertGreater(
            self.look().total("wolkvox_api_errors_total", reason="connect"), errors + 3))
        self.platform.control(clear_faults=True)
        self.stop_the_clock_and_compare()


class RosterComesLate(SystemTest):
    COLLECTORS = ("quota", "names", "hold_mute")

    def test_hold_and_mute_wait_for_the_roster_and_count_under_its_ids(self):
        platform = self.simulator(*STANDING, "--agents=20")
        truth = platform.truth(**{"from": "2026-11-20"})
        self.assertGreater(len(truth["hold_mute"]), 5)
        platform.fault("status_500_html", report="information_agents")
        exporter = self.exporter(self.configuration(
            self.operation(platform.base_url, only("300ms", *self.COLLECTORS))))
        self.eventually_shown(exporter, lambda shown: self.assertEqual(
            self.up(shown), {"quota": 1, "names": 0, "hold_mute": 0}))
        failures = platform.count_of("information_agents") + 3
        eventually(lambda: self.assertGreater(
            platform.count_of("information_agents"), failures))
        self.assertEqual(platform.count_of("agent_9"), 0)
        self.assertIn("names", self.last_error(exporter, "hold_mute"))
        platform.control(clear_faults=True)
        self.all_up(exporter, self.COLLECTORS)
        self.eventually_shown(
            exporter, lambda shown: Comparison(self, shown, truth).hold_mute())

    @staticmethod
    def up(shown):
        return {labels["collector"]: value for labels, value in shown.of("wolkvox_up")}

    @staticmethod
    def last_error(exporter, collector):
        (operation,) = exporter.get("/status.json").json()["operations"]
        (state,) = (each for each in operation["collectors"] if each["name"] == collector)
        return state["last_error"]


if __name__ == "__main__":
    unittest.main()
