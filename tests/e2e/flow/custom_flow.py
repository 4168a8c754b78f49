"""A custom channel: signed webhooks in, bad input of every kind, signed answers out, dead letters."""

import base64
import json
import time
import urllib.request

from standin import StandIn
from suite import check, equal, wait_for
from web import Api, exchange, webhook

SECRET = "a secret of the shop's"
CHANNEL = "shop"


def message(number, **changes):
    return {"externalId": f"m{number}", "thread": f"t{number}", "text": f"Where is my order {number}?",
            "author": {"externalId": f"u{number}", "name": "Bert"}, **changes}


class Flow:
    def __init__(self, server):
        self.server = server
        self.api = Api(server.address, server.token())
        self.shop = StandIn(SECRET, refuse_first=1)

    def post(self, body, **more):
        return webhook(self.server.address, CHANNEL, more.pop("secret", SECRET), body, **more)

    def ours(self):
        return self.api.conversations(channels=[CHANNEL])

    def dead(self):
        return self.api.call("AdminService/ListDeadLetters", pageSize=200).get("deadLetters", [])

    def connect(self):
        channel = {"id": CHANNEL, "name": "Shop", "kind": "CHANNEL_KIND_CUSTOM",
                   "settings": {"webhook_url": self.shop.url, "allow_private": "true"}, "secrets": {"secret": SECRET}}
        answer = self.api.write("AdminService/ConnectChannel", channel=channel)
        check(SECRET not in json.dumps(answer), "the secret is read back")
        check(SECRET not in json.dumps(self.api.call("AdminService/ListChannels")), "the secret is listed")
        tried = self.api.write("AdminService/TestChannel", channel=CHANNEL)
        check(tried.get("ok"), f"TestChannel: {tried}")

    def stored_once(self):
        for attempt in range(10):
            status, body = self.post(message(1))
            equal(status, 200, body)
            equal(json.loads(body)["results"][0]["duplicate"], attempt > 0, f"duplicate at attempt {attempt}")
        equal(len(self.ours()), 1, "conversations")
        equal(self.ours()[0]["messageCount"], "1", "messages")

    def wrong_signatures(self):
        equal(self.post(message(2), secret="another secret, wrong")[0], 401, "wrong secret")
        equal(self.post(message(2), stamp=int(time.time()) - 3600)[0], 401, "an hour old")
        unsigned = urllib.request.Request(f"{self.server.address}/webhooks/custom/{CHANNEL}", data=b"{}")
        equal(exchange(unsigned)[0], 401, "no signature")
        equal(webhook(self.server.address, "nowhere", SECRET, message(2))[0], 404, "no such channel")
        equal(len(self.ours()), 1, "conversations")

    def too_large(self):
        try:
            equal(self.post(message(3, text="x" * (2 << 20)))[0], 413, "2 MiB")
        except OSError:
            # Answered and closed before all of it was sent: the answer may be lost to this client.
            pass
        equal(exchange(urllib.request.Request(self.server.address + "/healthz"))[0], 200, "healthz after it")

    def kept_as_dead_letters(self):
        bad = {"deep JSON": b'{"externalId":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
               "broken UTF-8": b'{"externalId":"m4","author":{"externalId":"u"},"text":"\xff\xfe\xc3("}',
               "cut off": b'{"externalId":"m5","text":"It br', "no JSON": b"\x00\x01\x02", "a list": b"[]"}
        for name, body in bad.items():
            before = {letter["id"] for letter in self.dead()}
            status, answer = self.post(body)
            equal(status, 200, f"{name}: {answer}")
            fresh = [letter for letter in self.dead() if letter["id"] not in before]
            equal(len(fresh), 1, f"{name}: new dead letters")
            check(fresh[0].get("reason"), f"{name}: no reason")
            whole = self.api.call("AdminService/GetDeadLetter", deadLetter=fresh[0]["id"])["deadLetter"]
            equal(base64.b64decode(whole.get("body", "")), body, f"{name}: the body that was kept")
        equal(len(self.ours()), 1, "conversations")

    def bad_parts_fail_alone(self):
        before = len(self.dead())
        status, answer = self.post({"messages": [
            message(6), {"text": "Without an id"}, message(8, text="long " * 400),
            {"externalId": "m7", "text": "Who am I?"}]})
        equal(status, 200, answer)
        results = json.loads(answer)["results"]
        equal([bool(one.get("error")) for one in results], [False, True, True, False], f"errors in {results}")
        equal(len(self.dead()), before + 1, "dead letters: one body, one letter")
        equal(self.post(message(9, text="long " * 400))[0], 200, "one that is too long")
        wait_for(lambda: sorted(c["thread"] for c in self.ours()) == ["anonymous:m7", "t1", "t6"],
                 "the good ones are stored and triaged")

    def listed_and_replayed(self):
        listed = self.server.cli("dead-letters", "--json")["deadLetters"]
        equal(len(listed), len(self.dead()), "dead letters of the command line")
        letter = next(one["id"] for one in listed if "conversation" not in one)
        check(letter in self.server.cli("dead-letters", "--show", letter), "show names another")
        refused = self.server.log().count("dead_letter.refused_again")
        self.server.cli("dead-letters", "--replay", letter)
        wait_for(lambda: self.server.log().count("dead_letter.refused_again") > refused, "it was tried again")
        check(letter in [one["id"] for one in self.dead()], "it is as unreadable as before, and gone")
        equal(len(self.ours()), 3, "conversations")

    def answered_once(self):
        for conversation in self.ours():
            taken = self.api.write("RoutingService/Claim", conversation=conversation["id"])["conversation"]
            for number in range(2):
                self.api.write("ReplyService/Send", conversation=taken["id"], epoch=taken["epoch"], undoWindow="0s",
                               inboundSeq=taken["inboundSeq"], text=f"{taken['thread']} answer {number}")
        wanted = sorted(f"{thread} answer {n}" for thread in ("anonymous:m7", "t1", "t6") for n in range(2))
        wait_for(lambda: len(self.shop.texts()) >= len(wanted), "the shop has every answer", 15)
        equal(self.shop.texts(), wanted, "what the shop has")
        equal(self.shop.problems, [], "problems that the shop saw")
        equal(set(self.shop.attempts.values()), {2}, "attempts of each: 503, then 200")
        for answer in self.shop.taken.values():
            number = answer["thread"][-1]
            equal(answer["author"], "anonymous:m7" if number == "7" else f"u{number}", "author")
            equal(answer["reply_to"], f"m{number}", "reply_to")
        wait_for(lambda: all(d["state"] == "DELIVERY_STATE_SENT" for c in self.ours()
                             for d in self.api.conversation(c["id"]).get("deliveries", [])), "all are marked sent")

    def undone(self):
        taken = self.api.conversation(self.ours()[0]["id"])["conversation"]
        delivery = self.api.write("ReplyService/Send", conversation=taken["id"], epoch=taken["epoch"],
                                  undoWindow="30s", inboundSeq=taken["inboundSeq"], text="Not this")["delivery"]
        equal(delivery["state"], "DELIVERY_STATE_HELD", "state")
        undone = self.api.write("ReplyService/Undo", delivery=delivery["id"])["delivery"]
        equal(undone["state"], "DELIVERY_STATE_CANCELLED", "state")
        check("Not this" not in self.shop.texts(), "the shop has it")


