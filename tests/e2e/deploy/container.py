"""deploy/container/try as a part of this suite: its checks count among ours, where this machine lets a container run at all."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request

from server import ROOT
from suite import check

sys.path.append(str(ROOT / "deploy/package"))
from clean_root import MIRROR  # noqa: E402

NAME = "the image is built and run (deploy/container/try)"
TOOLS = ("podman", "runc", "debootstrap")
PROBE = "/bin/true"
SUM = re.compile(r"^(\d+) passed, (\d+) failed$")


def smallest_root(place):
    """A root that holds one program and what it is linked with."""
    for folder in ("proc", "sys", "dev", "etc", "tmp"):
        (place / folder).mkdir(parents=True)
    linked = subprocess.run(["ldd", PROBE], text=True, capture_output=True, timeout=20).stdout
    for path in (PROBE, *re.findall(r"(/\S+) \(0x", linked)):
        (place / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place / path.lstrip("/"))
    return place


def refused(folder):
    """What the engine says of the smallest container, run as the trial runs its own; empty where it runs."""
    place = folder / "probe"
    engine = ["podman", "--root", place / "storage", "--runroot", place / "run", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
              "--runtime", "runc", "--events-backend", "none"]
    words = ["run", "--rm", "--network", "none", "--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges",
             "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "--rootfs", smallest_root(place / "rootfs"), PROBE]
    try:
        tried = subprocess.run([str(word) for word in engine + words], text=True, capture_output=True, timeout=60,
                               env={**os.environ, "DISABLE_HC_SYSTEMD": "true"})
    except subprocess.TimeoutExpired:
        return "nothing within 60 s"
    return "" if tried.returncode == 0 else f"exit code {tried.returncode}: {tried.stderr.strip()[-300:]}"


def why_not(folder):
    """Why no image can be built and run here; empty where one can."""
    if os.geteuid() != 0:
        return "a clean root needs root"
    missing = [name for name in TOOLS if not shutil.which(name)]
    if missing:
        return f"{', '.join(missing)} missing (apt-get install {' '.join(TOOLS)})"
    said = refused(folder)
    if said:
        return f"this machine runs no container: {said}"
    try:
        urllib.request.urlopen(f"{MIRROR}/dists/bookworm/Release", timeout=20).close()
    except OSError as error:
        return f"Debian's packages are out of reach: {error}"
    return ""


def sum_of(output, code):
    """(passed, failed) of a trial that ended; one that ended otherwise than it says has failed."""
    lines = [line for line in output.splitlines() if line.strip()]
    found = SUM.match(lines[-1]) if lines else None
    check(found, f"it ended with {code} and no sum: {output[-1500:]}")
    passed, failed = int(found[1]), int(found[2])
    check((code != 0) == (failed > 0), f"{lines[-1]}, and exit code {code}")
    return passed, failed


def run(words, seconds):
    """What it said and its exit code; interrupted when it takes too long, so that it removes what it made."""
    with subprocess.Popen([str(w) for w in words], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                said, _ = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                said = ""
            check(False, f"it did not end within {seconds} s: {said[-1500:]}")
    return said, process.returncode


def trial(suite, folder, program, packages, seconds=780):
    """Runs it and adds its checks to the suite's."""
    why = why_not(folder)
    if why:
        suite.skip(NAME, f"not run: {why}")
        return

    def ends():
        check(packages, "there is no package to build it from")
        said, code = run([program, packages[0]], seconds)
        print(said, end="", flush=True)
        passed, failed = sum_of(said, code)
        suite.passed += passed
        suite.failed += failed

    suite.run(NAME, ends)
