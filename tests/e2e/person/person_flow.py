"""A person asks what is kept of him, then to be forgotten: afterwards no file of the installation has his words."""

import json
import urllib.parse
import urllib.request

from server import redis_command
from suite import check, equal, wait_for
from web import Api, Browser, exchange, hidden, webhook

SECRET = "a secret of the shop's"
NAME = "Zyprian Quastenflosser"
ACCOUNT = "zyprian-4711-account"
MAIL = "zyprian.quastenflosser@example.org"
WORDS = "wohnhaft am Ölmühlweg siebzehn"
FILE = b"GIF89a of my broken Knatterkasten, taken by me"
OTHER, OTHER_WORDS = "Brunhilde Apfelstrudel", "My kettle whistles the wrong tune, says Brunhilde"
# Each of them stands somewhere before, and nowhere afterwards.
HIS = (NAME, ACCOUNT, MAIL, WORDS, "Quastenflosser", "Knatterkasten", "Reparaturgutschein", "Halbsatz", "Kollegenwort",
       "im Vertrauen", "Totbrief", "Sonderkunde")


def forms(words):
    """As they are, and as they are written in JSON, in an address and in a form."""
    for text in (words, words.lower()):
        yield text.encode()
        yield json.dumps(text)[1:-1].encode()
        yield urllib.parse.quote(text).encode()
        yield urllib.parse.quote_plus(text).encode()


def multipart(fields, name, content):
    edge = "an-edge-between-parts"
    body = b"".join(f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
                    for key, value in fields.items())
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: image/gif\r\n\r\n'
    return f"multipart/form-data; boundary={edge}", body + head.encode() + content + f"\r\n--{edge}--\r\n".encode()