def run(suite, server):
    flow = Flow(server)
    if suite.run("a custom channel is connected and tested", flow.connect):
        suite.run("ten deliveries of one message are one message", flow.stored_once)
        suite.run("wrong, old and missing signatures: 401", flow.wrong_signatures)
        suite.run("an oversized body: 413", flow.too_large)
        suite.run("unreadable bodies become dead letters", flow.kept_as_dead_letters)
        suite.run("of many messages the bad ones fail alone; an author may be missing", flow.bad_parts_fail_alone)
        suite.run("dead letters are listed, shown, replayed", flow.listed_and_replayed)
        suite.run("answers reach the other system once each, signed, after a 503", flow.answered_once)
        suite.run("an answer is undone in time", flow.undone)
    flow.shop.close()


def replayed_with_success(server):
    """The second start allows longer texts: the letter that held one is taken in, its other parts not twice."""
    api = Api(server.address, server.token())

    def threads():
        return {c["thread"]: c["messageCount"] for c in api.conversations(channels=[CHANNEL])}

    before = threads()
    body = json.dumps(message(9, text="long " * 400)).encode()
    letters = [one["id"] for one in api.call("AdminService/ListDeadLetters", pageSize=200)["deadLetters"]]
    bodies = {one: base64.b64decode(api.call("AdminService/GetDeadLetter", deadLetter=one)["deadLetter"]["body"])
              for one in letters}
    letter = next(one for one in letters if bodies[one] == body)
    api.write("AdminService/ReplayDeadLetter", deadLetter=letter)
    wait_for(lambda: threads() == {**before, "t9": "1"}, "what was refused is taken in once")
    wait_for(lambda: letter not in [one["id"] for one in api.call(
        "AdminService/ListDeadLetters", pageSize=200)["deadLetters"]], "the letter leaves the list")
