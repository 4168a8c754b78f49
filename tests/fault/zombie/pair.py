"""Two reply processes, a third that does the rest, one Redis; one of the two is stopped in the middle of a send."""

import collections
import os
import signal
import threading
import time

import inject
import world as worlds
from page import Page
from proxy import Proxy
from server import free_port, remove, scratch
from suite import check, equal, wait_for
from web import Api

ANSWERS = 8
# By the real clock send-before (5 s) and the deadline of a request (2 s) are over. Only then the store's clock is stepped.
ATTEMPT = 8.0
SETTLE = 150.0
# Answers are held so long; a step of the clock lets them go all at once.
HELD_MS = 60_000
# The steps must not take the conversations from their agent.
PATIENT = ["routing.lease=1d", "routing.presence_timeout=1h"]


class Pair:
    def __init__(self):
        self.folder = scratch()
        self.page = Page()
        self.redis = worlds.WatchedRedis(self.folder)
        self.replies, self.doors = {}, {}
        self.graph = self.rest = None
        self.injector = inject.Injector(self, None, self.page, None)
        self.texts, self.comments, self.offset = [], 0, 0
        self.working = ""  # who began an attempt last: all work of one workspace is with one process

    @property
    def redis_socket(self):
        return self.redis.socket

    def redis_sockets(self):
        return [self.redis_socket]

    def start(self):
        self.redis.start()
        self.page.start()
        key = self.folder / "secrets.key"
        key.write_text("the same for every process")
        common = [*worlds.SETTINGS, *PATIENT, f"server.secrets_key=file:{key}"]
        port = int(self.page.facts["url"].rsplit(":", 1)[1])
        self.graph = Proxy(("127.0.0.1", 0), ("127.0.0.1", port))
        grpc = free_port()
        for name in ("first", "second"):
            self.doors[name] = Proxy(self.folder / f"{name}.sock", self.redis.socket)
            self.replies[name] = worlds.Faulty(
                self.folder / name, http=f"127.0.0.1:{free_port()}", target="reply",
                redis=f"unix://{self.doors[name].path}", settings=common,
                grpc=f"127.0.0.1:{grpc}" if name == "first" else "127.0.0.1:0")
        self.rest = worlds.Faulty(
            self.folder / "rest", target="ingest,routing,escalation,inbox,gateway", http=f"127.0.0.1:{free_port()}",
            redis=f"unix://{self.redis.socket}", settings=[*common, f"grpc.services.reply=127.0.0.1:{grpc}"])
        for server in (self.rest, *self.replies.values()):
            server.start()
        self._furnish()

    def _furnish(self):
        self.admin = Api(self.rest.address, self.rest.token())
        there, self.page.facts["url"] = self.page.facts["url"], f"http://127.0.0.1:{self.graph.path[1]}"
        self.page.connect(self.admin)
        self.page.facts["url"] = there
        wait_for(lambda: self.page.subscribe(self.rest) or True, "the page is subscribed", 20)
        self.carol = Api(self.rest.address, self.admin.agent_token("carol"))
        wait_for(lambda: self.carol.write("RoutingService/Renew") is not None, "routing knows the agent", 20)

    def step(self, ms):
        self.offset += ms
        check(self.injector.step_clock(self.offset), "the clock cannot be stepped")

    def answers_are_held(self):
        """`ANSWERS` comments, each with an answer in its undo window."""
        waiting = {"states": ["CONVERSATION_STATE_WAITING"]}
        for _ in range(ANSWERS):
            self.comments += 1
            self.page.tell("comment", author=f"Peter {self.comments}", text=f"Order {self.comments} never came!")
        wait_for(lambda: len(self.admin.conversations(**waiting)) >= ANSWERS, "all comments wait", 30)
        for found in self.admin.conversations(**waiting):
            owned = self.carol.write("RoutingService/Claim", conversation=found["id"])["conversation"]
            text = f"We look for it at once, {found['reference']}."
            self.texts.append(text)
            wait_for(lambda c=owned, t=text: self.carol.write(
                "ReplyService/Send", conversation=c["id"], epoch=c["epoch"], inboundSeq=c["inboundSeq"], text=t,
                requestId=f"z-{c['id']}", undoWindow=f"{HELD_MS // 1000}s", after="AFTER_SEND_WAIT"), "the answer is taken", 20)

    def stopped_where(self, arm):
        """(name, when) of the process that `arm` stops at its place, once the answers are let go."""
        stopped, lock = [], threading.Lock()

        def stop(name=None):
            with lock:
                if not stopped:
                    name = name or self.working
                    os.kill(self.replies[name].process.pid, signal.SIGSTOP)
                    stopped.append((name, time.monotonic()))

        for name, door in self.doors.items():
            door.tell("call", b"g1_begin", lambda name=name: setattr(self, "working", name))
        arm(self, stop)
        self.step(HELD_MS + 1000)
        wait_for(lambda: stopped, "a reply process is stopped in the middle of a send", 30)
        return stopped[0]

    def wake(self, name):
        """Until it serves again: it has its share of the partitions renewed."""
        beaten = threading.Event()
        self.doors[name].tell("call", b"gs1_beat", beaten.set)
        os.kill(self.replies[name].process.pid, signal.SIGCONT)
        check(beaten.wait(20), f"{name} does not wake up")

    def open_ones(self):
        return [c["id"] for c in self.admin.conversations() if int(c.get("openDeliveries", 0))]

    def settle(self):
        """Whoever is awake settles everything; the clock steps to what is due."""
        until, stepped = time.monotonic() + SETTLE, time.monotonic()
        while open_ones := self.open_ones():
            if time.monotonic() > until:
                check(False, f"not settled: {self.admin.conversation(open_ones[0])['deliveries']}")
            if time.monotonic() - stepped > 1:
                self.step(10_000)
                stepped = time.monotonic()
            time.sleep(0.1)

    def each_once(self):
        counted = collections.Counter(text for text in self.page.published_texts() if text in set(self.texts))
        equal({t: counted[t] for t in self.texts if counted[t] != 1}, {}, "not published exactly once")

    def end(self):
        for server in self.replies.values():
            if server.process and server.process.poll() is None:
                os.kill(server.process.pid, signal.SIGCONT)
            server.end()
        if self.rest:
            self.rest.end()
        self.redis.end()
        self.page.end()
        for proxy in (*self.doors.values(), self.graph):
            if proxy:
                proxy.close()
        remove(self.folder)
