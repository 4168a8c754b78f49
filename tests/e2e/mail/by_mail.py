"""From a comment on a Facebook page to a real mailbox and back: one case, whose private side is mail."""

from mailbox_flow import MAILBOX
from mailserver import ANNA, only, text_of
from suite import check, equal, wait_for
from web import Api

CARE = "bob"
BY_MAIL = f"{MAILBOX}:mail"
ANSWER = "Bonjour Anna, nous regardons cela tout de suite."
PRIVATE = "Bonjour Anna, parlons-en ici."
INVITATION = "Nous vous avons ecrit en prive."
HERS = "Merci, voici mon dossier 4711."
SETTLED = "C'est regle, avec nos excuses."
CLOSING = "Merci pour votre patience."


class ByMail:
    def __init__(self, server, page, mails):
        self.server, self.page, self.mails = server, page, mails
        self.admin = Api(server.address, server.token())
        self.bob = Api(server.address, self.admin.agent_token(CARE))
        self.comment = self.public = self.private = self.escalation = None

    def connect(self):
        self.page.connect(self.admin)
        self.page.subscribe(self.server)

    def look(self, which):
        return self.bob.conversation(which)["conversation"]

    def case(self):
        return self.bob.call("EscalationService/ListRoutes", conversation=self.public).get("escalation", {})

    def becomes(self, state):
        return wait_for(lambda: self.case().get("state") == state and self.case(), f"the case is {state}", 15)

    def send(self, which, text):
        now = self.bob.write("RoutingService/Claim", conversation=which)["conversation"]
        self.bob.write("ReplyService/Send", conversation=which, epoch=now["epoch"], inboundSeq=now["inboundSeq"],
                       text=text)

    def stands(self, text):
        wait_for(lambda: text in self.page.published_texts(), f"{text!r} stands in public", 10)

    def complains(self):
        self.comment = self.page.tell("comment", author="Anna", text="Votre service est une honte, rien ne marche !")

        def waiting():
            return [c for c in self.admin.conversations(channels=[self.page.CHANNEL])
                    if c["state"] == "CONVERSATION_STATE_WAITING"]
        self.public = only(wait_for(waiting, "the comment waits"), "conversations of the comment")["id"]
        self.send(self.public, ANSWER)
        self.stands(ANSWER)

    def goes_on(self):
        for text in ("Trois semaines sans reponse, c'est scandaleux, honteux !",
                     "Je suis furieuse, votre service est vraiment nul."):
            self.page.tell("comment", author="Anna", text=text, parent=self.comment["id"])
        check(self.becomes("ESCALATION_STATE_PROPOSED").get("reasons"), "a proposal without reasons")

    def mail_route(self):
        listed = self.bob.call("EscalationService/ListRoutes", conversation=self.public)["routes"]
        return only([route for route in listed if route["id"] == BY_MAIL], "routes by mail")

    def is_known_by_mail(self):
        check(self.mail_route().get("closed"), "mail is open to somebody of whom no address is known")
        hers = only([c for c in self.admin.conversations(channels=[MAILBOX]) if c.get("contactName") == "Anna Petit"],
                    "her conversations by mail")
        self.bob.write("InboxService/MergeContacts", **{"into": self.look(self.public)["contact"],
                                                        "from": hers["contact"], "reason": "the same order"})
        check(not self.mail_route().get("closed"), f"her mailbox is not open: {self.mail_route()}")

    def moves(self):
        answer = self.bob.write("EscalationService/Escalate", conversation=self.public,
                                epoch=self.look(self.public)["epoch"], routes=[BY_MAIL], publicText=INVITATION,
                                privateText=PRIVATE, reason="elle insiste")
        self.escalation = answer["escalation"]["id"]
        self.private = answer["escalation"]["privateConversation"]
        wait_for(lambda: self.mails.mails_with(PRIVATE), "the mail is in her mailbox", 20)
        self.stands(INVITATION)
        mail = only(self.mails.mails_with(PRIVATE), "private mails")
        words = mail["Subject"].lower()
        check(not any(matter in words for matter in ("honte", "service", "livraison")), f"the subject tells it: {words}")
        equal(mail["In-Reply-To"], None, "the first mail answers none")
        equal(self.look(self.private)["state"], "CONVERSATION_STATE_PENDING_CUSTOMER", "while she is asked")

    def she_answers(self):
        self.mails.answer(ANNA, only(self.mails.mails_with(PRIVATE), "private mails"), HERS, name="Anna Petit")
        equal(self.becomes("ESCALATION_STATE_ACCEPTED")["identity"], "IDENTITY_PROOF_ACCOUNT_PROVEN", "identity")

    def one_timeline(self):
        view = self.bob.conversation(self.public)
        equal(view["counterpart"]["id"], self.private, "counterpart")
        equal([m["text"].strip() for m in view["counterpartMessages"]], [PRIVATE, HERS], "the private side")
        said = [one["message"]["text"] for one in view["thread"]]
        check(ANSWER in said and INVITATION in said and len(said) == 5, f"the public side: {said}")
        equal(view["conversation"]["contact"], view["counterpart"]["contact"], "one contact")

    def answered_by_mail(self):
        self.send(self.private, SETTLED)
        wait_for(lambda: self.mails.mails_with(SETTLED), "the answer is in her mailbox", 20)

    def closes(self):
        self.bob.write("EscalationService/CloseInPublic", escalation=self.escalation,
                       epoch=self.look(self.public).get("epoch", ""), text=CLOSING)
        self.stands(CLOSING)
        self.becomes("ESCALATION_STATE_CLOSED_IN_PUBLIC")

    def everything_once(self):
        equal(self.page.published_texts(), [ANSWER, INVITATION, CLOSING], "published on the page, in this order")
        for text in (PRIVATE, SETTLED):
            only([mail for mail in self.mails.mailbox() if text_of(mail).startswith(text)], f"mails {text!r}")
        private = [c for c in self.admin.conversations(channels=[self.page.CHANNEL])
                   if c["visibility"] == "VISIBILITY_PRIVATE"]
        equal(private, [], "private conversations on the page")


def run(suite, server, page, mails):
    case = ByMail(server, page, mails)
    for name, step in [("a page is connected beside the mailbox", case.connect),
                       ("a signed comment comes in, the answer stands below it", case.complains),
                       ("she goes on complaining: the move is proposed with reasons", case.goes_on),
                       ("her address is known once her two contacts are one", case.is_known_by_mail),
                       ("the private mail goes out, then the public word; the subject names no matter", case.moves),
                       ("her mail answers it: accepted", case.she_answers),
                       ("the agent sees one history", case.one_timeline),
                       ("the answer by mail arrives", case.answered_by_mail),
                       ("the closing word appears in public", case.closes),
                       ("everything was published once, by the records of page and mailbox", case.everything_once)]:
        if not suite.run(name, step):
            break
