"""What a spike cost and when it began, by lost callers whose times are known."""

import datetime
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "score"))
import scenario  # noqa: E402
import truth  # noqa: E402

HOUR, DAY, WEEK = 3600, 86400, 7 * 86400
NINE = 9 * HOUR


def plan_of(*spikes, weeks=4, holidays=()):
    monday = datetime.date(2026, 8, 3)
    made = {"name": "test", "start": monday, "weeks": weeks, "timezone": "America/Bogota",
            "holidays": {"days": [monday + datetime.timedelta(days=day) for day in holidays]}}
    return scenario.Plan(made, {"name": "large", "calls_per_day": [100]}, 1,
                         [scenario.Spike("staff away", begin, length, {}) for begin, length in spikes],
                         [], [])


def every(step, begin, end):
    return list(range(begin, end, step))


class Truth(unittest.TestCase):
    def test_lost_callers_are_read_by_skill_in_order(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "lost"
            path.write_text("301 1060\n302 1010\n301 1030\n", encoding="utf-8")
            self.assertEqual(truth.read(path, 1000), {"301": [30, 60], "302": [10]})

    def test_the_usual_is_the_mean_of_the_slot_over_the_twins_weeks(self):
        # 2, 4, 6 and 8 lost in the same hour of four weeks.
        twin = {"301": [week * WEEK + NINE + number for week in range(4)
                        for number in range(2 * (week + 1))]}
        usual = truth.Usual(plan_of(), twin)
        self.assertAlmostEqual(usual.rate("301", WEEK + NINE, WEEK + NINE + HOUR) * HOUR, 5)
        self.assertEqual(usual.rate("302", NINE, NINE + HOUR), 0)

    def test_holidays_are_not_usual(self):
        twin = {"301": [NINE + number for number in range(100)] + [WEEK + NINE]}
        usual = truth.Usual(plan_of(weeks=2, holidays=[0]), twin)
        self.assertAlmostEqual(usual.rate("301", WEEK + NINE, WEEK + NINE + HOUR) * HOUR, 1)

    def test_the_onset_is_the_first_of_the_callers_beyond_the_usual(self):
        # Ten minutes apart as usual, then one each half minute.
        times = every(600, 0, HOUR) + every(30, HOUR + 40, HOUR + 340)
        self.assertEqual(truth.onset(times, 0, 1 / 600), HOUR + 40)
        self.assertEqual(truth.onset([], 77, 1 / 600), 77)

    def test_the_cost_is_what_was_lost_less_the_usual_until_the_aftermath_ends(self):
        plan = plan_of((NINE, HOUR))
        end = NINE + HOUR + truth.AFTERMATH
        lost = {"301": every(60, NINE + 300, NINE + HOUR + 300)}
        twin = {"301": [week * WEEK + at for week in range(4) for at in every(1200, NINE, end)]}
        (loss,) = truth.drawn(plan, lost, truth.Usual(plan, twin), ["301"])
        self.assertAlmostEqual(loss.cost, 60 - 4)
        self.assertEqual((loss.begin, loss.end, loss.onset), (NINE, end, NINE + 300))

    def test_a_spike_is_one_loss_in_each_skill(self):
        plan = plan_of((NINE, HOUR))
        losses = list(truth.drawn(plan, {"301": [NINE]}, truth.Usual(plan, {}), ["301", "302"]))
        self.assertEqual([(loss.skill, loss.cost) for loss in losses], [("301", 1), ("302", 0)])

    def test_an_overload_that_nobody_drew_is_told_when_it_costs_enough(self):
        plan = plan_of((WEEK + NINE, HOUR))
        burst = every(30, DAY + NINE, DAY + NINE + 600)
        found = truth.unplanned(plan, {"301": burst}, truth.Usual(plan, {}), "301", 10)
        self.assertEqual([(loss.begin, round(loss.cost)) for loss in found], [(burst[0], 20)])
        self.assertEqual(truth.unplanned(plan, {"301": burst}, truth.Usual(plan, {}), "301", 21), [])

    def test_what_a_drawn_spike_costs_is_not_unplanned(self):
        plan = plan_of((NINE, HOUR))
        burst = every(30, NINE + 60, NINE + 660)
        self.assertEqual(truth.unplanned(plan, {"301": burst}, truth.Usual(plan, {}), "301", 10), [])

    def test_the_usual_is_not_unplanned(self):
        plan = plan_of()
        twin = {"301": [at for week in range(4)
                        for at in every(120, week * WEEK + NINE, week * WEEK + NINE + 4 * HOUR)]}
        self.assertEqual(truth.unplanned(plan, twin, truth.Usual(plan, twin), "301", 10), [])


if __name__ == "__main__":
    unittest.main()
