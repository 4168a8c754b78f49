"""The files of the checkout, and TAP output for lints."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_OURS = {"build", "data", "node_modules", "__pycache__", ".git", ".cache"}
CXX = (".cpp", ".hpp")


def files(*endings):
    """Paths relative to the root, sorted: what git tracks or would track; without git, what lies there."""
    answer = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True)
    if answer.returncode == 0:
        names = set(answer.stdout.split("\0")) - {""}
    else:
        names = set()
        for folder, folders, here in os.walk(ROOT):
            folders[:] = [f for f in folders if f not in NOT_OURS]
            names.update(os.path.relpath(os.path.join(folder, name), ROOT) for name in here)
    return sorted(n for n in names if n.endswith(endings or ("",)) and (ROOT / n).is_file())


def text(path):
    """The file's text, or None when it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def shebang(path):
    with open(ROOT / path, "rb") as file:
        first = file.readline(100)
    return first.decode(errors="replace").strip() if first.startswith(b"#!") else ""


class Tap:
    """Collects checks; close() prints the plan and gives the exit code."""

    def __init__(self):
        self.count = self.failed = 0

    def check(self, name, problems):
        self.count += 1
        self.failed += bool(problems)
        for problem in problems:
            print(problem)
        print(f"{'not ok' if problems else 'ok'} {self.count} - {name}", flush=True)

    def close(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0
