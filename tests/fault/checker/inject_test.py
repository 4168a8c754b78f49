"""What is counted before it is judged."""

import unittest
from collections import Counter

from inject import taken, totals


class Counts(unittest.TestCase):
    def test_the_private_side_of_a_case_was_not_taken(self):
        self.assertEqual(taken([("public", None), ("public", "case"), ("private", None), ("private", "case")]), 3)

    def test_totals_of_episodes(self):
        self.assertEqual(totals([{"kill": 2, "cut": 1}, {"kill": 3}]), Counter(kill=5, cut=1))


if __name__ == "__main__":
    unittest.main()
