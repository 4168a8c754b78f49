"""Customers: they write until it is acknowledged, as platforms and browsers do; some deliveries go wrong on demand."""

import http.client
import itertools
import json
import socket
import threading
import time
import urllib.parse

from suite import Failure
from web import Browser, Refused, hidden, signature, webhook

AGAIN = 0.05
MESSAGES_OF_ONE = 3


class Customers:
    """`amiss` counts what shall go wrong with the next deliveries: duplicate, break_off, late."""

    def __init__(self, record, address, channel, secret, page):
        self.record, self.address = record, address
        self.channel, self.secret, self.page = channel, secret, page
        self.done = {"duplicate": 0, "break_off": 0, "late": 0}
        self._amiss = {kind: 0 for kind in self.done}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._writing, self._open = threading.Event(), threading.Event()
        self._threads = []
        self._factor = 1
        self._late = []  # acknowledged deliveries that come once more

    def start(self, pause):
        self._writing.set()
        self._open.set()
        for body in (self._webhooks, self._webhooks, self._forms, self._comments):
            thread = threading.Thread(target=self._guarded, args=(body, pause), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop_writing(self):
        self._writing.clear()
        for thread in self._threads:
            thread.join(30)

    def stop(self):
        self._open.clear()
        self.stop_writing()

    def hold_back(self, much):
        """While too many wait: as a brand's customers do not, but the judgement would have to wait for the agents."""
        self._factor = 20 if much else 1

    def go_wrong(self, kind, times):
        with self._lock:
            self._amiss[kind] += times

    def _goes_wrong(self, kind):
        with self._lock:
            if self._amiss[kind] == 0:
                return False
            self._amiss[kind] -= 1
            self.done[kind] += 1
            return True

    def _guarded(self, body, pause):
        while self._writing.is_set():
            try:
                body(next(self._numbers))
            except Exception as error:  # a thread that died unseen would make the load easy
                self.record.problem(f"{body.__name__}: {type(error).__name__}: {error}")
                return
            time.sleep(pause * self._factor)

    def _webhooks(self, number):
        customer = f"c{number // MESSAGES_OF_ONE}"
        text = f"Where is my parcel {number}?"
        message = {"externalId": f"m{number}", "thread": customer, "text": text,
                   "author": {"externalId": customer, "name": customer}}
        self.record.wrote(text)
        if self._goes_wrong("break_off"):
            self._broken_off(message)
        if self._goes_wrong("duplicate"):
            twin = threading.Thread(target=self._deliver, args=(message,), daemon=True)
            twin.start()
            self._deliver(message)
            twin.join(60)
        else:
            self._deliver(message)
        self._late = [*self._late[-20:], message]
        if self._goes_wrong("late"):
            self._deliver(self._late[0])

    def _broken_off(self, message):
        """Sent whole; the answer is never read: the platform cannot know, and delivers again."""
        body, stamp = json.dumps(message).encode(), int(time.time())
        try:
            host, port = urllib.parse.urlsplit(self.address).netloc.split(":")
            with socket.create_connection((host, int(port)), 2) as raw:
                raw.sendall(f"POST /webhooks/custom/{self.channel} HTTP/1.1\r\nHost: {host}\r\n"
                            f"Guichet-Timestamp: {stamp}\r\nGuichet-Signature: "
                            f"{signature(self.secret, stamp, body)}\r\nContent-Type: application/json\r\n"
                            f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        except OSError:
            pass

    def _deliver(self, message):
        while self._open.is_set():
            try:
                status, body = webhook(self.address, self.channel, self.secret, message, timeout=10)
            except OSError:
                status, body = 0, b""
            if status == 200:
                result = json.loads(body)["results"][0]
                if result.get("error") or not result.get("conversation"):
                    self.record.problem(f"acknowledged with an error: {result}")
                self.record.acknowledged(message["text"], result.get("conversation", ""))
                return
            if status not in (0, 503):
                self.record.problem(f"webhook answered {status}: {body[:200]!r}")
            self.record.not_now()
            time.sleep(AGAIN)

    def _forms(self, number):
        """The same form is sent until the thanks page comes: its token holds the submission's id."""
        text = f"The form says {number} to you."
        token = None
        self.record.wrote(text)
        while self._open.is_set():
            browser = Browser(self.address)
            try:
                token = token or hidden(browser.get("/f/complaint?lang=en"), "token")
                browser.post("/f/complaint?lang=en", token=token, customer="yes", manager="no", name="Frida",
                             email=f"f{number}@example.com", preferred="page", message=text, website="")
                self.record.acknowledged(text)
                return
            except Refused as refused:
                if refused.status not in (429, 503, 504):
                    self.record.problem(f"form answered {refused}")
                    return
            except (OSError, http.client.HTTPException, Failure):
                pass
            self.record.not_now()
            time.sleep(AGAIN)

    def _comments(self, number):
        """Below the page's posts; the stand-in delivers each until it is acknowledged."""
        text = f"Your shop {number} is a shame, nothing works!"
        self.record.wrote(text)
        self.page.tell("comment", author=f"Peter {number}", text=text)
        self.record.acknowledged(text)
