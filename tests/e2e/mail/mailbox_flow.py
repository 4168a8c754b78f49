"""A mailbox by itself: a mail is answered by mail; a bounce marks the answer as failed, an automatic answer opens nothing."""

from mailserver import ANNA, BRAND, only
from suite import check, equal, wait_for
from web import Api

MAILBOX = "mailbox"
GONE = "bounces@example.org"


class MailboxFlow:
    def __init__(self, server, mails):
        self.mails = mails
        self.admin = Api(server.address, server.token())
        self.dora = Api(server.address, self.admin.agent_token("dora"))

    def conversations(self, contact):
        return [c for c in self.admin.conversations(channels=[MAILBOX]) if c.get("contactName") == contact]

    def opened(self, contact):
        return wait_for(lambda: [c for c in self.conversations(contact)
                                 if c["state"] == "CONVERSATION_STATE_WAITING"], f"the mail of {contact} waits")[0]

    def connect(self):
        self.mails.connect(self.admin, MAILBOX)
        tried = self.admin.write("AdminService/TestChannel", channel=MAILBOX)
        check(tried.get("ok"), f"TestChannel: {tried}")

    def answer(self, which, text, **more):
        claimed = self.dora.write("RoutingService/Claim", conversation=which)["conversation"]
        return self.dora.write("ReplyService/Send", conversation=which, epoch=claimed["epoch"],
                               inboundSeq=claimed["inboundSeq"], text=text, **more)["delivery"]

    def answered(self):
        which = self.mails.write(ANNA, "Bonjour, quand livrez-vous ?", subject="Livraison", name="Anna Petit")
        self.answer(self.opened("Anna Petit")["id"], "Bonjour, demain matin.", after="AFTER_SEND_RESOLVE")
        wait_for(lambda: self.mails.mails_with("demain matin"), "the answer is in her mailbox", 15)
        mail = only(self.mails.mails_with("demain matin"), "answers")
        equal(mail["Subject"], "Re: Livraison", "subject")
        equal(mail["In-Reply-To"], f"<{which}>", "what it answers")
        check(BRAND in mail["From"], f"from {mail['From']}")

    def bounce(self):
        self.mails.write(GONE, "The blue one never came.", subject="Order 17", name="Gone Customer")
        found = self.opened("Gone Customer")
        sent = self.answer(found["id"], "We look for it.")

        def failed():
            state = [d for d in self.dora.conversation(found["id"]).get("deliveries", []) if d["id"] == sent["id"]]
            return state and state[0]["state"] == "DELIVERY_STATE_FAILED" and state[0]
        delivery = wait_for(failed, "the bounce marks the answer as failed", 20)
        check(GONE in delivery["error"], f"the reason names no address: {delivery}")
        equal(len(self.conversations("Gone Customer")), 1, "conversations of him")
        names = {c.get("contactName", "") for c in self.admin.conversations(channels=[MAILBOX])}
        check(not any("mailer" in name.lower() or "delivery" in name.lower() for name in names),
              f"the bounce opened a conversation: {names}")

    def automatic(self):
        self.mails.write("away@example.org", "I am on holidays.", subject="Out of office", name="Away Customer",
                         Auto_Submitted="auto-replied")
        # Taken in their order: once this one is there, the other has been looked at.
        self.mails.write("present@example.org", "Where is it?", subject="Order 18", name="Present Customer")
        self.opened("Present Customer")
        equal(self.conversations("Away Customer"), [], "conversations by an automatic answer")


def run(suite, server, mails):
    flow = MailboxFlow(server, mails)
    for name, step in [("a mailbox is connected", flow.connect),
                       ("a mail is answered by mail, once and as an answer", flow.answered),
                       ("a bounce marks the answer as failed and opens nothing", flow.bounce),
                       ("an automatic answer opens nothing", flow.automatic)]:
        if not suite.run(name, step):
            break
