"""Somebody who signs in with a password and an authenticator app, and the app."""

import base64
import hashlib
import hmac
import html
import http.client
import json
import re
import struct
import time
import urllib.parse

from suite import Failure
from web import request_id

PASSWORD = "correct horse battery staple"
STEP = 30


def code_of(secret, step):
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


class App:
    """Never shows a code twice: it goes ahead of the clock by the one step that servers allow, then waits for the clock."""

    def __init__(self, secret):
        self.secret = secret
        self.last = 0

    def code(self):
        until = time.monotonic() + 3 * STEP
        while True:
            step = max(self.last + 1, int(time.time()) // STEP)
            if step <= int(time.time()) // STEP + 1:
                self.last = step
                return code_of(self.secret, step)
            if time.monotonic() > until:
                raise Failure("the clock stands still")
            time.sleep(0.2)

    def shown(self):
        """The last one again."""
        return code_of(self.secret, self.last)


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def place(self):
        return self.headers.get("location", "")


class Person:
    """A browser without JavaScript: keeps cookies, follows nothing."""

    def __init__(self, address, name, home="127.0.0.1"):
        self.where = urllib.parse.urlsplit(address)
        # Whence he calls: attempts are counted by it, too.
        self.home = home
        self.name = name
        self.cookies = {}

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.where.hostname, self.where.port, timeout=60,
                                                source_address=(self.home, 0))
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)
            connection.request(method, path, body, {"Cookie": cookies, **(headers or {})})
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    found = re.match(r"([^=]+)=([^;]*)", value)
                    self.cookies[found[1]] = found[2]
            return Answer(answer.status, {n.lower(): v for n, v in answer.getheaders()}, text)
        finally:
            connection.close()

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, **fields):
        return self.ask("POST", path, urllib.parse.urlencode(fields),
                        {"Content-Type": "application/x-www-form-urlencoded"})

    def by_link(self, url):
        return self.post("/sign-in/link", link=url, password=PASSWORD)

    def password(self, words=PASSWORD):
        return self.post("/sign-in", agent=self.name, password=words)

    def code(self, code):
        return self.post("/sign-in/code", code=code)

    def recovery(self, code):
        return self.post("/sign-in/code", recovery=code)

    @property
    def session(self):
        return self.cookies.get("guichet_session", "")

    def call(self, method, **fields):
        """As the console calls: (status, answer)."""
        told = self.get("/session")
        proof = json.loads(told.body)["csrf"] if told.status == 200 else ""
        answer = self.ask("POST", f"/guichet.v1.{method}", json.dumps(fields),
                          {"Content-Type": "application/json", "x-guichet-csrf": proof})
        return answer.status, json.loads(answer.body or "{}")

    def write(self, method, **fields):
        return self.call(method, requestId=request_id(), **fields)

    def signed_in(self):
        status, told = self.call("AdminService/WhoAmI")
        return status == 200 and told["agent"]["id"] == self.name


def secret_on(page):
    found = re.search(r'id="secret"[^>]*>([A-Z2-7]+)<', page)
    if not found:
        raise Failure(f"no secret in {page[:1500]}")
    return found[1]


def recovery_codes_on(page):
    found = re.search(r'id="recovery-codes"[^>]*>([^<]+)<', page)
    if not found:
        raise Failure(f"no recovery codes in {page[:1500]}")
    return html.unescape(found[1]).split()
