"""A guichet of the test's own, its JSON calls, and waiting for a condition."""

import json
import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BINARY = os.environ.get("GUICHET_BIN") or str(ROOT / "build/dev/guichet")


def wait_for(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class Server:
    def __init__(self, *settings):
        self.folder = tempfile.TemporaryDirectory()
        self.data = Path(self.folder.name) / "data"
        self.output = open(Path(self.folder.name) / "output", "w+", encoding="utf-8")
        ports = ["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--set", "metrics.address=127.0.0.1:0"]
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data", str(self.data), *ports, *settings],
            stdout=self.output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        wait_for("the server is ready", lambda: "Ctrl-C stops it" in self.printed() or self.process.poll() is not None)
        if self.process.poll() is not None:
            raise AssertionError("the server does not start:\n" + self.printed())
        self.http = re.search(r"address\s+(http://\S+)", self.printed())[1]
        self.grpc = re.search(r"gRPC\s+(\S+)", self.printed())[1]
        self.sign_in = re.search(r"first sign-in\s+(http://\S+)", self.printed())[1]
        self.token = (self.data / "cli.token").read_text().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.output.close()
        self.folder.cleanup()

    def printed(self):
        return Path(self.output.name).read_text(encoding="utf-8", errors="replace")

    def call(self, method, body=None, token=None):
        request = urllib.request.Request(
            f"{self.http}/guichet.v1.{method}", data=json.dumps(body or {}).encode(),
            headers={"content-type": "application/json", "authorization": f"Bearer {token or self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method}: {error.code} {error.read().decode()}") from None

    def write(self, method, body, token=None):
        return self.call(method, {"requestId": str(uuid.uuid4()), **body}, token)
