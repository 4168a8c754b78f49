"""What the disk holds after the power went: the shadow that power.c kept, put in the place of the files."""

import os
import shutil
from pathlib import Path

from server import ROOT


def shim():
    build = os.environ.get("GUICHET_BUILD") or str(ROOT / "build/dev")
    return Path(build) / "tests/bin/libguichet_power.so"


class Disk:
    """Of the Redis whose files lie in `files`; `shadow` must not lie below them."""

    def __init__(self, files, shadow):
        self.files, self.shadow = Path(files), Path(shadow)

    def program(self, path):
        """Writes the redis-server that keeps the shadow."""
        path.write_text(f"#!/bin/sh\nGUICHET_POWER_DIR='{self.files}' GUICHET_POWER_SHADOW='{self.shadow}' "
                        f"LD_PRELOAD='{shim()}' exec redis-server \"$@\"\n")
        path.chmod(0o700)
        return path

    def power_cut(self):
        """Afterwards the files are what was synced; bytes that were lost. Nobody may have them open."""
        lost = 0
        kept = {}
        for listing in (self.shadow / "names").iterdir():
            if listing.suffix == ".new":
                continue
            relative = "" if listing.name == "%" else listing.name.replace("%", "/")
            kept[relative] = dict(reversed(line.split(" ", 1)) for line in listing.read_text().splitlines())
        for folder, names in kept.items():
            lost += self._put(self.files / folder, names)
        shutil.rmtree(self.shadow)
        return lost

    def _put(self, folder, names):
        lost = 0
        for path in list(folder.iterdir()):
            if path.is_file():
                lost += path.stat().st_size
                path.unlink()
        for name, key in names.items():
            blocks = self.shadow / "blocks" / key
            data = blocks.read_bytes() if blocks.exists() else b""
            (folder / name).write_bytes(data)
            lost -= len(data)
        return lost
