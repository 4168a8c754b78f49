"""The plan is a pure function of its seed, and befalls everybody."""

import unittest

import plan


def flat(rounds):
    return [fault for light, heavy in rounds for fault in [*light, *heavy]]


class Plan(unittest.TestCase):
    def test_the_same_seed_gives_the_same_faults(self):
        for layout in ("alone", "apart"):
            self.assertEqual(plan.rounds(7, 300, layout), plan.rounds(7, 300, layout))
            self.assertNotEqual(plan.rounds(7, 300, layout), plan.rounds(8, 300, layout))

    def test_a_seed_means_the_same_in_every_commit_unless_this_test_is_changed(self):
        self.assertEqual([str(f) for f in flat(plan.rounds(1, 12, "apart"))][-4:], ANCHOR)

    def test_as_many_as_were_asked_for(self):
        for number in (1, 2, 9, 100, 237):
            self.assertEqual(len(flat(plan.rounds(3, number, "apart"))), number)

    def test_each_process_and_redis_is_killed_and_paused_and_in_pairs(self):
        for layout in ("alone", "apart"):
            whole = plan.rounds(5, 1500, layout)
            heavy = [faults for _, faults in whole]
            for target in [*plan.processes_of(layout), plan.REDIS]:
                for kind in ("kill", "pause"):
                    alone = [f for f in heavy if len(f) == 1 and (f[0].kind, f[0].target) == (kind, target)]
                    paired = [f for f in heavy if len(f) == 2 and (kind, target) in {(x.kind, x.target) for x in f}]
                    self.assertTrue(alone, f"{layout}: {kind} {target}")
                    self.assertTrue(paired, f"{layout}: {kind} {target} in a pair")

    def test_dense_rounds_have_more_of_single_calls(self):
        light, heavy = plan.rounds(1, 60, "alone", dense=40)[0]
        self.assertEqual((len(light), len(heavy)), (40, 1))

    def test_every_kind_comes(self):
        self.assertEqual({f.kind for f in flat(plan.rounds(5, 1500, "apart"))}, {*plan.HEAVY, *plan.LIGHT})

    def test_what_needs_a_proxy_befalls_only_processes_that_have_one(self):
        for fault in flat(plan.rounds(5, 500, "alone")):
            self.assertFalse(fault.kind.startswith("lose_"), fault)


ANCHOR = ["lose_call escalation 3", "duplicate webhook 3", "cut inbox 1", "pause escalation 1138"]

if __name__ == "__main__":
    unittest.main()
