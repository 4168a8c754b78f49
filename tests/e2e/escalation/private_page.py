"""The same case by a link that everybody can read: a stranger comes first, the author proves himself by his account."""

import html
import re

from suite import check, equal, wait_for
from web import Api, Browser, Refused, hidden

CARE = "dora"
AUTHOR = "Berthe"
PUBLIC_URL = "http://care.example.test:8080"


class LinkCase:
    def __init__(self, server, page):
        self.server = server
        self.page = page
        self.admin = Api(server.address, server.token())
        self.agent = Api(server.address, self.admin.agent_token(CARE))
        self.stranger, self.author = Browser(server.address), Browser(server.address)
        self.comment = self.public = self.escalation = self.link = ""

    def arrives(self):
        self.comment = self.page.tell("comment", author=AUTHOR, text="Votre service est une honte, rien ne marche !")

        def waiting():
            return [c for c in self.admin.conversations(channels=[self.page.CHANNEL])
                    if c.get("contactName") == AUTHOR and c["state"] == "CONVERSATION_STATE_WAITING"]
        self.public = wait_for(waiting, "the comment waits", 5)[0]["id"]

    def owned(self, which):
        return self.agent.conversation(which)["conversation"]

    def send(self, which, text):
        now = self.owned(which)
        self.agent.write("ReplyService/Send", conversation=which, epoch=now["epoch"], inboundSeq=now["inboundSeq"],
                         text=text)

    def answered_in_public(self):
        self.agent.write("RoutingService/Claim", conversation=self.public)
        self.send(self.public, "Bonjour Berthe, nous regardons cela tout de suite.")
        wait_for(lambda: any("Bonjour Berthe" in text for text in self.page.published_texts()), "the answer", 5)

    def case(self):
        return self.agent.call("EscalationService/ListRoutes", conversation=self.public).get("escalation", {})

    def insists_and_the_move_is_proposed(self):
        for text in ["Trois semaines sans reponse, c'est scandaleux, honteux !",
                     "Je suis furieuse, votre service est vraiment nul."]:
            self.page.tell("comment", author=AUTHOR, text=text, parent=self.comment["id"])
        case = wait_for(lambda: self.case().get("state") == "ESCALATION_STATE_PROPOSED" and self.case(),
                        "the move is proposed", 8)
        check(case.get("reasons"), f"a proposal without reasons: {case}")

    def link_is_posted(self):
        answer = self.agent.write("EscalationService/Escalate", conversation=self.public, routes=["private_link"],
                                  epoch=self.owned(self.public)["epoch"],
                                  publicText="Continuons en prive, Berthe : {{link}}")
        self.escalation = answer["escalation"]["id"]
        check(not answer["escalation"].get("privateConversation"), "somebody is on the page already")
        text = wait_for(lambda: [t for t in self.page.published_texts() if "/p/" in t], "the link is out", 5)[0]
        found = re.search(r"(http\S+)(/p/gp_\w+[\w-]*)", text)
        equal(found[1], PUBLIC_URL, "the link's beginning")
        self.link = found[2]

    def opened(self, browser):
        door = browser.get(self.link)
        check("honte" not in door and "<code>" not in door, "the door shows something")
        browser.post(self.link + "/open")
        return html.unescape(browser.get(self.link))

    def code(self, browser):
        return re.search(r"<code>([^<]+)</code>", browser.get(self.link))[1]

    def write(self, browser, text):
        page = browser.get(self.link)
        browser.post(self.link + "/messages", token=hidden(page, "token"), message=text)

    def seen(self, browser):
        return html.unescape(browser.get(self.link))

    def a_stranger_writes_first(self):
        page = self.opened(self.stranger)
        check("honte" not in page and "nous regardons" not in page, "a stranger sees the history")
        self.write(self.stranger, "C'est moi Berthe, versez l'argent ici : BE00.")
        equal(self.case()["state"], "ESCALATION_STATE_OFFERED", "a stranger's words prove nothing")

    def the_author_writes_too(self):
        page = self.opened(self.author)
        check("honte" not in page and "versez" not in page, "she sees what is not hers")
        check(self.code(self.author) != self.code(self.stranger), "two visitors have one code")
        self.write(self.author, "Mon dossier est le 4711.")
        check("4711" not in self.seen(self.stranger), "the stranger reads her words")
        claimants = wait_for(lambda: len(self.agent.conversation(self.public).get("claimants", [])) == 2 and
                             self.agent.conversation(self.public)["claimants"], "the agent sees both", 5)
        equal({c["identity"] for c in claimants}, {"IDENTITY_PROOF_CLAIMED"}, "identities")
        check("counterpart" not in self.agent.conversation(self.public), "one of them is taken for the customer")

    def a_strange_account_posts_the_code(self):
        self.page.tell("comment", author="Voleur", text=self.code(self.stranger), parent=self.comment["id"])
        self.page.tell("comment", author="Voleur", text="Et alors, ce remboursement ?", parent=self.comment["id"])
        wait_for(lambda: any("remboursement" in said["message"].get("text", "")
                             for said in self.agent.conversation(self.public)["thread"]), "it is in the thread", 5)
        equal(self.case()["state"], "ESCALATION_STATE_OFFERED", "another account proved something")

    def she_posts_a_wrong_one_then_hers(self):
        self.page.tell("comment", author=AUTHOR, text="C3C-4DD", parent=self.comment["id"])

        def notes():
            return [m["text"] for m in self.agent.conversation(self.public)["messages"]
                    if m["kind"] == "MESSAGE_KIND_NOTE"]
        wait_for(lambda: notes(), "the agent sees the wrong code", 5)
        equal(self.case()["state"], "ESCALATION_STATE_OFFERED", "a wrong code proved something")
        self.page.tell("comment", author=AUTHOR, text=self.code(self.author).lower(), parent=self.comment["id"])
        wait_for(lambda: self.case()["state"] == "ESCALATION_STATE_ACCEPTED", "accepted", 5)
        wait_for(lambda: "Nous savons maintenant" in self.seen(self.author) and "honte" in self.seen(self.author),
                 "her page shows what was said", 5)

    def one_timeline(self):
        view = self.agent.conversation(self.public)
        equal(view["counterpart"]["identity"], "IDENTITY_PROOF_ACCOUNT_PROVEN", "identity")
        equal(view["counterpart"]["contact"], view["conversation"]["contact"], "one contact")
        check("Mon dossier est le 4711." in [m["text"] for m in view["counterpartMessages"]], "her words are missing")
        check(not any("versez" in m["text"] for m in view["counterpartMessages"]), "the stranger's are among them")
        equal([c["identity"] for c in view["claimants"]], ["IDENTITY_PROOF_CLAIMED"], "claimants")
        check(any("4DD" in said["message"].get("text", "") for said in view["thread"]), "a code is lost")
        shown = self.server.cli("show", self.public)
        check("account proven" in shown and "claimed" in shown, f"guichet show says nothing of it: {shown}")

    def the_stranger_still_sees_nothing(self):
        private = self.case()["privateConversation"]
        self.agent.write("RoutingService/Claim", conversation=private)
        self.send(private, "C'est regle, Berthe, avec nos excuses.")
        wait_for(lambda: "C'est regle, Berthe" in self.seen(self.author), "her answer is on her page", 5)
        page = self.seen(self.stranger)
        check(not any(word in page for word in ["4711", "regle", "honte", "Nous savons maintenant"]), "the stranger reads along")
        check("versez" in page, "his own words are gone")
        check("Et alors" not in self.seen(self.author), "somebody else's comment is on her page")

    def the_stranger_is_verified_by_nobody(self):
        claimant = self.agent.conversation(self.public)["claimants"][0]["id"]
        refused = None
        try:
            self.agent.write("EscalationService/VerifyIdentity", conversation=claimant, epoch="1:x", how="he says so")
        except Refused as error:
            refused = error
        check(refused and refused.status == 400, f"verified without owning it: {refused}")

    def closing_word(self):
        self.agent.write("EscalationService/CloseInPublic", escalation=self.escalation,
                         epoch=self.owned(self.public).get("epoch", ""), text="Merci pour votre patience, Berthe.")
        wait_for(lambda: "Merci pour votre patience, Berthe." in self.page.published_texts(), "the closing word", 5)
        wait_for(lambda: self.case()["state"] == "ESCALATION_STATE_CLOSED_IN_PUBLIC", "closed", 5)

    def nobody_waits(self):
        """What the other scripts count is as it was."""
        for found in self.admin.conversations(channels=[self.page.CHANNEL]):
            if found.get("contactName") == "Voleur" and found["state"] == "CONVERSATION_STATE_WAITING":
                mine = self.agent.write("RoutingService/Claim", conversation=found["id"])["conversation"]
                self.agent.write("RoutingService/Resolve", conversation=found["id"], epoch=mine["epoch"],
                                 outcome="OUTCOME_SPAM")


