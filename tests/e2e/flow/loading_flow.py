"""A large store takes its time to load: the server waits for it and says so."""

import json
import shutil
import threading
import urllib.error
import urllib.request

from server import free_port
from suite import check

# Between two commands that Redis reads from its log, in microseconds; it looks up from reading every 1024 of them.
DELAY = 500


def slow_redis(folder):
    """Redis, but slow at loading."""
    script = folder / "slow-redis"
    script.write_text(f'#!/bin/sh\nexec {shutil.which("redis-server")} "$@" --key-load-delay {DELAY}\n')
    script.chmod(0o755)
    return script


def readyz(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read())
    except OSError:
        return 0, {}


def readyz_says_that_it_loads(server):
    port = free_port()
    server.allow(f"redis.binary={slow_redis(server.data.parent)}")
    server.allow(f"metrics.address=127.0.0.1:{port}")
    answers, ready = [], threading.Event()

    def listen():
        while not ready.wait(0.02):
            answers.append(readyz(port))

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        server.start()
    finally:
        ready.set()
        listener.join(10)
    loading = [status for status, body in answers
               if "loading" in body.get("checks", {}).get("redis", {}).get("words", "")]
    check(loading, f"nobody was told: {answers[:3]}")
    check(set(loading) == {503}, f"work was accepted while it loaded: {set(loading)}")
    check(readyz(port)[0] == 200, "it is not ready in the end")


def run(suite, server):
    server.stop()
    suite.run("while its store is loading the server waits, and readyz says so", readyz_says_that_it_loads, server)
