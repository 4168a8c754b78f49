"""Agents and a bot at work: they claim, answer, release and go private, and insist until they are answered."""

import itertools
import json
import threading
import time

from web import Api, Refused, request_id

AGAIN = 0.05
BUSY = (429, 503, 504)


class Agents:
    def __init__(self, record, address, tokens):
        self.record, self.address, self.tokens = record, address, tokens
        self._open = threading.Event()
        self._numbers = itertools.count(1)
        self._threads = []
        self._private = {name: [] for name in tokens}

    def start(self):
        self._open.set()
        for name, token in self.tokens.items():
            thread = threading.Thread(target=self._guarded, args=(name, Api(self.address, token)), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self):
        self._open.clear()
        for thread in self._threads:
            thread.join(30)

    def _guarded(self, name, api):
        while self._open.is_set():
            try:
                self._turn(name, api)
            except Refused as refused:
                self.record.problem(f"{name}: {refused}")
                time.sleep(AGAIN)
            except Exception as error:  # a thread that died unseen would make the load easy
                self.record.problem(f"{name}: {type(error).__name__}: {error}")
                return

    def _turn(self, name, api):
        self._closes_what_is_said(name, api)
        claimed = self._insist(api, "RoutingService/ClaimNext", wait="0.5s")
        conversation = (claimed or {}).get("conversation")
        if not conversation:
            return
        self.record.claimed(name, conversation)
        number = next(self._numbers)
        if number % 11 == 0 and self._as_owner(name, api, conversation, "RoutingService/Release") is not None:
            return
        if not int(conversation.get("inboundSeq", 0)):
            # A private side whose customer has said nothing came back to the queue: there is nothing to answer.
            self._as_owner(name, api, conversation, "RoutingService/Resolve", outcome="OUTCOME_NO_ANSWER_NEEDED")
            return
        public = conversation.get("visibility") == "VISIBILITY_PUBLIC"
        if public and number % 7 == 0:
            self._goes_private(name, api, conversation, number)
        self._answers(name, api, conversation, number)

    def _goes_private(self, name, api, conversation, number):
        private, public = f"Let us talk here, case {number}.", f"We have written to you, case {number}."
        self.record.attempts(private)
        self.record.attempts(public)
        answer = self._as_owner(name, api, conversation, "EscalationService/Escalate", publicText=public,
                                privateText=private, reason="he insists")
        if answer and answer["escalation"].get("privateConversation"):
            self._private[name].append(answer["escalation"]["privateConversation"])

    def _closes_what_is_said(self, name, api):
        """The private side stays his; he closes it when his words are out, or his capacity would be used up."""
        for which in self._private[name][:3]:
            found = self._insist(api, "InboxService/GetConversation", conversation=which)
            now = (found or {}).get("conversation", {})
            if int(now.get("openDeliveries", 0)):
                continue
            self._private[name].remove(which)
            if now.get("owner") == name:
                self._as_owner(name, api, now, "RoutingService/Resolve", outcome="OUTCOME_SOLVED")

    def _as_owner(self, name, api, conversation, method, **fields):
        began = time.monotonic()
        try:
            answer = self._insist(api, method, conversation=conversation["id"], epoch=conversation["epoch"], **fields)
        except Refused as refused:
            self._must_be_due(name, method, refused)
            return None
        if answer is not None:
            self.record.wrote_as_owner(began, name, conversation["id"], conversation["epoch"])
        return answer

    def _answers(self, name, api, conversation, number):
        """An owner whose customer wrote meanwhile reads that, and answers all of it."""
        which, seen = conversation["id"], conversation["inboundSeq"]
        for _ in range(20):
            text = f"{name} answers {which} up to {seen}, {number}"
            self.record.attempts(text)
            began = time.monotonic()
            try:
                answer = self._insist(api, "ReplyService/Send", conversation=which, epoch=conversation["epoch"],
                                      inboundSeq=seen, text=text, undoWindow="0s", after="AFTER_SEND_WAIT")
            except Refused as refused:
                newest = detail(refused).get("inboundSeq", "0")
                if int(newest) <= int(seen):
                    self._must_be_due(name, "Send", refused)
                    return
                seen = newest
                continue
            if answer:
                self.record.wrote_as_owner(began, name, which, conversation["epoch"])
                self.record.answered(answer["delivery"]["id"], text, conversation["channel"])
            return

    def _must_be_due(self, name, method, refused):
        """After a step of the clock a lease may be over: then the write must be refused as FAILED_PRECONDITION."""
        if '"failed_precondition"' not in refused.body and "FAILED_PRECONDITION" not in refused.body:
            self.record.problem(f"{name}: {method}: {refused}")

    def _insist(self, api, method, **fields):
        """The same request, with the same id, until it is answered; None: the work is over."""
        if not method.startswith("InboxService/"):
            fields["requestId"] = request_id()
        while self._open.is_set():
            try:
                return api.call(method, **fields)
            except Refused as refused:
                if refused.status not in BUSY:
                    raise
            except OSError:
                pass
            self.record.not_now()
            time.sleep(AGAIN)
        return None


def detail(refused):
    """The ErrorDetail of a JSON error, wherever in it."""
    try:
        body = json.loads(refused.body)
    except ValueError:
        return {}
    for found in body.get("details", []):
        inner = found.get("debug") or found.get("value") or found
        if isinstance(inner, dict):
            return inner
    return body.get("detail", {})
