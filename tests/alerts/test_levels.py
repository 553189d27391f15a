"""The order in which the scorer evaluates recording rules, and how it writes what they give."""

import io
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "score"))
import prometheus  # noqa: E402
import score  # noqa: E402


def rule(name, text, **labels):
    return {"record": name, "expr": text, "labels": labels}


class Levels(unittest.TestCase):
    def test_rules_come_after_those_that_they_need(self):
        rules = [rule("ratio", "lost / calls"), rule("lost", "a_total", window="5m"),
                 rule("calls", "b_total + lost"), rule("lost", "a_total", window="8m")]
        self.assertEqual([[one["record"] for one in level] for level in prometheus.levels(rules)],
                         [["lost", "lost"], ["calls"], ["ratio"]])

    def test_a_name_within_a_longer_name_is_no_need(self):
        rules = [rule("lost", "lost:others * 2"), rule("lost:others", "a_total")]
        self.assertEqual([[one["record"] for one in level] for level in prometheus.levels(rules)],
                         [["lost:others"], ["lost"]])

    def test_rules_that_need_each_other_are_refused(self):
        with self.assertRaises(ValueError):
            list(prometheus.levels([rule("a", "b"), rule("b", "a")]))

    def test_only_what_the_alerts_lead_back_to_is_recorded(self):
        rules = [rule("ratio", "lost / 2"), rule("lost", "a_total"), rule("cost", "c_total")]
        found = score.needed(rules, [{"expr": "ratio > 1"}])
        self.assertEqual([one["record"] for one in found], ["ratio", "lost"])

    def test_a_recorded_series_bears_its_rules_labels(self):
        file = io.StringIO()
        series = [({"__name__": "b", "skill": 'A "B"'}, [[0, "2"], [60, "1.5"]])]
        prometheus.write(file, rule("a", "b", window="5m"), series)
        self.assertEqual(file.getvalue(), 'a{skill="A \\"B\\"",window="5m"} 2 0\n'
                                          'a{skill="A \\"B\\"",window="5m"} 1.5 60\n')


if __name__ == "__main__":
    unittest.main()
