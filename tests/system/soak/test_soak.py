"""The soak of soak.py in short, and proof that its verdict can be a bad one."""

import unittest

from durability_test import DurabilityTest
from processes import SANITIZER
from soak import BOUNDS, Sample, Soak, levelled_off, print_sample, print_verdict, verdict


def samples(**growing):
    """A hundred seconds; the fields named gain that much in all, the others nothing."""
    level = {"rss_megabytes": 60.0, "descriptors": 20, "threads": 6, "ledger_megabytes": 8.0}
    return [Sample(seconds=at, platform="",
                   **{field: value + growing.get(field, 0) * at / 100
                      for field, value in level.items()})
            for at in range(101)]


class Verdict(unittest.TestCase):
    def test_what_is_level_is_level(self):
        self.assertTrue(levelled_off(verdict(samples(), 0.5)))

    def test_what_grows_is_found(self):
        for field, gain in {"rss_megabytes": 8, "descriptors": 8, "threads": 3,
                            "ledger_megabytes": 2}.items():
            with self.subTest(field):
                judged = verdict(samples(**{field: gain}), 0.5)
                self.assertFalse(levelled_off(judged))
                self.assertEqual([each for each, (gained, _, most) in judged.items()
                                  if gained > most], [field])
        self.assertEqual(judged.keys(), BOUNDS.keys())

    def test_what_grew_at_first_is_forgotten(self):
        taken = samples()
        for each in taken[:50]:
            each.rss_megabytes = each.seconds
        self.assertTrue(levelled_off(verdict(taken, 0.5)))


class Short(DurabilityTest):
    def test_five_days_level_off(self):
        days, seconds = 5, 50
        soak = Soak(self, self.folder, days * 86400 / seconds, seconds, "300ms", 0.05, "6h")
        self.addCleanup(soak.stop)
        judged = verdict(soak.run(print_sample, samples=50), settled_from=0.6)
        print_verdict(judged)
        # Rows are kept for two days after the lookback, and while a gap is open: at this speed a
        # failed answer opens one of hours. The whole soak judges the ledger's size.
        but = ["ledger_megabytes"]
        if SANITIZER:  # it keeps freed memory and shadows the rest
            but.append("rss_megabytes")
        self.assertTrue(levelled_off(judged, but), judged)
        self.assertEqual(soak.broken, [])
        soak.compare()
        self.assertEqual(soak.stop(), 0)


if __name__ == "__main__":
    unittest.main()
