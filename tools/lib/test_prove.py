"""Tests of tools/prove: what a proof does wrong must show in the sum, what it measured in the report."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import prove  # noqa: E402


class Count(unittest.TestCase):
    def test_the_last_sum_counts(self):
        self.assertEqual(prove.count("1 passed, 0 failed\nmore\n7 passed, 2 failed\n", 1), (7, 2))

    def test_no_sum_is_a_failure(self):
        self.assertEqual(prove.count("all is well\n", 0), (0, 1))

    def test_an_exit_code_that_contradicts_the_sum_is_a_failure(self):
        self.assertEqual(prove.count("7 passed, 0 failed\n", 3), (7, 1))


class Report(unittest.TestCase):
    def test_faults_are_summed_by_kind_and_violations_counted(self):
        figures = [{"took_effect": {"kill": 2, "cut": 1}, "violations": []},
                   {"took_effect": {"kill": 3}, "violations": ["promise 1: lost"]}]
        results = [prove.Result("seeds", 1, 1, 2.0, figures, ["FAIL seeds"])]
        self.assertEqual(prove.faults_of(results), ({"kill": 5, "cut": 1}, 1))
        self.assertIn("6 faults took effect, 1 violations: cut 1, kill 5", prove.table(results))

    def test_a_proof_is_run_with_its_figures(self):
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "run"
            script.write_text("#!/bin/sh\necho '{\"x\": 1}' > \"$2\"\necho '1 passed, 0 failed'\n")
            script.chmod(0o755)
            runner = prove.Runner(Path(folder), Path(folder), lambda line: None)
            result = runner.run(prove.Proof("x", [str(script), "--json", "{json}"], 20))
            self.assertEqual((result.passed, result.failed, result.figures), (1, 0, {"x": 1}))

    def test_a_limit_that_was_missed_is_told_though_nobody_judges_by_it(self):
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "run"
            script.write_text("#!/bin/sh\necho 'MISSED a frame: 40 ms, at most 34'\necho '1 passed, 0 failed'\n")
            script.chmod(0o755)
            result = prove.Runner(Path(folder), Path(folder), lambda line: None).run(prove.Proof("x", [str(script)], 20))
            self.assertEqual(result.failed, 0)
            self.assertIn("x: MISSED a frame: 40 ms, at most 34", prove.table([result]))

    def test_a_proof_that_hangs_is_ended(self):
        with tempfile.TemporaryDirectory() as folder:
            runner = prove.Runner(Path(folder), Path(folder), lambda line: None)
            result = runner.run(prove.Proof("x", ["sleep", "60"], 0.2))
            self.assertEqual((result.passed, result.failed), (0, 1))

    def test_faults_share_the_machine_and_what_measures_speed_has_it_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            # Each of the two waits for the other's mark, so that one after the other would never end.
            meet = "touch {0}/$0.mark; until [ -e {0}/{1}.mark ]; do sleep 0.01; done; echo '1 passed, 0 failed'"
            lonely = (f"touch {folder}/$0.on; [ $(ls {folder}/*.on | wc -l) = 1 ] && echo '1 passed, 0 failed'; "
                      f"rm {folder}/$0.on")
            chosen = [prove.Proof("c", ["sh", "-c", lonely, "c"], 20, alone=True),
                      prove.Proof("a", ["sh", "-c", meet.format(folder, "b"), "a"], 20),
                      prove.Proof("b", ["sh", "-c", meet.format(folder, "a"), "b"], 20),
                      prove.Proof("d", ["sh", "-c", lonely, "d"], 20, alone=True)]
            results = prove.Runner(Path(folder), Path(folder), lambda line: None).run_all(chosen)
            self.assertEqual([(r.name, r.passed, r.failed) for r in results], [(n, 1, 0) for n in "cabd"])

    def test_what_is_there_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("tests/fault/power/run", "tests/bench/claim/run"):
                path = Path(folder) / name
                path.parent.mkdir(parents=True)
                path.write_text("")
            names = [proof.name for proof in prove.proofs(Path(folder), True)]
            self.assertEqual(names, ["checker", "power", "bench/claim"])


if __name__ == "__main__":
    unittest.main()
