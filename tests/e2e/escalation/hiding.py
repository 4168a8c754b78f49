"""A comment is hidden and liked at the platform, by people and from the command line, though answers are lost and the server is
killed in between."""

import json
import urllib.parse
import urllib.request

from suite import check, equal, wait_for
from web import Api, Refused

WORDS = "Voleurs ! Vous etes tous des voleurs, je ne paierai jamais."


class Hiding:
    def __init__(self, server, page):
        self.server = server
        self.page = page
        self.admin = Api(server.address, server.token())
        self.gil = None
        self.comment = self.conversation = None

    def at_platform(self):
        query = urllib.parse.urlencode({"fields": "is_hidden,user_likes", "access_token": self.page.facts["access_token"]})
        with urllib.request.urlopen(f"{self.page.facts['url']}/v25.0/{self.comment}?{query}", timeout=20) as answer:
            return json.loads(answer.read())

    def listed(self):
        return self.admin.call("ModerationService/ListModerations", conversation=self.conversation)

    def last(self, *acts):
        for one in self.listed().get("moderations", []):
            if one["act"] in acts:
                return one
        return {}

    def done(self, act, *others):
        return wait_for(lambda: (lambda one: one.get("state") == "MODERATION_STATE_DONE" and one["act"] == act and one)
                        (self.last(act, *others)), f"{act} is done", 60)

    def arrives(self):
        token = self.admin.agent_token("gil")
        self.gil = Api(self.server.address, token)
        self.comment = self.page.tell("comment", author="Hugo", text=WORDS)["id"]
        found = wait_for(lambda: [c for c in self.admin.conversations(channels=[self.page.CHANNEL])
                                  if c.get("preview") == WORDS and c["state"] == "CONVERSATION_STATE_WAITING"],
                         "the comment waits", 60)
        self.conversation = found[0]["id"]
        self.gil.write("RoutingService/Claim", conversation=self.conversation)
        equal(len(self.listed()["possible"]), 4, "what the channel can do")

    def hidden_though_the_answer_is_lost(self):
        self.page.tell("fault", kind="cut_after", times=1)
        self.gil.write("ModerationService/Moderate", conversation=self.conversation, seq="1", act="MODERATION_ACT_HIDE")
        equal(self.done("MODERATION_ACT_HIDE", "MODERATION_ACT_UNHIDE")["actor"], "gil", "who asked")
        check(self.at_platform()["is_hidden"], "it is not hidden at the platform")

    def from_the_command_line(self):
        said = self.server.cli("unhide", self.conversation, "1")
        check("unhide asked" in said, said)
        self.done("MODERATION_ACT_UNHIDE", "MODERATION_ACT_HIDE")
        check(not self.at_platform()["is_hidden"], "it is still hidden")
        self.server.cli("like", self.conversation, "1")
        self.done("MODERATION_ACT_LIKE")
        check(self.at_platform()["user_likes"], "it is not liked")
        check("like done" in self.server.cli("moderations", self.conversation), "the list does not tell of it")

    def killed_in_between(self):
        self.page.tell("settings", latency_ms=2000)
        self.gil.write("ModerationService/Moderate", conversation=self.conversation, seq="1", act="MODERATION_ACT_HIDE")
        self.server.kill()
        self.page.tell("settings", latency_ms=0)
        self.server.start()
        self.admin = Api(self.server.address, self.server.token())
        self.gil = Api(self.server.address, self.gil.token)
        self.page.subscribe(self.server)
        self.done("MODERATION_ACT_HIDE", "MODERATION_ACT_UNHIDE")
        check(self.at_platform()["is_hidden"], "it is not hidden at the platform")

    def shown_in_the_platforms_own_tools(self):
        self.page.tell("hide", id=self.comment, hidden=False)
        equal(self.done("MODERATION_ACT_UNHIDE", "MODERATION_ACT_HIDE").get("actor", ""), "", "who asked")
        self.page.tell("hide", id=self.comment, hidden=True)
        equal(self.done("MODERATION_ACT_HIDE", "MODERATION_ACT_UNHIDE").get("actor", ""), "", "who asked")
        check("hide done at the platform" in self.server.cli("moderations", self.conversation), "the list does not tell of it")

    def refused_in_words(self):
        private = [c["id"] for c in self.admin.conversations(channels=[self.page.CHANNEL])
                   if c["visibility"] == "VISIBILITY_PRIVATE"]
        try:
            self.admin.write("ModerationService/Moderate", conversation=private[0], seq="1", act="MODERATION_ACT_HIDE")
        except Refused as refused:
            check("not_public" in str(refused.body), str(refused))
            return
        check(False, "a private message was hidden")


def run(suite, server, page):
    hiding = Hiding(server, page)
    for name, step in [
            ("an insult waits, and the page can hide and like it", hiding.arrives),
            ("it is hidden though the platform's answer is lost", hiding.hidden_though_the_answer_is_lost),
            ("it is shown again and liked from the command line", hiding.from_the_command_line),
            ("it is hidden though the server is killed in between", hiding.killed_in_between),
            ("it is shown and hidden again in the platform's own tools", hiding.shown_in_the_platforms_own_tools),
            ("a private message is not hidden", hiding.refused_in_words)]:
        if not suite.run(name, step):
            break
