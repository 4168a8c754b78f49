"""Another release: this executable with another schema number in the names of its function library."""

import re
from pathlib import Path

OLD, NEW = b"1", b"2"


def next_release(program, target):
    """Writes it; the names are of the same length, so nothing else moves. An error when they are not found."""
    data = Path(program).read_bytes()
    data, libraries = re.subn(rb"guichet_1(?=[\0\n])", b"guichet_" + NEW, data)
    data, functions = re.subn(rb"'g1_", b"'g" + NEW + b"_", data)
    data, prefixes = re.subn(rb"g1_\0", b"g" + NEW + b"_\0", data)
    if not (libraries >= 2 and functions > 40 and prefixes >= 1):
        raise ValueError(f"not the executable that was expected: {libraries}, {functions}, {prefixes}")
    target = Path(target)
    target.write_bytes(data)
    target.chmod(0o755)
    return target
