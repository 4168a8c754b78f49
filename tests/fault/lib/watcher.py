"""A board: watches over the WebSocket, and comes again with its cursor whenever it is cut off."""

import base64
import json
import os
import socket
import struct
import threading
import time
import urllib.parse


class Broken(OSError):
    pass


class Socket:
    """As much of RFC 6455 as one client needs: text frames out, whole text messages in."""

    def __init__(self, address, path, token, timeout):
        parts = urllib.parse.urlsplit(address)
        self.raw = socket.create_connection((parts.hostname, parts.port), timeout)
        self.file = self.raw.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self.raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
                         f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                         f"Authorization: Bearer {token}\r\n\r\n".encode())
        if b"101" not in self.file.readline():
            raise Broken("no upgrade")
        while self.file.readline() not in (b"\r\n", b""):
            pass

    def send(self, text):
        self._frame(0x81, text.encode())

    def _frame(self, kind, data):
        mask = os.urandom(4)
        head = struct.pack("!BB", kind, 0x80 | len(data)) if len(data) < 126 else struct.pack(
            "!BBH", kind, 0x80 | 126, len(data))
        self.raw.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        whole = b""
        while True:
            first, second = self._exactly(2)
            length = second & 0x7F
            if length == 126:
                length, = struct.unpack("!H", self._exactly(2))
            elif length == 127:
                length, = struct.unpack("!Q", self._exactly(8))
            data = self._exactly(length)
            if first & 0x0F == 9:
                self._frame(0x8A, data)
            elif first & 0x0F == 8:
                raise Broken(f"closed: {data!r}")
            else:
                whole += data
                if first & 0x80:
                    return whole.decode()

    def _exactly(self, number):
        data = self.file.read(number)
        if data is None or len(data) != number:
            raise Broken("cut off")
        return data

    def close(self):
        self.file.close()
        self.raw.close()


class Watcher:
    # The server speaks at least every 15 s.
    SILENCE = 25.0

    def __init__(self, record, address, token):
        self.record, self.address, self.token = record, address, token
        self.resumed = 0
        self.cursor = ""
        self._open = True
        self._socket = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self, limit=20):
        self._thread.start()
        if not self._ready.wait(limit):
            raise Broken("no watch")

    def stop(self):
        self._open = False
        if self._socket:
            try:
                self._socket.raw.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._thread.join(30)

    def _run(self):
        while self._open:
            try:
                self._watch()
            except (OSError, ValueError):
                self.resumed += 1
                time.sleep(0.1)

    def _watch(self):
        self._socket = Socket(self.address, "/v1/watch", self.token, self.SILENCE)
        try:
            self._socket.send(json.dumps({"cursor": self.cursor} if self.cursor else {}))
            while self._open:
                answer = json.loads(self._socket.receive())
                self.record.saw(answer.get("events", []), answer.get("resync", False))
                self.cursor = answer.get("cursor") or self.cursor
                self._ready.set()
        finally:
            self._socket.close()
