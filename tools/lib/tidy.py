"""clang-tidy with a cache and a time budget, since a file that includes Asio or protobuf takes it 5 to 20 seconds.

A test run looks at the files that differ from origin/main and at the light ones, which are the engines and pure parts."""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import time
from pathlib import Path

import checkout

BUDGET = 240  # seconds, in a full test run
ONE_FILE = 240  # seconds at most
CACHE_DAYS = 30
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
HEAVY = ("boost/asio", "boost/beast", "grpcpp/", "google/protobuf", "spdlog/", "prometheus/", "rapidcheck", ".pb.h")
# clang 14 knows coroutines in namespace std but does not say so to libstdc++.
EXTRA = ["-D__cpp_impl_coroutine=201902L", "-Wno-unknown-warning-option"]


def flags_for_clang(entry):
    """The compiler's arguments without what only g++ can read."""
    arguments = shlex.split(entry["command"]) if "command" in entry else list(entry["arguments"])
    kept, skip = [], False
    for position, argument in enumerate(arguments):
        following = arguments[position + 1] if position + 1 < len(arguments) else ""
        if skip:
            skip = False
        elif argument == "-include" and "cmake_pch" in following:
            skip = True
        elif argument != "-Winvalid-pch":
            kept.append(argument)
    return [kept[0], *EXTRA, *kept[1:]]


def one_by_one(database):
    """The entries of a compile database; where the build joined sources in one unit, one for each of them."""
    for entry in database:
        unit = Path(entry["directory"], entry["file"])
        if not re.fullmatch(r"unity_\d+_cxx\.cxx", unit.name):
            yield entry
            continue
        for source in re.findall(r'^#include "([^"]+)"', unit.read_text(encoding="utf-8"), re.MULTILINE):
            yield {**entry, "file": source, "command": entry["command"].replace(str(unit), source)}


class Closure:
    """The files of ours that a file includes, directly or through others."""

    def __init__(self):
        self.direct = {}

    def _includes(self, path):
        if path not in self.direct:
            text = (checkout.ROOT / path).read_text(encoding="utf-8", errors="replace")
            self.direct[path] = INCLUDE.findall(text)
        return self.direct[path]

    def of(self, path):
        """(our files, everything else that is named in an #include)"""
        ours, others, waiting = {path}, set(), [path]
        while waiting:
            for name in self._includes(waiting.pop()):
                if name.endswith(".pb.h"):
                    others.add(name)
                    name = "proto/" + name.removesuffix(".pb.h") + ".proto"
                if not (checkout.ROOT / name).is_file():
                    others.add(name)
                elif name not in ours:
                    ours.add(name)
                    if not name.endswith(".proto"):
                        waiting.append(name)
        return sorted(ours), others


def changed_files():
    """(files that differ from origin/main, the present commit)"""
    def git(*arguments):
        answer = subprocess.run(["git", "-c", "safe.directory=*", *arguments], cwd=checkout.ROOT, capture_output=True,
                                text=True)
        return answer.stdout.split() if answer.returncode == 0 else []

    base = git("merge-base", "HEAD", "origin/main")
    head = git("rev-parse", "HEAD")
    return set(git("diff", "--name-only", base[0])) if base else set(), (head or [""])[0]


def chosen(paths, closure):
    """Changed files first, then the light ones; heavy files that did not change are for --all."""
    changed, commit = changed_files()
    files = []
    for path in paths:
        ours, others = closure.of(path)
        touched = path in changed
        heavy = any(part in name for name in others for part in HEAVY)
        # What the budget leaves out differs from commit to commit, but not from run to run.
        shuffle = hashlib.sha256((commit + path).encode()).hexdigest()
        files.append((not touched, heavy, shuffle, path))
    return sorted(files)


class Cache:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for entry in folder.iterdir():
            if time.time() - entry.stat().st_mtime > CACHE_DAYS * 86400:
                entry.unlink(missing_ok=True)

    def key(self, path, flags, closure):
        digest = hashlib.sha256()
        for name in (".clang-tidy", *closure.of(path)[0]):
            digest.update(name.encode() + b"\0" + (checkout.ROOT / name).read_bytes() + b"\0")
        # Another checkout of the same commit has other paths, and the same findings.
        digest.update(" ".join(flags).replace(str(checkout.ROOT), "").encode())
        return digest.hexdigest()

    def has(self, key):
        if not (self.folder / key).exists():
            return False
        os.utime(self.folder / key)
        return True

    def add(self, key):
        (self.folder / key).touch()


def check(path, database):
    """None when clang-tidy is content, else what it says."""
    try:
        answer = subprocess.run(
            ["nice", "clang-tidy", "--quiet", "-p", str(database), str(checkout.ROOT / path)], cwd=checkout.ROOT,
            capture_output=True, text=True, timeout=ONE_FILE)
    except subprocess.TimeoutExpired:
        return f"{path}: clang-tidy did not end within {ONE_FILE} s"
    if answer.returncode < 0 or answer.returncode == 143:
        return f"{path}: clang-tidy was ended by a signal"
    # Its count of suppressed warnings is of no interest.
    errors = "\n".join(x for x in answer.stderr.splitlines() if not re.match(r"\d+ warnings?( and \d+ errors?)? ", x))
    return f"{path}:\n{answer.stdout}{errors}" if answer.returncode else None


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="no time budget, all cores")
    parser.add_argument("--jobs", type=int, default=0, help="files at a time")
    parser.add_argument("parts", nargs="*", help="only files whose path has one of these parts")
    options = parser.parse_args(arguments)
    build = Path(os.environ.get("GUICHET_BUILD") or checkout.ROOT / "build/release")
    tracked = set(checkout.files(".cpp"))
    entries = {}
    for entry in one_by_one(json.loads((build / "compile_commands.json").read_text())):
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), checkout.ROOT)
        if path in tracked and (not options.parts or any(part in path for part in options.parts)):
            entries[path] = {"directory": entry["directory"], "file": entry["file"], "arguments": flags_for_clang(entry)}
    database = build / "tidy"
    database.mkdir(exist_ok=True)
    (database / "compile_commands.json").write_text(json.dumps(list(entries.values())))

    closure = Closure()
    cache = Cache(checkout.ROOT / "build/tidy-cache")
    keys = {path: cache.key(path, entry["arguments"], closure) for path, entry in entries.items()}
    wanted = [path for unchanged, heavy, _, path in chosen(entries, closure) if options.all or not (unchanged and heavy)]
    waiting = [path for path in wanted if not cache.has(keys[path])]
    known = len(wanted) - len(waiting)

    deadline = time.monotonic() + (float("inf") if options.all else BUDGET)
    # One process in a test run: the other core belongs to the suite beside it.
    workers = options.jobs or (os.cpu_count() or 1 if options.all else 1)
    problems, left = [], 0

    def work(path):
        return None if time.monotonic() > deadline else (check(path, database) or "")

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for path, finding in zip(waiting, pool.map(work, waiting)):
            if finding is None:
                left += 1
            elif finding:
                print(finding, flush=True)
                problems.append(f"{path}: see above")
            else:
                cache.add(keys[path])
    tap = checkout.Tap()
    if not entries:
        problems.append("no file to check: is the build configured?")
    tap.check(f"clang-tidy: {len(waiting) - left} files checked, {known} unchanged since they passed, "
              f"{left} left for lack of time, {len(entries) - len(wanted)} heavy ones left for --all", problems)
    return tap.close()
