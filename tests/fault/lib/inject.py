"""Does to a world what a plan says, and counts what really took effect."""

import re
import resource
import threading
import time
from collections import Counter

import resp
from suite import Failure, wait_for

DISK_FULL = 4096  # no file may grow beyond it: writes fail with EFBIG, which Redis takes as it takes ENOSPC
LATE_MS = 2600  # beyond reply.send_deadline
PROGRESS = 60.0
AT_ONCE = 9  # faults of single calls; then a message must get through
BACKLOG = 60  # waiting conversations from which on customers hold back: agents must not lag behind for minutes


class Injector:
    def __init__(self, world, customers, page, record):
        self.world, self.customers, self.page, self.record = world, customers, page, record
        self.took_effect = Counter()
        self._scripted = 0

    def round(self, light, heavy):
        """Single calls first, so that what stops a process falls among them; then until work goes on again."""
        for start in range(0, len(light), AT_ONCE):
            for fault in light[start:start + AT_ONCE]:
                getattr(self, "_" + fault.kind)(fault)
            self._one_more_message()
        killed = [fault.target for fault in heavy if fault.kind == "kill"]
        others = [threading.Thread(target=getattr(self, "_" + f.kind), args=(f,)) for f in heavy if f.kind != "kill"]
        for thread in others:
            thread.start()
        if killed:
            self.world.kill(killed)
            self.took_effect["kill"] += len(killed)
        for thread in others:
            thread.join()
        self._count_lost()
        self._progress()
        self.look_at_the_queue()

    def calm(self):
        """Nothing goes wrong any more; what was ordered and has not happened is not counted."""
        left = self.page.tell("state")["faults"]
        self.page.tell("calm")
        self.page.tell("settings", copies=1, shuffle=1)
        self.took_effect["platform"] += self._scripted - left
        self._count_lost()
        self.took_effect.update(self.customers.done)

    def _one_more_message(self):
        before = self.record.counts()[0]
        try:
            wait_for(lambda: self.record.counts()[0] > before, "another message", 5)
        except Failure:
            pass  # the next faults come all the same; _progress judges

    def _progress(self):
        messages, answers = self.record.counts()

        def more():
            now = self.record.counts()
            return now[0] >= messages + 3 and now[1] > answers

        try:
            wait_for(more, "", PROGRESS)
        except Failure:
            self.record.facts.stuck.append(f"no message or no answer for {PROGRESS:g} s: {self.record.counts()}")
            raise

    def look_at_the_queue(self):
        try:
            with resp.Redis(self.world.redis_socket) as redis:
                for key in redis.call("KEYS", "*:own:*"):
                    base, agent = key.rsplit(":own:", 1)
                    owned = [redis.call("HMGET", f"{base}:c:{which}", "vis", "es")
                             for which in redis.call("ZRANGE", key, 0, -1)]
                    self.record.owns(agent, taken(owned))
                waiting = sum(redis.call("ZCARD", key) for key in redis.call("KEYS", "*:q:*"))
                self.customers.hold_back(waiting > BACKLOG)
        except (OSError, resp.Answered):
            pass  # Redis is on its way; the next round looks again

    def _count_lost(self):
        for proxy in self.world.proxies.values():
            proxy.disarm()
        lost = sum(proxy.lost for proxy in self.world.proxies.values())
        if lost:
            self.took_effect["lost call or answer"] = lost

    # What a plan's kinds do.

    def _pause(self, fault):
        self.took_effect["pause"] += self.world.pause(fault.target, fault.amount / 1000)

    def _cut(self, fault):
        """By the proxy; without one Redis itself ends its clients' connections."""
        if fault.target in self.world.proxies:
            self.took_effect["cut"] += self.world.proxies[fault.target].cut() > 0
            return
        try:
            self.took_effect["cut"] += resp.ask(self.world.redis_socket, "CLIENT", "KILL", "TYPE", "normal") > 0
        except (OSError, resp.Answered):
            pass

    def _lose_call(self, fault):
        self.world.proxies[fault.target].lose("call", fault.amount)

    def _lose_answer(self, fault):
        self.world.proxies[fault.target].lose("answer", fault.amount)

    def _duplicate(self, fault):
        self.customers.go_wrong(fault.kind, 1)

    _break_off = _late = _duplicate

    def _platform(self, fault):
        kinds = {"late": {"kind": "late", "delay_ms": LATE_MS}}
        self.page.tell("fault", times=fault.amount, **kinds.get(fault.detail, {"kind": fault.detail}))
        self._scripted += fault.amount

    def _courier(self, fault):
        self.page.tell("settings", copies=1 + fault.amount, shuffle=1 + fault.amount)
        self.took_effect["courier"] += 1

    def _clock(self, fault):
        self.took_effect["clock"] += self.step_clock(fault.amount)

    def step_clock(self, ms):
        """The store's own clock: its library with another offset, until the next process brings its own."""
        try:
            for path in self.world.redis_sockets():
                with resp.Redis(path) as redis:
                    load_with_offset(redis, ms)
        except (OSError, resp.Answered):
            return False
        return True

    def _memory(self, fault):
        try:
            with resp.Redis(self.world.redis_socket) as redis:
                before = redis.call("CONFIG", "GET", "maxmemory")[1]
                used = re.search(r"used_memory:(\d+)", redis.call("INFO", "memory"))[1]
                redis.call("CONFIG", "SET", "maxmemory", int(used) * 9 // 10)
                time.sleep(fault.amount / 1000)
                redis.call("CONFIG", "SET", "maxmemory", before)
            self.took_effect["memory"] += 1
        except (OSError, resp.Answered):
            pass

    def _disk(self, fault):
        """Redis (and, embedded, its server with all it writes) finds the disk full; a new Redis of it, too."""
        pids = self.world.disk_pids()
        before = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
        for pid, (_, hard) in zip(pids, before):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (DISK_FULL, hard))
        time.sleep(fault.amount / 1000)
        for pid in self.world.disk_pids():
            try:
                hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
            except ProcessLookupError:
                continue
        self.took_effect["disk"] += bool(pids)


def load_with_offset(redis, ms):
    found = redis.call("FUNCTION", "LIST", "LIBRARYNAME", "guichet_*", "WITHCODE")
    for library in found:
        fields = dict(zip(library[::2], library[1::2]))
        code, changed = re.subn(r"local offset = -?\d+", f"local offset = {ms}", fields["library_code"])
        if changed:
            redis.call("FUNCTION", "LOAD", "REPLACE", code)
            return
    raise Failure("the store's library has no offset any more")


def taken(owned):
    """How many of them take-next gave; (visibility, case) each. Who goes private owns that side, too, whatever his capacity."""
    return sum(not (case and visibility == "private") for visibility, case in owned)


def totals(counters):
    whole = Counter()
    for counter in counters:
        whole.update(counter)
    return whole
