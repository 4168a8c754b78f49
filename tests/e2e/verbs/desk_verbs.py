"""What a desk looks at beside its conversations, by the command line."""

import json

from standin import StandIn
from suite import check, equal, wait_for
from web import Api, webhook

SECRET = "a secret of the shop's"
LIMIT = 60


class Verbs:
    def __init__(self, server):
        self.server = server
        self.api = Api(server.address, server.token())
        self.shop = StandIn(SECRET, reject="refuse this")
        self.api.write("AdminService/ConnectChannel", channel={
            "id": "shop", "name": "Shop", "kind": "CHANNEL_KIND_CUSTOM", "team": "care",
            "settings": {"webhook_url": self.shop.url, "allow_private": "true"}, "secrets": {"secret": SECRET}})
        self.bob = self.api.agent_token("bob")
        self.eve = self.api.agent_token("eve")

    def cli(self, *words, who=None, code=0):
        return self.server.cli(*words, code=code, env={"GUICHET_TOKEN": who} if who else None)

    def listed(self, *words, who=None):
        return self.cli("deliveries", "--json", *words, who=who).get("deliveries", [])

    def complaint(self, name, text="It broke. Where is my money?"):
        """Waits to be taken."""
        status, body = webhook(self.server.address, "shop", SECRET, {
            "externalId": f"m-{name}", "thread": f"t-{name}", "text": text,
            "author": {"externalId": f"u-{name}", "name": name}})
        equal(status, 200, body)
        conversation = json.loads(body)["results"][0]["conversation"]
        wait_for(lambda: self.api.conversation(conversation)["conversation"]["state"] == "CONVERSATION_STATE_WAITING",
                 f"{name} waits", LIMIT)
        return conversation

    def answers(self, name, text):
        """Bob does; the delivery."""
        conversation = self.complaint(name)
        bob = Api(self.server.address, self.bob)
        owned = bob.write("RoutingService/Claim", conversation=conversation)["conversation"]
        sent = bob.write("ReplyService/Send", conversation=conversation, epoch=owned["epoch"],
                         inboundSeq=owned["inboundSeq"], text=text, after="AFTER_SEND_KEEP", undoWindow="0s")
        return sent["delivery"]["id"]

    def refused(self, name):
        delivery = self.answers(name, "No money back: refuse this.")
        wait_for(lambda: delivery in [one["delivery"]["id"] for one in self.listed("--state", "failed")],
                 "the refusal is listed", LIMIT)
        return delivery

    def nothing_waits(self):
        check("No answers wait." in self.cli("deliveries"), "an answer waits before any was written")
        check("Nobody has named you." in self.cli("mentions"), "a mention before any note")
        check("No views are shared." in self.cli("views"), "a view before any was shared")
        check("Nothing is agreed yet." in self.cli("positions"), "a text before any was agreed")
        check("Nothing runs out of time." in self.cli("at-risk"), "a deadline without a conversation")

    def deliveries(self):
        delivery = self.refused("Dora")
        line = next(line for line in self.cli("deliveries").splitlines() if delivery in line)
        check("failed" in line and "422" in line and "bob" in line and "shop" in line, line)
        equal([one["delivery"]["id"] for one in self.listed("--mine", who=self.bob)], [delivery], "bob's own")
        equal(self.listed("--mine", who=self.eve), [], "eve's own")
        equal(self.listed("--state", "held"), [], "those that are held")
        self.cli("deliveries", "--state", "nonsense", code=2)

    def settles(self):
        dropped, seen = self.refused("Ella"), self.refused("Finn")
        check(f"{dropped} is settled" in self.cli("settle", dropped, "cancel"), "no word on it")
        self.cli("settle", seen, "sent", "--external-id", "shop-17")
        left = [one["delivery"]["id"] for one in self.listed()]
        check(dropped not in left and seen not in left, f"still listed: {left}")
        conversation = self.server.cli("settle", seen, "cancel", code=None)
        check("settled" not in conversation, f"settled twice: {conversation}")
        self.cli("settle", "nowhere", "cancel", code=1)
        self.cli("settle", dropped, "nonsense", code=2)

    def resends(self):
        delivery = self.refused("Gina")
        before = len(self.shop.texts())
        self.shop.reject = None
        self.cli("settle", delivery, "resend")
        wait_for(lambda: len(self.shop.texts()) == before + 1, "it arrives", LIMIT)
        wait_for(lambda: delivery not in [one["delivery"]["id"] for one in self.listed()], "nothing waits any more", LIMIT)
        self.shop.reject = "refuse this"

    def mentions(self):
        conversation = self.complaint("Hugo")
        Api(self.server.address, self.bob).write("ReplyService/AddNote", conversation=conversation,
                                                 text="@Eve is this yours?", mentions=["eve"])
        text = wait_for(lambda: self.cli("mentions", who=self.eve), "a mention", LIMIT)
        check(f"* {conversation}" in text and "@Eve is this yours?" in text and "bob" in text, text)
        check("Nobody has named you." in self.cli("mentions", who=self.bob), "bob was named, too")
        check("all read" in self.cli("mentions", "--read", who=self.eve), "no word on it")
        check("Nobody has named you." in self.cli("mentions", who=self.eve), "still unread")
        check(conversation in self.cli("mentions", "--all", who=self.eve), "what is read is gone")

    def at_risk(self):
        conversation = self.complaint("Iris")
        found = wait_for(lambda: [line for line in self.cli("at-risk", "--minutes", "1440").splitlines()
                                  if conversation in line], "the deadline", LIMIT)
        check("waiting" in found[0] and "Iris" in found[0], found[0])
        within = self.cli("at-risk", "deadline", "--minutes", "1440", "--json")["conversations"]
        check(all(one["until"] for one in within), "without its moment")
        check("Nothing runs out of time." in self.cli("at-risk", "window"), "a window where none closes")
        check("Nothing runs out of time." in self.cli("at-risk", "late"), "late before it is due")
        check(conversation in self.cli("at-risk", "soon", "--minutes", "1440"), "what is due later is not due soon")
        self.cli("at-risk", "--minutes", "0", code=2)
        self.cli("at-risk", "nonsense", code=2)

    def views(self):
        for name, team in (("Angry ones", "care"), ("All of the shop", "")):
            self.api.write("DeskService/PutView", view={"name": name, "list": "queue", "team": team,
                                                        "query": {"channel": "shop"}})
        text = self.cli("views")
        check("Angry ones" in text and "care" in text, text)
        check("All of the shop" in text and "everybody" in text, text)

    def not_same(self):
        contacts = [self.api.conversation(self.complaint(name, "It broke. My order number is 4711-0815."))
                    ["conversation"]["contact"] for name in ("Jan Peeters", "Jan PEETERS")]
        suggested = lambda: [one["contact"]["id"] for one in self.cli("contact", contacts[0], "--json").get("suggestions", [])]
        equal(suggested(), contacts[1:], "who is likely the same")
        check("Nobody was told apart" in self.cli("not-same", contacts[0]), "somebody was, before anybody said so")
        check("two persons" in self.cli("not-same", *contacts), "no word on it")
        equal(suggested(), [], "suggested again")
        table = self.cli("not-same", contacts[0])
        check(contacts[1] in table and "Jan PEETERS" in table, table)
        check("may be one" in self.cli("not-same", *contacts, "--undo"), "no word on it")
        equal(suggested(), contacts[1:], "suggested no more")
        self.cli("not-same", *contacts, "--undo", code=1)

    def segment(self):
        contact = self.api.conversation(self.complaint("Kim"))["conversation"]["contact"]
        check("No contact has a segment." in self.cli("segment"), "one has, before anybody said so")
        check("segment press" in self.cli("segment", contact, " press "), "no word on it")
        check("segment press, said by" in self.cli("segment", contact), "not said again")
        equal(self.cli("segment", "--json")["segments"], [{"name": "press", "contacts": "1"}], "those in use")
        check("of no segment" in self.cli("segment", contact, "--none"), "no word on it")
        check("of no segment" in self.cli("segment", contact), "still of one")
        self.cli("segment", contact, "a" * 61, code=2)
        self.cli("segment", "nobody", "press", code=1)

    def history(self):
        contact = self.api.conversation(self.complaint("Lena", "The lid is loose."))["conversation"]["contact"]
        webhook(self.server.address, "shop", SECRET, {"externalId": "m-Lena-2", "thread": "t-Lena-2", "text": "And the handle.",
                                                      "author": {"externalId": "u-Lena", "name": "Lena"}})
        table = wait_for(lambda: "2 conversations since" in self.cli("history", contact) and self.cli("history", contact),
                         "both of them", LIMIT)
        check("And the handle." in table and "2 of them open" in table and "shop" in table, table)
        page = self.cli("history", contact, "--page-size", "1", "--json")
        equal(len(page["conversations"]), 1, "a page of one")
        rest = self.cli("history", contact, "--cursor", page["nextCursor"], "--json")["conversations"]
        check(len(rest) == 1 and rest[0]["id"] != page["conversations"][0]["id"], f"{rest}")
        check("No conversations" in self.cli("history", "nobody"), "somebody unknown wrote")

    def positions(self):
        added = self.cli("put-position", "Refunds", "We pay back within five days.", "--language", "en")
        check("Refunds" in added and "five days" in added, added)
        self.cli("put-position", "Ton", "Nous vouvoyons.", "--language", "fr", "--team", "care", "--house-style")
        text = self.cli("positions")
        check("Refunds" in text and "Nous vouvoyons." in text, text)
        check("(house style)" in text and "team care" in text, text)
        french = self.cli("positions", "--language", "fr")
        check("Ton" in french and "Refunds" not in french, french)
        self.cli("put-position", "Not by agents", "x", who=self.eve, code=5)
        self.cli("put-position", "Without words", code=2)


def run(suite, server):
    verbs = Verbs(server)
    suite.run("where nothing waits each says so", verbs.nothing_waits)
    suite.run("deliveries: what was refused, by whom and why; of one state, or one's own", verbs.deliveries)
    suite.run("settle: dropped or seen there, it waits no more, and not twice", verbs.settles)
    suite.run("settle: sent again, it arrives", verbs.resends)
    suite.run("mentions: who is named reads it, and has read it", verbs.mentions)
    suite.run("at-risk: what is due, with its moment", verbs.at_risk)
    suite.run("views: what is shared, and with whom", verbs.views)
    suite.run("not-same: a suggestion that was refused stays away until that is undone", verbs.not_same)
    suite.run("segment: said of a contact, listed, and taken back", verbs.segment)
    suite.run("history: what somebody wrote before, page by page", verbs.history)
    suite.run("positions, put-position: texts are agreed and listed by language", verbs.positions)
    verbs.shop.close()
