"""Each rule refuses what it is there to refuse, and lets its neighbour pass."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import rules  # noqa: E402


class Rules(unittest.TestCase):
    def expect(self, rule, path, text, count):
        problems = rule({path: text})
        self.assertEqual(len(problems), count, problems)

    def test_time_and_chance(self):
        bad = "auto t = std::chrono::steady_clock::now();\n"
        self.expect(rules.injected_time_and_chance, "services/routing/a.cpp", bad, 1)
        self.expect(rules.injected_time_and_chance, "common/core/clock.cpp", bad, 0)
        self.expect(rules.injected_time_and_chance, "services/routing/a.cpp", "// never getenv here\n", 0)

    def test_sleep_in_tests(self):
        self.expect(rules.tests_wait_for_conditions, "tests/unit/core/a.cpp", "std::this_thread::sleep_for(1s);\n", 1)
        self.expect(rules.tests_wait_for_conditions, "tests/support/wait.cpp", "std::this_thread::sleep_for(1s);\n", 0)

    def test_includes(self):
        def includes(path, included):
            return rules.includes_one_way({path: f'#include "{included}"\n'})

        self.assertEqual(includes("services/routing/a.cpp", "common/store/b.hpp"), [])
        self.assertEqual(includes("services/guichet/main.cpp", "services/routing/a.hpp"), [])
        self.assertEqual(len(includes("common/redis/a.cpp", "common/store/b.hpp")), 1)
        self.assertEqual(len(includes("services/routing/a.cpp", "services/reply/b.hpp")), 1)
        self.assertEqual(len(includes("services/routing/a.cpp", "services/guichet/b.hpp")), 1)
        self.assertEqual(len(includes("common/unknown/a.cpp", "common/core/b.hpp")), 1)
        self.assertEqual(len(includes("common/core/a.cpp", "tests/support/b.hpp")), 1)

    def test_modules_that_include_each_other(self):
        tree = {"common/http/a.hpp": '#include "common/rpc/b.hpp"\n', "common/rpc/b.hpp": '#include "common/http/a.hpp"\n'}
        self.assertEqual(rules.includes_one_way(tree),
                         ["modules include each other: common/http -> common/rpc -> common/http"])

    def test_long_file(self):
        self.expect(rules.small_files, "common/core/a.cpp", "\n" * 401, 1)
        self.expect(rules.small_files, "common/core/a.cpp", "\n" * 400, 0)
        self.expect(rules.small_files, "common/store/lua/a.lua", "\n" * 401, 1)

    def test_keys(self):
        for text in ('f("{p07}:c:1");\n', 'call("g1_claim");\n', 'fmt::format("{{p{:02}}}:x", p);\n'):
            self.expect(rules.keys_in_store_only, "services/routing/a.cpp", text, 1)
            self.expect(rules.keys_in_store_only, "common/store/a.cpp", text, 0)
        self.expect(rules.keys_in_store_only, "services/routing/a.cpp", 'f("config1_a");\n', 0)

    def test_nothing_left_behind(self):
        for word in ("TO" + "DO: x", "FIX" + "ME", "this is not " + "implemented"):
            self.expect(rules.nothing_left_behind, "common/core/a.cpp", f"// {word}\n", 1)
        self.expect(rules.nothing_left_behind, "common/core/a.cpp", '// Spanish "todo" means all\n', 0)

    def test_threats(self):
        def threats(line):
            return rules.threats_have_tests({
                rules.THREATS: "| somebody | what | shown by |\n|---|---|---|\n" + line,
                "tests/unit/a_test.cpp": "TEST_F(Door, IsShut) {\n", "tests/e2e/safe/run": ""})

        self.assertEqual(threats("| knocks | a door | `Door.IsShut`, `tests/e2e/safe/run` |"), [])
        self.assertEqual(len(threats("| knocks | a door | a look |")), 1)
        self.assertEqual(len(threats("| knocks | a door | `Door.IsOpen`, `tests/e2e/gone` |")), 2)

    def test_top_level(self):
        self.expect(rules.top_level, "stray.txt", "", 1)
        self.expect(rules.top_level, "common/core/a.cpp", "", 0)

    def test_readme(self):
        self.assertEqual(len(rules.readme_for_every_folder({"common/core/a.cpp": "", "common/README.md": ""})), 1)
        self.assertEqual(rules.readme_for_every_folder({"common/core/a.cpp": "", "common/core/README.md": ""}), [])
        self.assertEqual(rules.readme_for_every_folder({"tests/unit/core/a.cpp": "", "tests/README.md": ""}), [])

    def test_lock_file(self):
        self.expect(rules.lock_files_without_registry, "tools/npm/package-lock.json", '  "resolved": "x"\n', 1)
        self.expect(rules.lock_files_without_registry, "tools/npm/package-lock.json", '  "version": "1"\n', 0)

    def test_headers(self):
        self.expect(rules.include_guards_and_paths, "common/core/a.hpp", "int a;\n", 1)
        self.expect(rules.include_guards_and_paths, "common/core/a.cpp", '#include "../b.hpp"\n#include "b.hpp"\n', 2)
        self.expect(rules.include_guards_and_paths, "common/core/a.hpp", '#pragma once\n#include "common/core/b.hpp"\n', 0)

    def test_paths_of_a_machine(self):
        self.expect(rules.no_paths_of_a_machine, "README.md", "see /home/" + "ann/x\n", 1)
        self.expect(rules.no_paths_of_a_machine, "README.md", "GET /work, $HOME/work/x, a/root/b\n", 0)


if __name__ == "__main__":
    unittest.main()