class Flow:
    def __init__(self, server, page):
        self.server = server
        self.page = page
        self.admin = Api(server.address, server.token())
        self.contact = self.public = self.erasure = ""
        self.his = []

    def files_with(self, words):
        found = []
        for path in [*self.server.data.rglob("*"), self.server.data.with_name("data.log")]:
            try:
                content = path.read_bytes() if path.is_file() else b""
            except FileNotFoundError:
                continue  # Redis has just replaced it
            found += [str(path)] if any(form in content for form in forms(words)) else []
        return found

    def say(self, number, author, text, **more):
        body = {"externalId": f"p{number}", "thread": f"pt-{author['externalId']}", "text": text, "author": author, **more}
        return webhook(self.server.address, "shop", SECRET, body)

    def of(self, name):
        return [c for c in self.admin.conversations() if c.get("contactName") == name]

    def waiting(self, name, channel):
        def found():
            return [c for c in self.of(name) if c["channel"] == channel and c["state"] == "CONVERSATION_STATE_WAITING"]
        return wait_for(found, f"{name} waits in {channel}", 30)[0]

    def writes_in_a_shop(self):
        self.admin.write("AdminService/ConnectChannel", channel={
            "id": "shop", "name": "Shop", "kind": "CHANNEL_KIND_CUSTOM", "team": "care", "secrets": {"secret": SECRET}})
        he = {"externalId": ACCOUNT, "name": NAME}
        equal(self.say(1, he, f"I am {NAME}, {WORDS}. Write to {MAIL}!")[0], 200)
        equal(self.say(2, {"externalId": "brunhilde-1", "name": OTHER}, OTHER_WORDS)[0], 200)
        self.shop = self.waiting(NAME, "shop")
        self.other = self.waiting(OTHER, "shop")
        self.admin.write("RoutingService/Claim", conversation=self.shop["id"])
        self.server.cli("note", self.shop["id"], f"Kollegenwort: {NAME}, {WORDS}")
        self.admin.write("ReplyService/SaveDraft", conversation=self.shop["id"], text=f"Halbsatz for {NAME}")
        # One with no text and no file cannot be taken in.
        status, answer = self.say(3, he, "", attachments="Totbrief", note=WORDS)
        equal(status, 200, answer)
        letters = self.admin.call("AdminService/ListDeadLetters").get("deadLetters", [])
        equal(len(letters), 1, f"dead letters: {answer}")

    def fills_in_a_form(self):
        browser = Browser(self.server.address)
        page = browser.get("/f/complaint?lang=en")
        fields = {"token": hidden(page, "token"), "customer": "yes", "manager": "no", "name": NAME, "email": MAIL,
                  "preferred": "page", "message": f"It broke, and I am angry: {WORDS}", "website": ""}
        kind, body = multipart(fields, "Knatterkasten.gif", FILE)
        request = urllib.request.Request(f"{self.server.address}/f/complaint?lang=en", data=body,
                                         headers={"Content-Type": kind, "Origin": self.server.address})
        status, _, answer = exchange(request, browser.opener)
        equal(status, 200, answer.decode()[:300])
        self.form = [c for c in wait_for(lambda: len(self.of(NAME)) == 2 and self.of(NAME), "the form", 30)
                     if c["channel"] != "shop"][0]

    def is_taken_aside(self):
        self.page.connect(self.admin)
        self.page.subscribe(self.server)
        self.page.tell("comment", author=NAME, text=f"A shame! I live {WORDS}.")
        self.public = self.waiting(NAME, "page")
        owned = self.admin.write("RoutingService/Claim", conversation=self.public["id"])["conversation"]
        case = self.admin.write("EscalationService/Escalate", conversation=self.public["id"], epoch=owned["epoch"],
                                publicText="We wrote to you.", privateText=f"{NAME}, a Reparaturgutschein for you.",
                                reason=f"Kollegenwort: {WORDS}")["escalation"]
        self.private = case["privateConversation"]
        wait_for(lambda: "We wrote to you." in self.page.published_texts(), "both are said", 30)
        self.page.tell("message", author=NAME, text=f"im Vertrauen: {WORDS}")
        wait_for(lambda: "im Vertrauen" in json.dumps(self.admin.conversation(self.private)), "his private words", 30)

    def is_one_person(self):
        self.contact = self.public["contact"]
        for other in (self.shop, self.form):
            self.admin.write("InboxService/MergeContacts", into=self.contact, reason=f"Kollegenwort: {NAME}",
                             **{"from": other["contact"]})
        self.admin.write("ContactService/SetSegment", contact=self.shop["contact"], segment="Sonderkunde")
        self.his = [self.shop["id"], self.form["id"], self.public["id"], self.private]
        for words in HIS:
            wait_for(lambda: self.files_with(words), f"{words!r} stands nowhere before: the search finds nothing", 30)

    def exported(self):
        folder = self.server.data.parent / "export"
        self.server.cli("person", "export", self.contact, str(folder))
        text = (folder / "person.json").read_text()
        parts = [json.loads(line) for line in text.splitlines()]
        equal(parts[0]["contact"]["name"], NAME, "who it is")
        equal({p["conversation"]["id"] for p in parts if "conversation" in p}, set(self.his), "conversations")
        for words in (WORDS, "Reparaturgutschein", "Kollegenwort", "im Vertrauen", "Sonderkunde", MAIL):
            check(words in text, f"{words!r} is missing")
        check("Brunhilde" not in text, "another one's data")
        check(FILE in [path.read_bytes() for path in folder.iterdir()], "his file is missing")
        lines = wait_for(lambda: self.server.cli("audit", "list", "--json", "--kind", "person.exported")
                         .get("entries"), "the audit", 30)
        equal(lines[0]["subject"], f"contact {self.contact}", "subject")

    def previewed(self):
        text = self.server.cli("person", "erase", self.contact)
        check("4 conversations" in text and "1 files" in text, text)
        check(self.of(NAME), "a preview erased")

    def state(self):
        return self.server.cli("person", "erasure", self.erasure, "--json")["erasure"]

    def erased_though_the_server_dies(self):
        self.erasure = self.server.cli("person", "erase", self.contact, "--yes", "--json")["erasure"]["id"]
        for step in ("erasing", "archive"):
            wait_for(lambda: step in self.state().get("step", "") or self.state()["state"] == "ERASURE_STATE_DONE",
                     f"a step named {step}", 60)
            self.server.kill()
            self.server.start()
            self.admin = Api(self.server.address, self.server.token())
        wait_for(lambda: self.state()["state"] == "ERASURE_STATE_DONE", "the erasure", 90)
        equal((self.state()["conversationsDone"], self.state()["filesRemoved"]), ("4", "1"), "done")

    def write_plainly(self):
        """Redis compresses what it writes: once more without, or a search could not see it."""
        socket = self.server.data / "redis/redis.sock"
        redis_command(socket, "CONFIG", "SET", "rdbcompression", "no")
        redis_command(socket, "BGREWRITEAOF")
        told = ("aof_rewrite_in_progress:0", "aof_rewrite_scheduled:0", "aof_last_bgrewrite_status:ok")
        wait_for(lambda: all(words in redis_command(socket, "INFO", "persistence") for words in told), "the rewrite", 30)

    def nothing_is_left(self):
        for words in HIS:
            wait_for(lambda: not self.files_with(words), f"no file holds {words!r}: {self.files_with(words)}", 30)
        self.write_plainly()
        check(self.files_with(OTHER_WORDS), "the search finds nothing")
        for words in HIS:
            wait_for(lambda: not self.files_with(words), f"no file holds {words!r}: {self.files_with(words)}", 30)
        check(not any(FILE in p.read_bytes() for p in self.server.data.rglob("*") if p.is_file()), "his file is there")
        seen = json.dumps([self.admin.conversation(which) for which in self.his], ensure_ascii=False)
        check("uasten" not in seen and "lweg" not in seen and "Gutschein" not in seen, seen)
        equal(self.of(NAME), [], "lists")

    def the_rest_stays(self):
        check(OTHER_WORDS in json.dumps(self.admin.conversation(self.other["id"])), "the other one's words are gone")
        check(self.files_with(OTHER_WORDS), "the other one's words are gone from the files")
        for which in self.his:
            kinds = [line["kind"] for line in
                     self.server.cli("audit", "list", "--json", "--conversation", which)["entries"]]
            check("conversation.erased" in kinds, f"{which}: {kinds}")
        check(self.server.cli("audit", "list", "--json", "--kind", "call.ErasePerson").get("entries"), "who erased")
        self.server.cli("audit", "verify")

    def writes_again(self):
        equal(self.say(9, {"externalId": ACCOUNT, "name": "Somebody"}, "Hello, it is me")[0], 200)
        fresh = wait_for(lambda: self.of("Somebody"), "a new conversation", 30)[0]
        check(fresh["contact"] != self.contact and fresh["id"] not in self.his, "the old one is back")
        status, answer = self.say(1, {"externalId": ACCOUNT, "name": NAME}, f"{NAME}, {WORDS}", kind="EDITED")
        equal(status, 200, answer)
        check(WORDS not in json.dumps(self.admin.conversation(self.shop["id"]), ensure_ascii=False), "an edit is back")
        equal(self.of(NAME), [], "a redelivery brought him back")


def run(suite, server, page):
    flow = Flow(server, page)
    for name, step in [("he writes in a shop; colleagues write of him; a body of his is a dead letter", flow.writes_in_a_shop),
                       ("he fills in a form, with a file", flow.fills_in_a_form),
                       ("he comments in public and is taken aside", flow.is_taken_aside),
                       ("these are one person, of whom the files tell", flow.is_one_person),
                       ("all that is kept of him is exported", flow.exported),
                       ("a preview erases nothing", flow.previewed),
                       ("he is erased for good, though the server is killed twice meanwhile", flow.erased_though_the_server_dies),
                       ("no file of the installation holds his words, name or accounts", flow.nothing_is_left),
                       ("everybody else's data stays, and the audit is whole", flow.the_rest_stays),
                       ("when he writes again he is somebody new; an edit does not bring him back", flow.writes_again)]:
        if not suite.run(name, step):
            break
