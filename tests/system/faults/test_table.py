"""The table holds each fault once, in order, and nothing that no test has undergone."""

import unittest

import table


class Table(unittest.TestCase):
    def test_holds_what_the_tests_wrote(self):
        self.assertEqual(list(table.written()), list(table.FAULTS))

    def test_a_row_that_is_not_true_is_found(self):
        fault = table.FAULTS[0]
        true = table.written()[fault].strip("| ").split(" | ")
        if not table.WRITING:
            with self.assertRaises(AssertionError):
                table.check(self, fault, "nothing at all", *true[2:])
        table.check(self, fault, *true[1:])


if __name__ == "__main__":
    unittest.main()
