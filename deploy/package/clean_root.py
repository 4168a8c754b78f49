"""Clean Debian 12 roots by debootstrap, for the trials of the package and of the image. Root only."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build/package"
sys.path.append(str(ROOT / "tests/e2e/lib"))
from suite import check  # noqa: E402

MIRROR = "http://deb.debian.org/debian"
BIND = ("proc", "sys", "dev")


def run(*words, **options):
    done = subprocess.run([str(w) for w in words], text=True, capture_output=True, timeout=900, **options)
    check(done.returncode == 0, f"{' '.join(map(str, words))}: {done.returncode}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


def base():
    """A minimal Debian 12, made once: where the system itself ends."""
    path, made = WORK / "base", WORK / "base.made"
    if not made.exists():
        shutil.rmtree(path, ignore_errors=True)
        WORK.mkdir(parents=True, exist_ok=True)
        run("debootstrap", "--variant=minbase", "bookworm", path, MIRROR)
        made.touch()
    return path


class CleanRoot:
    def __init__(self):
        self.path = WORK / "root"

    def make(self):
        self.unmount()
        shutil.rmtree(self.path, ignore_errors=True)
        run("cp", "-a", base(), self.path)
        for name in BIND:
            run("mount", "--rbind", "--make-rslave", f"/{name}", self.path / name)
        shutil.copy("/etc/resolv.conf", self.path / "etc/resolv.conf")
        # Nothing is started by installing: in particular not Debian's own Redis service.
        policy = self.path / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        self.inside("apt-get", "update")

    def unmount(self):
        for name in BIND:
            while subprocess.run(["umount", "-R", "-l", self.path / name], capture_output=True).returncode == 0:
                pass

    def inside(self, *words):
        return run("chroot", self.path, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive",
                   "LC_ALL=C.UTF-8", *words)

    def install(self, package):
        shutil.copy(package, self.path / "tmp/guichet.deb")
        return self.inside("apt-get", "install", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold",
                           "/tmp/guichet.deb")

    def version(self):
        return self.inside("dpkg-query", "-W", "-f", "${Version}", "guichet")
