"""Runs named checks in their order, says which failed and why, and ends with `N passed, N failed`, and `, N skipped`."""

import sys
import time
import traceback


class Failure(Exception):
    """What a check found, in words."""


def check(condition, words):
    if not condition:
        raise Failure(words)


def equal(got, wanted, words=""):
    check(got == wanted, f"{words}: got {got!r}, wanted {wanted!r}")


def wait_for(condition, words, seconds=10.0, pause=0.02):
    """Returns the first true value of `condition`; at the deadline its last value or error is told."""
    until = time.monotonic() + seconds
    last = None
    while True:
        try:
            last = condition()
            if last:
                return last
        except (OSError, ValueError, Failure) as error:
            last = error
        if time.monotonic() > until:
            raise Failure(f"{words}: not within {seconds:g} s; last seen {last!r}")
        time.sleep(pause)


class Suite:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0

    def skip(self, name, why):
        """What this machine cannot show counts as neither, and is told."""
        self.skipped += 1
        print(f"SKIP {name}: {why}", flush=True)

    def run(self, name, body, *arguments):
        """One check; whether it held. A later one that needs its outcome is told by the None it got."""
        started = time.monotonic()
        try:
            body(*arguments)
        except Exception as error:  # a check may fail in any way; the others still run
            self.failed += 1
            print(f"FAIL {name}")
            words = str(error) if isinstance(error, Failure) else traceback.format_exc()
            print("     " + words.replace("\n", "\n     "), flush=True)
            return False
        self.passed += 1
        print(f"ok   {name} ({time.monotonic() - started:.2f} s)", flush=True)
        return True

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else ""), flush=True)
        sys.exit(1 if self.failed else 0)
