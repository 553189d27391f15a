"""The little reader of PromQL finds what the rules of the dashboards ask for."""

import unittest

from promql import Selector, selectors, substituted


class Reading(unittest.TestCase):
    def test_selectors_with_matchers_ranges_and_functions(self):
        for query, expected in [
                ('wolkvox_up', [Selector("wolkvox_up", [], "", "")]),
                ('sum by (skill) (wolkvox_up{job=~"$job", le!~"a,}b"})',
                 [Selector("wolkvox_up", [("job", "=~", "$job"), ("le", "!~", "a,}b")], "", "")]),
                ('rate(wolkvox_rows_total{a="b"}[$__rate_interval] offset 1w) / 2',
                 [Selector("wolkvox_rows_total", [("a", "=", "b")], "$__rate_interval", "rate")]),
                ('max((increase(process_x_total[5m])) or operation_skill:wolkvox_a:today{x="y"})',
                 [Selector("process_x_total", [], "5m", "increase"),
                  Selector("operation_skill:wolkvox_a:today", [("x", "=", "y")], "", "max")])]:
            with self.subTest(query=query):
                self.assertEqual(selectors(query), expected)

    def test_variables_are_put_in(self):
        self.assertEqual(substituted('a{b=~"$job", c="${agent}"}[$__range]',
                                     {"job": "x", "agent": "y", "__range": "1m"}),
                         'a{b=~"x", c="y"}[1m]')

    def test_an_unknown_variable_is_told(self):
        with self.assertRaises(ValueError):
            substituted("rate(a[$__unknown])", {})


if __name__ == "__main__":
    unittest.main()
