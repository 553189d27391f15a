"""Scenario files and the plans drawn from them."""

import datetime
import pathlib
import sys
import tempfile
import unittest

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent / "score"))
import scenario  # noqa: E402

HOUR, DAY = 3600, 86400
SPIKES = {"per_week": 4, "hours": [7, 20], "apart": "3h", "causes": [
    {"name": "surge", "what": "arrivals", "skill": "one", "factor": [3, 12], "minutes": [10, 60],
     "operations": ["large"]},
    {"name": "staff away", "what": "staff", "factor": [0.03, 0.3], "minutes": [15, 60]}]}


def weeks(**changed):
    return {"name": "test", "start": datetime.date(2026, 8, 3), "weeks": 3,
            "timezone": "America/Bogota", "spikes": SPIKES,
            "operations": [{"name": "large", "agents": 20, "calls_per_day": [500, 100]},
                           {"name": "small", "agents": 4, "calls_per_day": [40]}],
            "holidays": {"days": [datetime.date(2026, 8, 7)], "arrivals": 0.15, "staff": 0.3},
            "outages": {"per_week": 2, "reports": ["*"], "minutes": [3, 45]},
            "restarts": {"per_week": 1, "minutes": [1, 6]}, **changed}


def plans(seed, **changed):
    made = weeks(**changed)
    return [scenario.draw_plan(made, operation, seed) for operation in made["operations"]]


class Scenario(unittest.TestCase):
    def test_one_seed_draws_the_same_plans_and_another_draws_others(self):
        for first, again, other in zip(plans(1), plans(1), plans(2)):
            self.assertEqual(first.document(), again.document())
            self.assertNotEqual(first.document()["play"], other.document()["play"])

    def test_spikes_keep_to_their_hours_and_distance_and_away_from_holidays(self):
        for seed in range(20):
            for plan in plans(seed):
                self.assertEqual(len(plan.spikes), 12)
                for spike in plan.spikes:
                    self.assertTrue(7 * HOUR <= spike.begin % DAY < 20 * HOUR)
                    self.assertNotIn(spike.begin // DAY, plan.holidays())
                for one, next_one in zip(plan.spikes, plan.spikes[1:]):
                    self.assertGreater(next_one.begin - one.end, 0)
                    self.assertGreater(next_one.begin - one.begin, 3 * HOUR)

    def test_causes_keep_to_their_operations_and_bounds(self):
        for seed in range(20):
            large, small = plans(seed)
            self.assertEqual({spike.cause for spike in small.spikes}, {"staff away"})
            for spike in large.spikes:
                cause = next(one for one in SPIKES["causes"] if one["name"] == spike.cause)
                self.assertTrue(cause["factor"][0] <= spike.phase["factor"] <= cause["factor"][1])
                self.assertTrue(cause["minutes"][0] <= spike.length / 60 <= cause["minutes"][1])
                self.assertEqual("place" in spike.phase, spike.cause == "surge")

    def test_the_twin_lacks_the_spikes_and_nothing_else(self):
        for plan in plans(3):
            lived, twin = plan.document(), plan.document(with_spikes=False)
            spikes = [spike.phase for spike in plan.spikes]
            self.assertEqual(lived["play"].pop("phases"), twin["play"].pop("phases") + spikes)
            self.assertEqual(lived, twin)

    def test_a_scenario_without_spikes_outages_or_restarts_is_quiet(self):
        made = weeks(holidays={})
        for key in ("spikes", "outages", "restarts", "holidays"):
            del made[key]
        plan = scenario.draw_plan(made, made["operations"][0], 1)
        self.assertEqual((plan.spikes, plan.phases, plan.restarts), ([], [], []))

    def test_times_count_from_midnight_in_the_operations_zone(self):
        self.assertEqual(datetime.datetime.fromtimestamp(plans(1)[0].begin, datetime.timezone.utc),
                         datetime.datetime(2026, 8, 3, 5, tzinfo=datetime.timezone.utc))

    def test_lengths_have_their_units(self):
        self.assertEqual([scenario.seconds(text) for text in ("90s", "5m", "3h", "2d")],
                         [90, 300, 3 * HOUR, 2 * DAY])

    def test_a_file_gives_a_plan_for_each_operation(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "test.yml"
            path.write_text(yaml.safe_dump(weeks()), encoding="utf-8")
            self.assertEqual([plan.document() for plan in scenario.plans(path, 5)],
                             [plan.document() for plan in plans(5)])


if __name__ == "__main__":
    unittest.main()
