"""The other system behind a custom channel: takes signed answers, refuses the first of each on demand."""

import http.server
import json
import threading
import time

from web import signature


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A caller that was killed breaks off: expected here."""


class StandIn:
    def __init__(self, secret, refuse_first=0, reject=None):
        """Answers 503 to the first `refuse_first` attempts of every delivery, 422 to a text that holds `reject`."""
        self.secret = secret
        self.reject = reject
        self.refuse_first = refuse_first
        self.attempts = {}  # delivery id -> number of posts
        self.taken = {}  # delivery id -> the answer, taken once
        self.problems = []
        self._lock = threading.Lock()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status = owner.take(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = Listener(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/answers"

    def take(self, headers, body):
        stamp = headers.get("Guichet-Timestamp", "")
        with self._lock:
            if headers.get("Guichet-Signature") != signature(self.secret, stamp, body):
                self.problems.append("wrong signature")
                return 401
            if abs(time.time() - int(stamp)) > 300:
                self.problems.append(f"stale timestamp {stamp}")
                return 401
            delivery = headers.get("Guichet-Delivery")
            if not delivery:
                return 200  # TestChannel
            answer = json.loads(body)
            if answer.get("delivery") != delivery:
                self.problems.append(f"two ids: {delivery} and {answer.get('delivery')}")
            self.attempts[delivery] = self.attempts.get(delivery, 0) + 1
            if self.attempts[delivery] <= self.refuse_first:
                return 503
            if self.reject and self.reject in answer["text"]:
                return 422
            if delivery in self.taken:
                if self.taken[delivery] != answer:
                    self.problems.append(f"delivery {delivery} came with two contents")
                return 409
            self.taken[delivery] = answer
            return 200

    def texts(self):
        with self._lock:
            return sorted(answer["text"] for answer in self.taken.values())

    def close(self):
        self.server.shutdown()
