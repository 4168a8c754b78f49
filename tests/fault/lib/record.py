"""What happened from outside, as it happens: who was promised what, and what was seen. Threads share one."""

import threading
import time

from promises import Claim, Facts, Seen, Write

# Channels whose other end keeps a record of what was published.
PLATFORMS = ("shop", "page")


class Record:
    def __init__(self):
        self.facts = Facts()
        self.problems = []  # answers that must not come, whatever fails
        self.unavailable = 0
        self.resyncs = 0
        self._lock = threading.Lock()

    def wrote(self, text):
        with self._lock:
            self.facts.written.add(text)

    def acknowledged(self, text, conversation=""):
        with self._lock:
            self.facts.acknowledged.setdefault(text, []).append(conversation)

    def not_now(self):
        with self._lock:
            self.unavailable += 1

    def problem(self, words):
        with self._lock:
            self.problems.append(words)

    def claimed(self, agent, conversation):
        with self._lock:
            self.facts.claims.append(Claim(time.monotonic(), agent, conversation["id"], conversation["epoch"]))

    def attempts(self, text):
        with self._lock:
            self.facts.attempted.add(text)

    def wrote_as_owner(self, began, agent, conversation, epoch):
        with self._lock:
            self.facts.writes.append(Write(began, agent, conversation, epoch))

    def answered(self, delivery, text, channel):
        with self._lock:
            self.facts.answers[delivery] = text
            if channel not in PLATFORMS:
                self.facts.on_own_pages.add(text)

    def saw(self, events, resync):
        with self._lock:
            if resync:
                self.resyncs += 1
                self.facts.seen.append(Seen(f"resync {self.resyncs}", "", 0, True))
            for event in events:
                self.facts.seen.append(Seen(event["cursor"], event.get("conversation", ""),
                                            int(event.get("version", 0))))

    def owns(self, agent, number):
        with self._lock:
            self.facts.owned_most[agent] = max(number, self.facts.owned_most.get(agent, 0))

    def counts(self):
        """(messages acknowledged, answers accepted) so far."""
        with self._lock:
            return len(self.facts.acknowledged), len(self.facts.answers)
