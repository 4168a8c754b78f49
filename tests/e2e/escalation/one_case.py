"""One case, from an angry comment to the closing word."""

from suite import check, equal, wait_for
from web import Api, Refused

CARE = "bob"


class Case:
    def __init__(self, server, page):
        self.server = server
        self.page = page
        self.admin = Api(server.address, server.token())
        self.bob = None
        self.comment = self.public = self.private = self.escalation = None

    def connect(self):
        self.page.connect(self.admin)
        self.page.subscribe(self.server)
        self.bob = Api(self.server.address, self.admin.agent_token(CARE))
        tried = self.admin.write("AdminService/TestChannel", channel=self.page.CHANNEL)
        check(tried.get("ok"), f"TestChannel: {tried}")

    def of_page(self, visibility):
        return [c for c in self.admin.conversations(channels=[self.page.CHANNEL]) if c["visibility"] == visibility]

    def arrives(self):
        self.comment = self.page.tell("comment", author="Anna", text="Votre service est une honte, rien ne marche !")
        found = wait_for(lambda: [c for c in self.of_page("VISIBILITY_PUBLIC")
                                  if c["state"] == "CONVERSATION_STATE_WAITING"], "the comment waits", 5)
        self.public = found[0]["id"]
        equal(found[0]["triage"]["language"], "fr", "language")
        check(found[0]["triage"].get("reasons"), "no reasons")

    def owned(self, which):
        """The conversation as bob owns it; what a send must name."""
        return self.bob.conversation(which)["conversation"]

    def send(self, which, text, after="AFTER_SEND_KEEP"):
        now = self.owned(which)
        return self.bob.write("ReplyService/Send", conversation=which, epoch=now["epoch"],
                              inboundSeq=now["inboundSeq"], text=text)

    def answered_in_public(self):
        claimed = self.bob.write("RoutingService/Claim", conversation=self.public)
        check(claimed["conversation"]["epoch"], "no epoch")
        self.send(self.public, "Bonjour Anna, nous regardons cela tout de suite.")
        wait_for(lambda: "Bonjour Anna, nous regardons cela tout de suite." in self.page.published_texts(),
                 "the answer stands below the comment", 5)

    def goes_on_and_the_move_is_proposed(self):
        self.page.tell("comment", author="Anna", text="Trois semaines sans reponse, c'est scandaleux, honteux !",
                       parent=self.comment["id"])
        self.page.tell("comment", author="Anna", text="Je suis furieuse, votre service est vraiment nul.",
                       parent=self.comment["id"])
        wait_for(lambda: self.owned(self.public)["inboundSeq"] != "1", "her words are in the same conversation", 5)

        def proposed():
            case = self.bob.call("EscalationService/ListRoutes", conversation=self.public).get("escalation", {})
            return case if case.get("state") == "ESCALATION_STATE_PROPOSED" else None
        case = wait_for(proposed, "the move is proposed", 8)
        check(case.get("reasons"), f"a proposal without reasons: {case}")

    def routes(self):
        listed = self.bob.call("EscalationService/ListRoutes", conversation=self.public)
        open_ones = [r["kind"] for r in listed["routes"] if not r.get("closed")]
        equal(open_ones[0], "ROUTE_KIND_PRIVATE_REPLY", f"first open route of {listed['routes']}")
        closed = [r for r in listed["routes"] if r.get("closed")]
        check(all(r["closed"].strip() for r in closed), "a closed route without its reason")
        check(listed.get("invitation") and listed.get("closing"), "no words to begin with")

    def public_words_are_checked(self):
        now = self.owned(self.public)
        try:
            self.bob.write("EscalationService/Escalate", conversation=self.public, epoch=now["epoch"],
                           publicText="Appelez-nous au +32 475 12 34 56, Anna.", privateText="Bonjour")
        except Refused as refused:
            equal(refused.status, 400, str(refused))
            check("public_text" in str(refused.body), str(refused))
            return
        check(False, "a telephone number went out in public")

    def moves(self):
        now = self.owned(self.public)
        answer = self.bob.write("EscalationService/Escalate", conversation=self.public, epoch=now["epoch"],
                                publicText="Nous vous avons ecrit en prive.",
                                privateText="Bonjour Anna, parlons-en ici.", reason="elle insiste")
        self.escalation = answer["escalation"]["id"]
        self.private = answer["escalation"]["privateConversation"]
        texts = wait_for(lambda: [t for t in self.page.published_texts() if "prive" in t or "parlons" in t][1:] and
                         self.page.published_texts(), "both messages are out", 8)
        check(texts.index("Bonjour Anna, parlons-en ici.") < texts.index("Nous vous avons ecrit en prive."),
              "it was said in public before it was true")
        equal(sum(post["kind"] == "private_reply" for post in self.page.published()), 1, "private replies")

    def state(self):
        return self.bob.call("EscalationService/ListRoutes", conversation=self.public)["escalation"]["state"]

    def the_customer_answers(self):
        self.page.tell("message", author="Anna", text="Merci, voici mon numero de dossier.")
        wait_for(lambda: self.state() == "ESCALATION_STATE_ACCEPTED", "the customer accepted", 5)

    def one_timeline(self):
        view = self.bob.conversation(self.public)
        equal(view["counterpart"]["id"], self.private, "counterpart")
        private = [m["text"] for m in view["counterpartMessages"]]
        check("Merci, voici mon numero de dossier." in private, f"her private words are missing: {private}")
        check(len(view["thread"]) >= 3, "the public thread is not shown whole")
        equal(view["conversation"]["contact"], view["counterpart"]["contact"], "one contact")
        equal(view["counterpart"]["identity"], "IDENTITY_PROOF_ACCOUNT_PROVEN", "identity")

    def answered_in_private(self):
        self.bob.write("RoutingService/Claim", conversation=self.private)
        self.send(self.private, "C'est regle, avec nos excuses.")
        wait_for(lambda: "C'est regle, avec nos excuses." in self.page.published_texts(), "the private answer", 5)

    def closing_word(self):
        now = self.owned(self.public)
        self.bob.write("EscalationService/CloseInPublic", escalation=self.escalation, epoch=now.get("epoch", ""),
                       text="Merci pour votre patience.")
        wait_for(lambda: "Merci pour votre patience." in self.page.published_texts(), "the closing word", 5)
        wait_for(lambda: self.state() == "ESCALATION_STATE_CLOSED_IN_PUBLIC", "the case is closed", 5)

    def everything_once(self):
        texts = self.page.published_texts()
        equal(sorted(texts), sorted(set(texts)), "published")
        equal(len(self.of_page("VISIBILITY_PRIVATE")), 1, "private conversations")


def run(suite, server, page):
    case = Case(server, page)
    for name, step in [
            ("a Facebook page is connected and its webhook answers the handshake", case.connect),
            ("an angry comment waits with its language and the reasons", case.arrives),
            ("the answer stands below the comment", case.answered_in_public),
            ("she goes on complaining: the move is proposed with reasons", case.goes_on_and_the_move_is_proposed),
            ("routes are listed, closed ones with why", case.routes),
            ("a telephone number does not go out in public", case.public_words_are_checked),
            ("the private message goes out once, then the public word", case.moves),
            ("the customer answers in Messenger: accepted", case.the_customer_answers),
            ("the agent sees one history", case.one_timeline),
            ("the private answer arrives", case.answered_in_private),
            ("the closing word appears in public", case.closing_word),
            ("everything was published once", case.everything_once)]:
        if not suite.run(name, step):
            break
