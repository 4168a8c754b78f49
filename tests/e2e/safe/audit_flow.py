"""Who did what, by the command line; and that nobody changes it unseen."""

import json
import sqlite3

from suite import check, equal, wait_for
from web import Api, Refused, webhook

SECRET = "a secret of the shop's"


def connect(server):
    api = Api(server.address, server.token())
    api.write("AdminService/ConnectChannel", channel={
        "id": "shop", "name": "Shop", "kind": "CHANNEL_KIND_CUSTOM", "team": "care", "secrets": {"secret": SECRET}})
    status, body = webhook(server.address, "shop", SECRET, {
        "externalId": "m1", "thread": "t1", "text": "It broke. Where is my money?",
        "author": {"externalId": "u1", "name": "Bert"}})
    equal(status, 200, body)
    found = wait_for(lambda: api.conversations(channels=["shop"], states=["CONVERSATION_STATE_WAITING"]), "triage")
    return api, found[0]["id"]


class Flow:
    def __init__(self, server):
        self.server = server
        self.api, self.conversation = connect(server)

    def lines(self, *options):
        return self.server.cli("audit", "list", "--json", *options).get("entries", [])

    def kinds(self, *options):
        return [line["kind"] for line in self.lines(*options)]

    def told(self):
        bob = Api(self.server.address, self.api.agent_token("bob"))
        bob.write("RoutingService/Claim", conversation=self.conversation)
        lines = wait_for(lambda: self.lines("--kind", "call.Claim"), "the call")
        line = lines[0]
        equal(line["actor"], "bob", "actor")
        equal(line["address"], "127.0.0.1", "address")
        equal(line["conversation"], self.conversation, "on what")
        check(line["grant"].startswith("agent "), f"grant: {line['grant']}")
        wait_for(lambda: "conversation.claimed" in self.kinds("--conversation", self.conversation), "the event")
        wait_for(lambda: [x for x in self.lines("--kind", "document.") if x["subject"] == "agent bob"], "the document")
        text = self.server.cli("audit", "list", "--conversation", self.conversation)
        check("conversation.claimed  bob" in text, text)

    def refused(self):
        eve = Api(self.server.address, self.api.agent_token("eve"))
        try:
            eve.write("AdminService/PutTeam", team={"id": "hers", "name": "Hers"})
            check(False, "an agent made a team")
        except Refused as refusal:
            equal(refusal.status, 403, "status")
        lines = wait_for(lambda: [x for x in self.lines("--kind", "call.PutTeam") if x["result"] != "ok"], "the line")
        equal((lines[0]["actor"], lines[0]["result"]), ("eve", "permission_denied"), "line")
        try:
            eve.call("AuditService/ListAudit")
            check(False, "an agent read the audit")
        except Refused as refusal:
            equal(refusal.status, 403, "status")

    def paged(self):
        first = self.server.cli("audit", "list", "--json", "-n", "3")
        rest = self.server.cli("audit", "list", "--json", "-n", "3", "--cursor", first["nextCursor"])
        numbers = [int(x["number"]) for x in first["entries"] + rest["entries"]]
        equal(numbers, list(range(numbers[0], numbers[0] - 6, -1)), "numbers")

    def whole(self):
        report = self.server.cli("audit", "verify", "--json")
        check(not report.get("faults"), report)
        self.known = f"{report['headNumber']}:{report['headHash']}"
        check(int(report["checked"]) > 10, report)
        self.server.cli("audit", "verify", "--known", self.known)

    def restarted(self):
        self.server.stop()
        self.server.start()
        self.server.cli("audit", "verify", "--known", self.known)

    def killed(self):
        """At the moment of its answer: what nothing else tells is written by then. And nobody waits for the dead process's leases."""
        Api(self.server.address, self.server.token()).write("AdminService/CreateSignInLink", agent="bob")
        self.server.kill()
        self.server.start()
        lines = wait_for(lambda: self.lines("--kind", "call.CreateSignInLink"), "the line of the link")
        equal((lines[0]["subject"], lines[0]["result"]), ("agent bob", "ok"), "line")
        self.told_again()

    def told_again(self):
        """A lease lasts 15 s: whoever waited for it would be late here."""
        webhook(self.server.address, "shop", SECRET, {
            "externalId": "m2", "thread": "t2", "text": "Anybody there?", "author": {"externalId": "u2", "name": "Ann"}})
        api = Api(self.server.address, self.server.token())
        waiting = lambda: str(api.conversations(channels=["shop"], states=["CONVERSATION_STATE_WAITING"]))  # noqa: E731
        wait_for(lambda: "Anybody there?" in waiting(), "triage")

    def tampered(self):
        archive = sqlite3.connect(self.server.data / "archive.sqlite", timeout=10)
        with archive:
            archive.execute("UPDATE audit SET actor = 'eve' WHERE workspace = 'main' AND actor = 'bob'")
        text = self.server.cli("audit", "verify", code=1)
        check("changed" in text, text)
        told = self.server.cli("doctor", code=None)
        check("the audit of main is damaged at line " in told, told)
        with archive:
            archive.execute("UPDATE audit SET actor = 'bob' WHERE workspace = 'main' AND actor = 'eve' "
                            "AND kind <> 'call.PutTeam'")
        self.server.cli("audit", "verify")
        archive.close()

    def accepted(self):
        """Damage that is known is no reason to fail any more; damage that is new is."""
        archive = sqlite3.connect(self.server.data / "archive.sqlite", timeout=10)
        change = "UPDATE audit SET address = ? WHERE workspace = 'main' AND number = ?"
        with archive:
            archive.execute(change, ("nowhere", 2))
        report = self.server.cli("audit", "verify", "--json", code=1)
        report = json.loads(report) if isinstance(report, str) else report
        fault, = report["faults"]
        key = f"{fault['number']}:{fault['found']}"
        check(f"found {key}" in self.server.cli("audit", "verify", code=1), "verify does not say what to accept")
        text = self.server.cli("audit", "accept-damage", "--found", key, "--reason", "a test of ours")
        check("accepted by" in text and "a test of ours" in text, text)
        text = self.server.cli("audit", "verify")
        check("line 2: changed, accepted by" in text and "0 faults, 1 accepted" in text, text)
        check("is damaged at line" not in self.server.cli("doctor", code=None), "the doctor complains still")
        equal(self.lines("--kind", "audit.accepted")[0]["detail"], "a test of ours", "reason")
        with archive:
            archive.execute(change, ("elsewhere", 2))
        self.server.cli("audit", "verify", code=1)
        refused = self.server.cli("audit", "accept-damage", "--found", key, "--reason", "again", code=1)
        archive.close()
        check("damaged otherwise" in refused, refused)

    def shortened(self):
        number = int(self.known.split(":")[0])
        archive = sqlite3.connect(self.server.data / "archive.sqlite", timeout=10)
        with archive:
            archive.execute("DELETE FROM audit WHERE workspace = 'main' AND number >= ?", (number,))
        text = self.server.cli("audit", "verify", "--known", self.known, code=1)
        archive.close()
        check("cut_off" in text, text)


def run(suite, server):
    flow = Flow(server)
    suite.run("the audit tells who did what, from where and by which grant", flow.told)
    suite.run("what was refused stands there too, and agents do not read it", flow.refused)
    suite.run("pages of the audit meet", flow.paged)
    suite.run("a whole audit is whole", flow.whole)
    suite.run("and after a restart", flow.restarted)
    suite.run("a deed that was answered is in the audit though the server was killed", flow.killed)
    suite.run("a line that was changed is found", flow.tampered)
    suite.run("damage is accepted by name, for a reason, and new damage is found", flow.accepted)
    suite.run("a tail that was cut off is found", flow.shortened)
