"""Stands between a process and Redis or a platform; cuts connections, loses the Nth call or answer, tells of a call."""

import os
import selectors
import socket
import threading

CHUNK = 65536


class Proxy:
    """`path` leads to `target`: names of unix sockets or (host, port); one thread for all connections."""

    def __init__(self, path, target):
        self.target = target
        self.lost = 0  # calls and answers that were lost so far
        self._armed = []  # [direction, how many more pass]
        self._ends = {}  # socket -> (its other end, direction)
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._told = None  # (direction, needle, action)
        self._listener = _socket_for(path)
        self._listener.bind(_address(path))
        self.path = self._listener.getsockname()
        self._listener.listen(64)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._open = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def cut(self):
        """Ends every connection; how many there were. (A closed socket would vanish from the selector unseen.)"""
        with self._lock:
            ends = list(self._ends)
            for end in ends:
                _shut(end)
        return len(ends) // 2

    def lose(self, direction, nth):
        """The `nth` chunk from now in that direction ("call", "answer") gets lost, and its connection with it."""
        with self._lock:
            self._armed.append([direction, nth])

    def disarm(self):
        """Forgets what has not happened; how many."""
        with self._lock:
            left, self._armed = len(self._armed), []
        return left

    def tell(self, direction, needle, action):
        """Calls `action` once, when a chunk with `needle` comes, before it is passed on; "connect": at a connection."""
        with self._lock:
            self._told = (direction, needle, action)

    def _tells(self, direction, data):
        with self._lock:
            told = self._told
            if not told or told[0] != direction or told[1] not in data:
                return
            self._told = None
        told[2]()

    def close(self):
        self._open = False
        self.cut()
        self._thread.join(5)
        self._listener.close()
        if isinstance(self.path, str):
            os.unlink(self.path)

    def _run(self):
        while self._open:
            for key, _ in self._selector.select(0.1):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj in self._ends:
                    self._move(key.fileobj)
        with self._lock:
            for end in list(self._ends):
                self._drop(end)

    def _accept(self):
        here, _ = self._listener.accept()
        there = _socket_for(self.target)
        self._tells("connect", b"")
        try:
            there.settimeout(2)
            there.connect(_address(self.target))
        except OSError:
            here.close()
            there.close()
            return
        with self._lock:
            for end, other, direction in ((here, there, "call"), (there, here, "answer")):
                # A write may wait for its reader (a paused process), but not without end.
                end.settimeout(5)
                self._ends[end] = (other, direction)
                self._selector.register(end, selectors.EVENT_READ)

    def _move(self, end):
        other, direction = self._ends[end]
        try:
            data = end.recv(CHUNK)
            self._tells(direction, data)
            if data and not self._loses(direction):
                other.sendall(data)
                return
        except OSError:
            pass
        with self._lock:
            self._drop(end)

    def _loses(self, direction):
        with self._lock:
            for armed in self._armed:
                if armed[0] != direction:
                    continue
                armed[1] -= 1
                if armed[1] <= 0:
                    self._armed.remove(armed)
                    self.lost += 1
                    return True
        return False

    def _drop(self, end):
        pair = self._ends.pop(end, None)
        if pair is None:
            return
        for one in (end, pair[0]):
            self._ends.pop(one, None)
            self._selector.unregister(one)
            one.close()


def _socket_for(address):
    return socket.socket(socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX)


def _address(address):
    return address if isinstance(address, tuple) else str(address)


def _shut(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
