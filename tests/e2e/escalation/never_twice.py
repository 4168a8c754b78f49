"""Answers in public while the platform cuts connections and the server is killed: each stands there exactly once."""

import collections
import os
import threading

from suite import check, equal, wait_for
from web import Api, Refused

ANSWERS = int(os.environ.get("GUICHET_ANSWERS", "60"))
CHAOS = {"seed": 7, "probability": 0.3, "kinds": ["cut_before", "cut_after", "throttled", "server_error"]}


class Storm:
    def __init__(self, server, page):
        self.server = server
        self.page = page
        self.admin = Api(server.address, server.token())
        self.texts = []

    def conversations(self):
        return [c for c in self.admin.conversations(channels=[self.page.CHANNEL])
                if c["visibility"] == "VISIBILITY_PUBLIC" and c["state"] == "CONVERSATION_STATE_WAITING"]

    def comments_arrive(self):
        for number in range(ANSWERS):
            self.page.tell("comment", author=f"Customer {number}", text=f"Where is my order {number}? It never came.")
        wait_for(lambda: len(self.conversations()) >= ANSWERS, "all comments wait", 60)

    def answer_all(self):
        token = self.admin.agent_token("carol")
        work = self.conversations()[:ANSWERS]
        self.page.tell("chaos", **CHAOS)

        def some(part):
            carol = Api(self.server.address, token)
            for found in part:
                claimed = carol.write("RoutingService/Claim", conversation=found["id"])["conversation"]
                text = f"We look for it at once, {found['reference']}."
                self.texts.append(text)
                carol.write("ReplyService/Send", conversation=found["id"], epoch=claimed["epoch"],
                            inboundSeq=claimed["inboundSeq"], text=text)
        threads = [threading.Thread(target=some, args=(work[i::4],)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(len(self.texts), ANSWERS, "answers given")

    def killed_and_started(self):
        for _ in range(2):
            self.server.kill()
            self.server.start()
            self.admin = Api(self.server.address, self.server.token())
            self.page.subscribe(self.server)
        wait_for(lambda: len(self.published()) >= ANSWERS // 2, "half of them are out", 60)
        self.server.kill()
        self.server.start()
        self.admin = Api(self.server.address, self.server.token())
        self.page.subscribe(self.server)

    def published(self):
        return [text for text in self.page.published_texts() if text in set(self.texts)]

    def each_once(self):
        self.page.tell("calm")
        wait_for(lambda: len(set(self.published())) == ANSWERS, "every answer stands at the platform", 150, 0.5)

        def settled():
            found = self.admin.conversations(channels=[self.page.CHANNEL])
            return all(int(c.get("openDeliveries", 0)) == 0 for c in found)
        wait_for(settled, "nothing is open any more", 120, 0.5)
        twice = {t: n for t, n in collections.Counter(self.published()).items() if n > 1}
        equal(twice, {}, "published more than once")


def run(suite, server, page):
    storm = Storm(server, page)
    for name, step in [
            (f"{ANSWERS} comments arrive", storm.comments_arrive),
            ("all are answered while the platform cuts, throttles and fails", storm.answer_all),
            ("the server is killed three times meanwhile", storm.killed_and_started),
            ("each answer stands at the platform exactly once", storm.each_once)]:
        if not suite.run(name, step):
            break
