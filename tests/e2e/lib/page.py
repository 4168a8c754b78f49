"""The Facebook page that the stand-in plays, spoken to by its strings."""

import json
import os
import subprocess
import urllib.request
from pathlib import Path

from server import ROOT
from suite import check, wait_for


def program():
    build = os.environ.get("GUICHET_BUILD") or str(ROOT / "build/dev")
    return str(Path(build) / "tests/bin/guichet_stand_in")


class Page:
    CHANNEL = "page"
    APP = "350100200300400"

    def __init__(self):
        self.process = None
        self.facts = {}

    def start(self):
        self.process = subprocess.Popen([program()], stdout=subprocess.PIPE, text=True)
        self.facts = json.loads(self.process.stdout.readline())
        return self

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def tell(self, what, **more):
        """One of the control's strings; its answer."""
        body = json.dumps(more).encode() if more or what not in ("published", "requests", "state") else None
        request = urllib.request.Request(f"{self.facts['url']}/_control/{what}", data=body,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"{}")

    def published(self):
        """What really stands at the platform, in its order."""
        found = self.tell("published")
        return found["published"] if isinstance(found, dict) else found

    def published_texts(self):
        return [post.get("text", "") for post in self.published()]

    def connect(self, api):
        facts = self.facts
        channel = {"id": self.CHANNEL, "name": "Our page", "kind": "CHANNEL_KIND_FACEBOOK", "team": "care",
                   "settings": {"app": self.APP, "page_id": facts["page_id"], "page_name": "Our page",
                                "graph_url": facts["url"], "allow_private": "true"},
                   "secrets": {"app_secret": facts["app_secret"], "verify_token": facts["verify_token"],
                               "page_token": facts["access_token"]}}
        answer = api.write("AdminService/ConnectChannel", channel=channel)
        check(facts["app_secret"] not in json.dumps(answer), "the secret is read back")

    def subscribe(self, server):
        address = f"{server.address}/webhooks/facebook/{self.APP}"
        wait_for(lambda: self.tell("subscribe", url=address) is not None, "the handshake")
