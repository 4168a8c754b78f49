"""HTTP from outside: the JSON API, signed webhooks, a browser without JavaScript."""

import hashlib
import hmac
import html
import http.client
import http.cookiejar
import itertools
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request

from suite import Failure

_numbers = itertools.count(1)


def request_id():
    return f"e2e-{os.getpid()}-{next(_numbers)}"


class Refused(Failure):
    def __init__(self, status, body):
        super().__init__(f"answer {status}: {body}")
        self.status = status
        self.body = body


def exchange(request, opener=None, timeout=20):
    """(status, headers, body), whatever the status; OSError where nobody answered wholly."""
    try:
        with (opener.open if opener else urllib.request.urlopen)(request, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()
    except http.client.HTTPException as error:
        raise OSError(f"the answer broke off: {error!r}") from error


class Api:
    """One caller. `write` adds the request_id that every change needs."""

    def __init__(self, address, token):
        self.address = address
        self.token = token

    def call(self, method, **fields):
        request = urllib.request.Request(
            f"{self.address}/guichet.v1.{method}", data=json.dumps(fields).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"})
        status, _, body = exchange(request)
        if status != 200:
            raise Refused(status, body.decode(errors="replace"))
        return json.loads(body)

    def write(self, method, **fields):
        return self.call(method, requestId=fields.pop("requestId", None) or request_id(), **fields)

    def conversations(self, **filters):
        found, cursor = [], ""
        while True:
            page = self.call("InboxService/ListConversations", filter=filters, pageSize=200, cursor=cursor)
            found += page.get("conversations", [])
            cursor = page.get("nextCursor", "")
            if not cursor:
                return found

    def conversation(self, which):
        return self.call("InboxService/GetConversation", conversation=which, messageLimit=500)

    def agent_token(self, agent, role="ROLE_AGENT", **grant):
        """Makes the agent and returns a token that acts for him."""
        self.write("AdminService/PutAgent", agent={"id": agent, "name": agent.title(), "capacity": 1000,
                                                   "grants": [{"role": role, **grant}]})
        return self.write("AdminService/CreateToken", name=f"{agent} in a test", agent=agent)["secret"]


def signature(secret, stamp, body):
    return "v1=" + hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def webhook(address, channel, secret, body, stamp=None, timeout=20):
    """(status, body) of a signed delivery of bytes, or of what becomes JSON."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    stamp = stamp or int(time.time())
    request = urllib.request.Request(
        f"{address}/webhooks/custom/{channel}", data=body,
        headers={"Guichet-Timestamp": str(stamp), "Guichet-Signature": signature(secret, stamp, body),
                 "Content-Type": "application/json"})
    status, _, answer = exchange(request, timeout=timeout)
    return status, answer


class Browser:
    """Keeps cookies, follows redirects, fills in forms."""

    def __init__(self, address):
        self.address = address
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path):
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.address, path)))

    def post(self, path, **fields):
        return self._open(urllib.request.Request(
            urllib.parse.urljoin(self.address, path), data=urllib.parse.urlencode(fields).encode(),
            headers={"Origin": self.address}))

    def _open(self, request):
        status, _, body = exchange(request, self.opener)
        page = body.decode()
        if status != 200:
            raise Refused(status, page[:500])
        return page


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if not found:
        raise Failure(f"no field {name} in {page[:500]}")
    return html.unescape(found[1])


def link(page, start):
    """The path of the first link whose path starts so, without its query."""
    found = re.search(rf'href="(?:https?://[^/"]+)?({re.escape(start)}[^"?#]*)', page)
    if not found:
        raise Failure(f"no link to {start} in {page[:1500]}")
    return html.unescape(found[1])
