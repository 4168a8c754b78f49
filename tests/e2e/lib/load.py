"""Work under way while things are killed: customers who write until it is taken, agents who claim and answer."""

import itertools
import json
import threading
import time

from web import Api, Refused, request_id, webhook

MESSAGES_OF_ONE_CUSTOMER = 3
CANCELLED = "DELIVERY_STATE_CANCELLED"
SETTLED = (CANCELLED, "DELIVERY_STATE_SENT")


class Load:
    """`ingest` and `api` are addresses that stay when their process is started again."""

    def __init__(self, ingest, api, channel, secret, agents):
        self.ingest, self.api = ingest, api
        self.channel, self.secret = channel, secret
        self.agents = agents  # id -> token
        self.accepted = {}  # external id of each message that was acknowledged -> conversation
        self.sent = {}  # delivery id of each answer that was accepted -> text
        self.problems = []
        self.unavailable = 0
        self._numbers = itertools.count(1)
        self._held = {}  # conversation -> agent who is at work on it
        self._lock = threading.Lock()
        self._writing = threading.Event()
        self._open = threading.Event()
        self._threads = []

    def start(self, writers=2):
        self._writing.set()
        self._open.set()
        for number in range(writers):
            self._run(self._customers, f"w{number}")
        for agent, token in self.agents.items():
            self._run(self._agent, agent, Api(self.api, token))
        return self

    def _run(self, body, *arguments):
        def guarded():
            try:
                body(*arguments)
            except Exception as error:  # a thread that died unseen would make the load easy
                self.problems.append(f"{arguments[0]}: {type(error).__name__}: {error}")

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        self._threads.append(thread)

    def stop_writing(self):
        self._writing.clear()

    def stop(self):
        self._writing.clear()
        self._open.clear()
        for thread in self._threads:
            thread.join(30)

    def _customers(self, name):
        while self._writing.is_set():
            number = next(self._numbers)
            customer = f"{name}-{number // MESSAGES_OF_ONE_CUSTOMER}"
            message = {"externalId": f"m{number}", "thread": customer, "text": f"Where is my parcel {number}?",
                       "author": {"externalId": customer, "name": customer}}
            if not self._deliver(message):
                return
            time.sleep(0.005)

    def _deliver(self, message):
        """The same again until it is acknowledged, as a platform does; False: nobody wants it any more."""
        while self._open.is_set():
            try:
                status, body = webhook(self.ingest, self.channel, self.secret, message, timeout=10)
            except OSError:
                status, body = 0, b""
            if status == 200:
                self._acknowledged(message["externalId"], json.loads(body))
                return True
            if status not in (0, 503):
                self.problems.append(f"webhook answered {status}: {body[:200]!r}")
            self.unavailable += 1
            time.sleep(0.05)
        return False

    def _acknowledged(self, external_id, answer):
        result = answer["results"][0]
        if result.get("error") or not result.get("conversation"):
            self.problems.append(f"acknowledged with an error: {answer}")
        self.accepted[external_id] = result.get("conversation")

    def _agent(self, name, api):
        answered = {}  # conversation -> it as it was claimed, the last answer to it
        while self._open.is_set():
            claimed = self._insist(api, "RoutingService/ClaimNext", wait="0.5s")
            conversation = (claimed or {}).get("conversation")
            if not conversation:
                self._answer_again(api, name, answered)
                continue
            self._hold(conversation["id"], name)
            time.sleep(0.01)
            with self._lock:
                self._held.pop(conversation["id"], None)
            answered[conversation["id"]] = conversation, self._answer(api, name, conversation)

    def _answer_again(self, api, name, answered):
        """What a customer writes after an answer was accepted cancels it, or stays with the owner once it is on its way:
        he answers anew."""
        try:
            for owned in api.conversations(owners=[name], states=["CONVERSATION_STATE_OWNED"]):
                claimed, answer = answered.get(owned["id"], (None, None))
                now = api.conversation(owned["id"])
                states = {one["id"]: one["state"] for one in now.get("deliveries", [])}
                if now["conversation"]["state"] != owned["state"] or states.get(answer) not in SETTLED:
                    continue
                if states[answer] == CANCELLED:
                    self.sent.pop(answer, None)
                anew = {**claimed, "inboundSeq": now["conversation"]["inboundSeq"]}
                answered[owned["id"]] = claimed, self._answer(api, name, anew)
        except (Refused, OSError):
            # Next time: what it needs is being killed.
            time.sleep(0.05)

    def _hold(self, conversation, name):
        with self._lock:
            other = self._held.get(conversation)
            if other:
                self.problems.append(f"{conversation} was claimed by {other} and {name}")
            self._held[conversation] = name

    def _answer(self, api, name, conversation):
        """The id of the answer. An owner whose customer wrote meanwhile reads that, and answers all of it."""
        which, seen = conversation["id"], conversation["inboundSeq"]
        for _ in range(20):
            text = f"{name} answers {which} up to {seen}"
            try:
                answer = self._insist(api, "ReplyService/Send", conversation=which, epoch=conversation["epoch"],
                                      inboundSeq=seen, text=text, undoWindow="0s", after="AFTER_SEND_WAIT")
            except Refused as refused:
                newest = api_detail(refused).get("inboundSeq", "0")
                if int(newest) <= int(seen):
                    self.problems.append(f"{name} could not answer {which}: {refused}")
                    return None
                seen = newest
                continue
            if not answer:
                return None
            self.sent[answer["delivery"]["id"]] = text
            return answer["delivery"]["id"]
        return None

    def _insist(self, api, method, **fields):
        """The same request, with the same id, until it is answered; None: the load is over."""
        fields["requestId"] = request_id()
        while self._open.is_set():
            try:
                return api.call(method, **fields)
            except Refused as refused:
                if refused.status not in (429, 503, 504):
                    raise
            except OSError:
                pass
            time.sleep(0.05)
        return None


def api_detail(refused):
    """The ErrorDetail of a JSON error, wherever in it."""
    try:
        body = json.loads(refused.body)
    except ValueError:
        return {}
    for detail in body.get("details", []):
        inner = detail.get("debug") or detail.get("value") or detail
        if isinstance(inner, dict):
            return inner
    return body.get("detail", {})
