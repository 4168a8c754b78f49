"""One world, its load, its faults by one seed, and the judgement when the dust has settled."""

import time

import inject
import promises
import resp
from agents import Agents
from customers import Customers
from page import Page
from promises import Stored
from record import Record
from standin import StandIn
from suite import Failure, check, wait_for
from watcher import Watcher
from web import Api, Refused

SECRET = "the secret of the shop"
CHANNEL = "shop"
AGENTS = {"ada": "ROLE_AGENT", "ben": "ROLE_AGENT", "cleo": "ROLE_AGENT", "robo": "ROLE_BOT"}
CAPACITY = 12
SETTLE = 300.0
# An attempt that may still be on its way is over after this: only then the clock is stepped to what is due.
ATTEMPT = 8.0
KINDS = {"MESSAGE_KIND_INBOUND": "inbound"}


class Episode:
    def __init__(self, schedule, world, pause=0.02, say=print):
        self.schedule, self.world, self.pause, self.say = schedule, world, pause, say
        self.record = Record()
        self.page, self.shop = Page(), StandIn(SECRET)
        self.customers = self.agents = self.watcher = self.injector = None
        self.settled_in = 0.0

    def run(self):
        """The violations."""
        try:
            self.world.start()
            self._furnish()
            self._under_fault()
            self._settle()
            return promises.judge(self._facts()) + [
                promises.Violation(0, f"answer that must not come: {p}") for p in self.record.problems[:5]]
        finally:
            self._end()

    def _furnish(self):
        front, facts = self.world.front(), self.record.facts
        self.api = Api(front.address, self.world.token())
        # The first credential is the command line's; it is made anew at every start.
        self.api = Api(front.address, self.api.write("AdminService/CreateToken", name="lasting", agent="admin")["secret"])
        self.api.write("AdminService/ConnectChannel", channel={
            "id": CHANNEL, "name": "Shop", "kind": "CHANNEL_KIND_CUSTOM", "secrets": {"secret": SECRET},
            "settings": {"webhook_url": self.shop.url, "allow_private": "true"}})
        self.page.start()
        self.page.connect(self.api)
        wait_for(lambda: self.page.subscribe(self.world.ingest()) or True, "the page is subscribed", 20)
        tokens = {name: self._agent(name, role) for name, role in AGENTS.items()}
        for token in tokens.values():
            agent = Api(front.address, token)
            wait_for(lambda agent=agent: self._known(agent), "every process knows the agent", 20)
        facts.capacity = {name: CAPACITY for name in AGENTS}
        self.watcher = Watcher(self.record, front.address, self.api.token)
        self.watcher.start()
        self.customers = Customers(self.record, self.world.ingest().address, CHANNEL, SECRET, self.page)
        self.agents = Agents(self.record, front.address, tokens)
        self.injector = inject.Injector(self.world, self.customers, self.page, self.record)
        self.customers.start(self.pause)
        self.agents.start()

    def _agent(self, name, role):
        self.api.write("AdminService/PutAgent", agent={"id": name, "name": name.title(), "capacity": CAPACITY,
                                                       "bot": role == "ROLE_BOT", "grants": [{"role": role}]})
        return self.api.write("AdminService/CreateToken", name=name, agent=name)["secret"]

    @staticmethod
    def _known(agent):
        """Processes read documents anew every few seconds. 404 tells who is known, 401 who is not."""
        agent.write("RoutingService/Renew")
        for method in ("ReplyService/AddNote", "EscalationService/ListRoutes"):
            try:
                fields = {"text": "x"} if "Note" in method else {}
                (agent.write if fields else agent.call)(method, conversation="nowhere", **fields)
            except Refused as refused:
                if refused.status != 404:
                    return False
        return True

    def _under_fault(self):
        for number, (light, heavy) in enumerate(self.schedule, 1):
            try:
                self.injector.round(light, heavy)
            except Exception:
                self.say(f"     in round {number} of {len(self.schedule)}: {[str(f) for f in [*light, *heavy]]}")
                raise
        self.customers.stop_writing()
        self.injector.calm()

    def _conversations(self):
        return self.api.conversations()

    def _left(self):
        """What is not settled yet, in words."""
        left = [(c["id"], c["state"]) for c in self._conversations()
                if c["state"] not in promises.SETTLED or int(c.get("openDeliveries", 0))]
        waiting = self.page.tell("state")["waiting"]
        return left + ([("webhooks of the page", waiting)] if waiting else [])

    def _settle(self):
        """Agents go on until all is done. What is due later is not waited for: the clock steps there."""
        started = stepped = time.monotonic()
        last, offset = None, 0
        while True:
            try:
                left = self._left()
            except (OSError, Failure) as error:
                left = [("asking", error)]
            now = time.monotonic()
            if not left:
                break
            if now - started > SETTLE:
                self.record.facts.stuck.append(f"not settled within {SETTLE:g} s: {promises.first(left)}; "
                                               f"{self._history(left[0][0])}")
                break
            if last is None or len(left) < last:
                last, stepped = len(left), max(stepped, now - ATTEMPT / 2)
            elif now - started > ATTEMPT and now - stepped > ATTEMPT / 2:
                offset, stepped = offset + 20_000, now
                self.injector.step_clock(offset)
            time.sleep(0.2)
        self.settled_in = time.monotonic() - started
        self.agents.stop()
        self._watcher_is_there()
        self.watcher.stop()

    def _history(self, conversation):
        try:
            return self.api.conversation(conversation)
        except Exception as error:  # told beside the failure, never instead of it
            return error

    def _watcher_is_there(self):
        """Until a mark that comes last has been seen."""
        mark = self._conversations()[0]
        before = int(mark["version"])
        self.api.write("RoutingService/SetLabels", conversation=mark["id"], add=["the end"])
        seen = self.record.facts.seen
        try:
            wait_for(lambda: any(s.conversation == mark["id"] and s.version > before for s in list(seen)[-200:]),
                     "the watcher sees the last event", 30)
        except Failure as failure:
            self.record.facts.stuck.append(str(failure))

    def _facts(self):
        facts = self.record.facts
        for listed in self._conversations():
            shown = self.api.conversation(listed["id"])
            facts.stored[listed["id"]] = Stored(
                shown["conversation"]["state"], int(shown["conversation"]["version"]),
                [(int(m["seq"]), KINDS.get(m["kind"], m["kind"]), m.get("text", "")) for m in shown["messages"]],
                [(d["id"], d["state"]) for d in shown.get("deliveries", [])])
        facts.published = [*self.shop.texts(), *self.page.published_texts()]
        facts.dead = self.api.call("AdminService/ListDeadLetters").get("deadLetters", [])
        for path in self.world.redis_sockets():
            with resp.Redis(path) as redis:
                for key in redis.call("KEYS", "*:work:*"):
                    number = redis.call("XLEN", key)
                    if number:
                        facts.pending[key] = number
        check(len(facts.acknowledged) > 20, f"only {len(facts.acknowledged)} messages: no load")
        return facts

    def _end(self):
        for part in (self.customers, self.agents, self.watcher):
            if part:
                part.stop()
        self.page.end()
        self.shop.close()
        self.world.end()
