"""Finds the suites: GoogleTest executables known to CTest, lints in tools/lint, end-to-end scripts in tests/{e2e,fault}/*/run, tests/fuzz/run."""

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

GTEST_LIMIT = 300
SCRIPT_LIMIT = 600
# A script may say in its first lines: "# suite: timeout=900 exclusive" (exclusive: nothing else runs beside it).
SCRIPT_OPTIONS = re.compile(rb"^(?:#|//) suite:(.*)$", re.MULTILINE)


@dataclass
class Suite:
    name: str
    kind: str  # "gtest" or "script"
    command: list
    folder: Path
    limit: float
    exclusive: bool = False
    environment: dict = field(default_factory=dict)


def native_suites(build):
    """CTest is asked, not the folder: an executable whose test was renamed or deleted may still lie in tests/bin."""
    answer = subprocess.run(
        ["ctest", "--show-only=json-v1"], cwd=build, check=True, capture_output=True, text=True)
    suites = []
    for test in json.loads(answer.stdout)["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        suites.append(Suite(
            name=test["name"],
            kind="gtest",
            command=test.get("command") or [f"{build}/tests/bin/{test['name']}"],
            folder=Path(properties.get("WORKING_DIRECTORY", build)),
            limit=float(properties.get("TIMEOUT", GTEST_LIMIT)),
            exclusive=bool(properties.get("RUN_SERIAL", False))))
    return suites


def script_suites(root):
    suites = []
    for path in [*sorted((root / "tools/lint").glob("*")), *sorted((root / "tests/e2e").glob("*/run")),
                 *sorted((root / "tests/fault").glob("*/run")), root / "tests/fuzz/run"]:
        if not path.is_file() or not os.access(path, os.X_OK):
            continue
        named = path if path.parent.name == "lint" else path.parent
        name = f"{named.parent.name}/{named.name}"
        suite = Suite(name=name, kind="script", command=[str(path)], folder=root, limit=SCRIPT_LIMIT)
        with open(path, "rb") as file:
            options = SCRIPT_OPTIONS.search(file.read(2048))
        for option in options[1].decode().split() if options else []:
            if option == "exclusive":
                suite.exclusive = True
            elif option.startswith("timeout="):
                suite.limit = float(option.removeprefix("timeout="))
            else:
                raise ValueError(f"{path}: unknown suite option {option!r}")
        suites.append(suite)
    return suites


def select(suites, patterns):
    """Patterns are parts of suite names; "unit_core:Ids.*" also hands a filter to GoogleTest."""
    if not patterns:
        return suites
    chosen = []
    for suite in suites:
        for pattern in patterns:
            name, _, tests = pattern.partition(":")
            if name in suite.name:
                if tests and suite.kind == "gtest":
                    suite.command = suite.command + [f"--gtest_filter={tests}"]
                chosen.append(suite)
                break
    return chosen
