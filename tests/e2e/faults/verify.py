"""What must hold after every fault, when the dust has settled."""

from suite import check, equal, wait_for
from web import Api

SETTLE = 25.0


class Ledger:
    """All that is stored of one channel, compared with what the load was told."""

    def __init__(self, load, shop, token):
        self.load, self.shop = load, shop
        self.api = Api(load.api, token)

    def conversations(self):
        return self.api.conversations(channels=[self.load.channel])

    def all_answered(self):
        """Every conversation was triaged, claimed and answered: nothing is left in a queue or with an owner."""
        accepted = {c for c in self.load.accepted.values()}

        def left():
            found = {c["id"]: c["state"] for c in self.conversations()}
            waiting = {c: s for c, s in found.items() if s != "CONVERSATION_STATE_PENDING_CUSTOMER"}
            return {**waiting, **{c: "not listed" for c in accepted - found.keys()}}

        remaining = {}

        def none_left():
            remaining.clear()
            remaining.update(left())
            return not remaining

        try:
            wait_for(none_left, "", SETTLE, 0.1)
        except Exception as error:
            first = next(iter(remaining), None)
            check(False, f"{len(remaining)} of {len(accepted)} are left: {list(remaining.items())[:5]}; the first: "
                         f"{self.api.conversation(first) if first else error}")

    def messages_once(self):
        """Each acknowledged message is stored once, in the conversation that was named; none is stored twice."""
        where, twice = {}, []
        for conversation in self.conversations():
            seqs = []
            for message in self.api.conversation(conversation["id"])["messages"]:
                seqs.append(int(message["seq"]))
                if message["kind"] != "MESSAGE_KIND_INBOUND":
                    continue
                if message["externalId"] in where:
                    twice.append(message["externalId"])
                where[message["externalId"]] = conversation["id"]
            equal(seqs, list(range(1, len(seqs) + 1)), f"sequence in {conversation['id']}")
        equal(twice, [], "stored twice")
        lost = {m: c for m, c in self.load.accepted.items() if where.get(m) != c}
        check(not lost, f"{len(lost)} of {len(self.load.accepted)} acknowledged are lost: {list(lost.items())[:5]}")
        check(len(self.load.accepted) > 20, f"only {len(self.load.accepted)} messages: no load")

    def answers_once(self):
        """Each accepted answer reached the shop under one id; the shop has nothing else, and no text twice."""
        sent = dict(self.load.sent)
        wait_for(lambda: sent.keys() <= self.shop.taken.keys(), "every accepted answer is at the shop", SETTLE)
        foreign = {d: a["text"] for d, a in self.shop.taken.items() if d not in sent}
        equal(foreign, {}, "answers that nobody sent")
        texts = self.shop.texts()
        twice = sorted({text for text in texts if texts.count(text) > 1})
        check(not twice, f"{len(twice)} answers came twice: {[self.history(text) for text in twice[:2]]}")
        equal({d: self.shop.taken[d]["text"] for d in sent}, sent, "texts")
        equal(self.shop.problems, [], "problems that the shop saw")
        wait_for(lambda: not self.unsent(), "every delivery is known as sent", SETTLE, 0.2)

    def history(self, text):
        """All that is known of the conversation that an answer names."""
        return text, self.api.conversation(text.split(" ")[2])

    def unsent(self):
        """Answers that are not known as sent; one that was cancelled was answered anew, and is none of the load's."""
        return [(d["id"], d["state"]) for c in self.conversations()
                for d in self.api.conversation(c["id"]).get("deliveries", []) if d["state"] != "DELIVERY_STATE_SENT"
                and (d["id"] in self.load.sent or d["state"] != "DELIVERY_STATE_CANCELLED")]

    def one_owner(self):
        equal(self.load.problems, [], "conflicts and unexpected answers")

    def nothing_pending(self, redis):
        """`redis` takes a command: no stream of work holds an entry that somebody took and did not finish."""
        def pending():
            found = {}
            for key in redis("KEYS", "*:work:*").split():
                group = key.rsplit(":", 1)[1]
                count = redis("XPENDING", key, group).split("\n")[0]
                if count != "0":
                    found[key] = count
            return found

        wait_for(lambda: not pending(), "no work is pending", SETTLE, 0.2)
        letters = self.api.call("AdminService/ListDeadLetters").get("deadLetters", [])
        equal(letters, [], "dead letters")

    def run(self, suite, name, redis):
        suite.run(f"{name}: everything was triaged, claimed and answered", self.all_answered)
        suite.run(f"{name}: every acknowledged message is stored once", self.messages_once)
        suite.run(f"{name}: every answer was published once", self.answers_once)
        suite.run(f"{name}: one owner at a time, no unexpected answers", self.one_owner)
        suite.run(f"{name}: no work is pending, no dead letters", self.nothing_pending, redis)
