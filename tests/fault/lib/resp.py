"""As much of Redis's protocol as a test needs to ask it something directly."""

import socket


class Answered(Exception):
    """An error that Redis answered."""


class Redis:
    """One connection to a unix socket; OSError when it is away."""

    def __init__(self, path, timeout=5.0):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()
        self.socket.close()

    def call(self, *words):
        parts = [w if isinstance(w, bytes) else str(w).encode() for w in words]
        out = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)
        self.socket.sendall(out)
        return self._read()

    def _line(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis broke off")
        return line[:-2]

    def _read(self):
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise Answered(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if int(rest) < 0:
                return None
            body = self.file.read(int(rest) + 2)
            if len(body) != int(rest) + 2:
                raise ConnectionError("Redis broke off")
            return body[:-2].decode(errors="replace")
        if kind == b"*":
            # All are read before one that is an error is told: the connection stays usable.
            return None if int(rest) < 0 else [self._read() for _ in range(int(rest))]
        raise ConnectionError(f"not Redis's protocol: {line!r}")


def ask(path, *words):
    with Redis(path) as redis:
        return redis.call(*words)
