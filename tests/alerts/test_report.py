"""Which alarm finds which spike, and which is false."""

import contextlib
import io
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "score"))
import report  # noqa: E402
import scenario  # noqa: E402
import truth  # noqa: E402

NINE = 9 * 3600
WHERE = ("large", "301")
SPIKE = scenario.Spike("staff away", NINE, 3600, {})


def loss(cost=30.0, onset=NINE + 300):
    return truth.Loss(*WHERE, "staff away", NINE, SPIKE.end + truth.AFTERMATH, onset, cost)


def score(page=(), ticket=(), drawn=(), unplanned=(), lost=()):
    found = report.Score(drawn=list(drawn), unplanned=list(unplanned), days=30, skills=[WHERE],
                         lost={WHERE: list(lost)}, spikes={"large": [SPIKE]})
    found.fired = {"WolkvoxAbandonmentSpike": {WHERE: list(page)},
                   "WolkvoxAbandonmentRaised": {WHERE: list(ticket)}}
    return found


class Report(unittest.TestCase):
    def test_the_first_alarm_that_meets_the_loss_finds_it(self):
        cases = (("before, and over", [(NINE - 900, NINE - 60)], None),
                 ("before, and still firing", [(NINE - 900, NINE + 60)], NINE),
                 ("within", [(NINE + 600, NINE + 1500)], NINE + 600),
                 ("the first of two", [(NINE + 2000, NINE + 2900), (NINE + 600, NINE + 1500)],
                  NINE + 600),
                 ("just after the aftermath", [(loss().end + 600, loss().end + 900)],
                  loss().end + 600),
                 ("too late", [(loss().end + 601, loss().end + 900)], None))
        for name, page, at in cases:
            with self.subTest(name):
                self.assertEqual(score(page).alarm(loss(), report.PAGE), at)

    def test_a_ticket_finds_what_the_page_misses(self):
        found = score(ticket=[(NINE + 1800, NINE + 3600)])
        self.assertIsNone(found.alarm(loss(), report.PAGE))
        self.assertEqual(found.alarm(loss(), report.PAGE + report.TICKETS), NINE + 1800)

    def test_an_alarm_of_another_skill_finds_nothing(self):
        found = score()
        found.fired["WolkvoxAbandonmentSpike"] = {("large", "302"): [(NINE + 600, NINE + 1500)]}
        self.assertIsNone(found.alarm(loss(), report.PAGE))

    def test_delays_count_from_the_onset_and_from_the_cause(self):
        lost = [NINE + 300, NINE + 330, NINE + 400, NINE + 601]
        delays = report.delays(score([(NINE + 600, NINE + 1500)], lost=lost), [loss()], report.PAGE)
        self.assertEqual(delays, ([5.0], [10.0], [3]))

    def test_an_alarm_is_false_when_it_begins_near_no_loss(self):
        other = truth.Loss(*WHERE, "none drawn", 3 * NINE, 3 * NINE + 600, 3 * NINE, 12.0)
        cases = (("in the spike", NINE + 60, (0, 0)),
                 ("half an hour after it", SPIKE.end + 1800, (0, 0)),
                 ("later", SPIKE.end + 1801, (1, 1)),
                 ("before it", NINE - 1, (1, 1)),
                 ("in an overload that nobody drew", 3 * NINE + 60, (1, 0)))
        for name, begin, wanted in cases:
            with self.subTest(name):
                found = score([(begin, begin + 900)], unplanned=[other])
                self.assertEqual(found.false_alarms(report.PAGE, WHERE), wanted)

    def test_the_table_tells_every_miss(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            report.print_score(score(drawn=[loss(), loss(cost=9.0)]), "test")
        missed = printed.getvalue().split("missed by page and tickets:\n")[1].splitlines()
        self.assertEqual(missed, ["  large/301 staff away: day 0 9.0 h, 80 min, 30.0 callers"])


if __name__ == "__main__":
    unittest.main()
