"""What grows is told from what only warms up or swings."""

import unittest

from flat import flat


class Flat(unittest.TestCase):
    def test_steady(self):
        self.assertTrue(flat([100] * 40, 0.1, 0))

    def test_a_warm_up_is_no_growth(self):
        self.assertTrue(flat([10, 30, 60, 90, 95] + [100] * 35, 0.1, 0))

    def test_a_leak_is_found(self):
        self.assertFalse(flat([100 + 3 * n for n in range(40)], 0.1, 0))

    def test_swinging(self):
        self.assertTrue(flat([100, 140] * 20, 0.1, 0))

    def test_little_things_may_grow_a_little(self):
        self.assertTrue(flat([2] * 20 + [6] * 20, 0.1, 16))


if __name__ == "__main__":
    unittest.main()