def verified_by_the_brand(case):
    """`guichet verify` needs the owner: admin takes the stranger's conversation and knows better."""
    claimant = case.agent.conversation(case.public)["claimants"][0]["id"]
    case.admin.write("RoutingService/Claim", conversation=claimant)
    case.server.cli("verify", claimant, "a colleague met him at the counter")
    shown = case.agent.conversation(claimant)
    equal(shown["conversation"]["identity"], "IDENTITY_PROOF_BRAND_VERIFIED", "identity")
    check(any("met him at the counter" in m["text"] for m in shown["messages"]), "the note is missing")
    check(case.case()["privateConversation"] != claimant, "it took the author's place")


def run(suite, server, page):
    case = LinkCase(server, page)
    for name, step in [
            ("link: a comment is answered in public", lambda: (case.arrives(), case.answered_in_public())),
            ("link: she insists, the move is proposed with reasons", case.insists_and_the_move_is_proposed),
            ("link: it is posted in public and begins with public_url", case.link_is_posted),
            ("link: a stranger opens it first and writes, unproven, without history", case.a_stranger_writes_first),
            ("link: the author has a code of her own, and neither reads the other", case.the_author_writes_too),
            ("link: from another account the code counts for nothing", case.a_strange_account_posts_the_code),
            ("link: a wrong code is noted; hers proves her account", case.she_posts_a_wrong_one_then_hers),
            ("link: the agent sees one timeline, and the stranger beside it", case.one_timeline),
            ("link: the stranger still sees nothing", case.the_stranger_still_sees_nothing),
            ("link: who does not own it verifies nobody", case.the_stranger_is_verified_by_nobody),
            ("link: the brand verifies otherwise, by the command line", lambda: verified_by_the_brand(case)),
            ("link: the closing word appears in public", case.closing_word),
            ("link: nothing waits", case.nobody_waits)]:
        if not suite.run(name, step):
            break
