"""The proxy passes everything on until it is told otherwise."""

import socket
import tempfile
import threading
import unittest
from pathlib import Path

from proxy import Proxy


class Echo:
    def __init__(self, path):
        self.seen = b""
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(8)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(one,), daemon=True).start()

    def _answer(self, one):
        with one:
            while data := one.recv(1000):
                self.seen += data
                one.sendall(data.upper())


class ProxyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir="/tmp")
        self.addCleanup(folder.cleanup)
        self.echo = Echo(Path(folder.name) / "echo")
        self.addCleanup(self.echo.listener.close)
        self.proxy = Proxy(Path(folder.name) / "proxy", Path(folder.name) / "echo")
        self.addCleanup(self.proxy.close)

    def connect(self):
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(10)
        one.connect(self.proxy.path)
        self.addCleanup(one.close)
        return one

    def ask(self, one, text):
        one.sendall(text)
        return one.recv(1000)

    def test_it_passes_on(self):
        one = self.connect()
        self.assertEqual(self.ask(one, b"hello"), b"HELLO")
        self.assertEqual(self.ask(one, b"again"), b"AGAIN")

    def test_a_lost_call_never_arrives(self):
        one = self.connect()
        self.proxy.lose("call", 2)
        self.assertEqual(self.ask(one, b"first"), b"FIRST")
        self.assertEqual(self.ask(one, b"second"), b"")
        self.assertEqual((self.echo.seen, self.proxy.lost), (b"first", 1))
        self.assertEqual(self.ask(self.connect(), b"third"), b"THIRD")

    def test_a_lost_answer_was_heard(self):
        one = self.connect()
        self.proxy.lose("answer", 1)
        self.assertEqual(self.ask(one, b"only"), b"")
        self.assertEqual((self.echo.seen, self.proxy.lost), (b"only", 1))

    def test_cut_ends_all_connections(self):
        ones = [self.connect(), self.connect()]
        for one in ones:
            self.ask(one, b"x")
        self.assertEqual(self.proxy.cut(), 2)
        self.assertEqual([one.recv(10) for one in ones], [b"", b""])

    def test_a_call_is_told_once_before_it_is_passed_on(self):
        told = []
        self.proxy.tell("call", b"begin", lambda: told.append(self.echo.seen))
        one = self.connect()
        for text in (b"first", b"begin", b"begin"):
            self.ask(one, text)
        self.assertEqual(told, [b"first"])

    def test_it_speaks_tcp_too(self):
        over = Proxy(("127.0.0.1", 0), self.proxy.path)
        self.addCleanup(over.close)
        with socket.create_connection(over.path, 10) as one:
            self.assertEqual(self.ask(one, b"hello"), b"HELLO")

    def test_what_has_not_happened_is_forgotten(self):
        self.proxy.lose("call", 5)
        self.assertEqual(self.proxy.disarm(), 1)
        one = self.connect()
        for number in range(8):
            self.assertEqual(self.ask(one, b"%d" % number), b"%d" % number)


if __name__ == "__main__":
    unittest.main()
