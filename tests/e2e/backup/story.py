"""One server that is backed up at work, and its second life."""

import json
import shutil
import sqlite3
import subprocess
import time

from desk import CHANNEL, SECRET, SETTINGS, furnish, progress
from server import Server, binary, environment, free_port, redis_command, remove, scratch
from suite import check, equal, wait_for
from web import Api, webhook

LONG = "It broke again. " * 124  # beyond ingest.raw_limit: the payload becomes a file
SMALL = ["ingest.raw_limit=2KiB", "ingest.text_limit=2KiB"]
MESSAGE = {"externalId": "long", "thread": "lea", "text": LONG, "author": {"externalId": "lea", "name": "Lea"}}


def guichet(*words, code=0, limit=60):
    done = subprocess.run([binary(), *map(str, words)], text=True, capture_output=True, timeout=limit, env=environment())
    check(done.returncode == code, f"guichet {words}: {done.returncode}, wanted {code}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


class Story:
    def __init__(self):
        self.folder = scratch()
        self.port = free_port()
        self.first = Server(self.folder / "first", http=f"127.0.0.1:{self.port}", settings=[*SETTINGS, *SMALL])
        self.second = Server(self.folder / "second", http=f"127.0.0.1:{free_port()}", settings=[*SETTINGS, *SMALL])
        self.backup = self.folder / "backup"
        self.load = self.shop = None
        self.before, self.figures = {}, ""

    def start(self):
        self.first.start()
        self.load, self.shop, self.token = furnish(self.first.address, self.first.token())
        status, body = webhook(self.first.address, CHANNEL, SECRET, MESSAGE)
        equal(status, 200, f"the long message: {body}")
        self.load.accepted["long"] = json.loads(body)["results"][0]["conversation"]
        # The one that waits: written, not yet gone out, when the backup is made.
        self.held = self.hold_an_answer()
        self.load.start(writers=4)
        progress(self.load, messages=300, answers=50)

    def hold_an_answer(self):
        ada = Api(self.first.address, self.load.agents["ada"])
        wait_for(lambda: self.state_of(self.first, self.load.accepted["long"]) == "CONVERSATION_STATE_WAITING", "it waits")
        claimed = ada.write("RoutingService/Claim", conversation=self.load.accepted["long"])["conversation"]
        answer = ada.write("ReplyService/Send", conversation=claimed["id"], epoch=claimed["epoch"], undoWindow="600s",
                           inboundSeq=claimed["inboundSeq"], text="held when the backup was made", after="AFTER_SEND_KEEP")
        return answer["delivery"]["id"]

    def state_of(self, server, conversation):
        return Api(server.address, self.token).conversation(conversation)["conversation"]["state"]

    def backs_up(self):
        self.incarnation = self.watched(self.first)
        self.before = dict(self.load.accepted)
        unavailable, started = self.load.unavailable, time.monotonic()
        words = guichet("backup", self.backup, "--data", self.first.data, "--set", "redis.partitions=4")
        took = time.monotonic() - started
        during = len(self.load.accepted) - len(self.before)
        check(during > 0, "nothing was acknowledged while the backup was made: no load")
        progress(self.load)
        equal(self.load.unavailable, unavailable, "refused while the backup was made")
        equal(self.load.problems, [], "problems")
        check("NOT in the backup" in words, f"no word about the key: {words}")
        manifest = json.loads((self.backup / "manifest.json").read_text())
        check(manifest["files"] >= 1 and manifest["state_bytes"] > 0 and manifest["archive_bytes"] > 0, f"{manifest}")
        equal(oct(self.backup.stat().st_mode & 0o77), "0o0", "others may look into the backup")
        self.figures = (f"{len(self.before)} messages before, {during} meanwhile; backup {took:.2f} s, "
                        f"{manifest['state_bytes']} bytes of state, {manifest['archive_bytes']} of archive")

    def refuses_what_is_there(self):
        check("not empty" in guichet("backup", self.backup, "--data", self.first.data, code=1), "no reason")
        check("no data" in guichet("backup", self.folder / "b2", "--data", self.folder / "nowhere", code=1), "no reason")
        check(not (self.folder / "b2").exists() and not (self.folder / "b2.part").exists(), "something was left")

    def needs_the_key(self):
        target = self.folder / "keyless"
        check("--key" in guichet("restore", self.backup, "--data", target, code=1), "no advice")
        wrong = self.folder / "wrong.key"
        wrong.write_text("w" * 43 + "\n")
        check("not the key" in guichet("restore", self.backup, "--data", target, "--key", wrong, code=1), "no reason")
        equal(list(target.iterdir()), [], "left behind")

    def refuses_to_overwrite(self):
        key = self.first.data / "secrets.key"
        check("not empty" in guichet("restore", self.backup, "--data", self.first.data, "--key", key, code=1), "no reason")
        half = self.folder / "half"
        shutil.copytree(self.backup, half)
        (half / "manifest.json").unlink()
        check("no backup" in guichet("restore", half, "--data", self.folder / "x", "--key", key, code=1), "no reason")
        newer = json.loads((self.backup / "manifest.json").read_text())
        (half / "manifest.json").write_text(json.dumps({**newer, "schema": newer["schema"] + 1}))
        check("newer Guichet" in guichet("restore", half, "--data", self.folder / "x", "--key", key, code=1), "no reason")

    def refuses_damage(self):
        key = self.first.data / "secrets.key"
        for file in ("redis.rdb", "archive.sqlite", next(p.relative_to(self.backup) for p in self.backup.glob("blobs/*/*"))):
            bad = self.folder / "bad"
            shutil.copytree(self.backup, bad)
            whole = (bad / file).read_bytes()
            # One bit, which neither Redis nor SQLite need notice by themselves.
            middle = len(whole) // 2
            (bad / file).write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:])
            target = self.folder / "damaged"
            guichet("restore", bad, "--data", target, "--key", key, code=1)
            equal(list(target.iterdir()), [], f"left behind after {file} was damaged")
            shutil.rmtree(bad)

    def restores(self):
        self.load.stop_writing()
        self.load.stop()
        equal(self.first.stop(), 0, "exit code of the first server")
        self.sent_by_first = dict(self.shop.taken)
        started = time.monotonic()
        words = guichet("restore", self.backup, "--data", self.second.data, "--key", self.first.data / "secrets.key",
                        "--set", "reply.unconfirmed_wait=1s")
        self.figures += f"; restore {time.monotonic() - started:.2f} s"
        check("unconfirmed" in words, f"the held answer is not told: {words}")
        self.second.start()
        self.api = Api(self.second.address, self.token)

    def stored(self):
        """External id -> conversations that hold it, by the read index and the state beneath it."""
        where = {}
        for conversation in self.api.conversations(channels=[CHANNEL]):
            for message in self.api.conversation(conversation["id"])["messages"]:
                if message["kind"] == "MESSAGE_KIND_INBOUND":
                    where.setdefault(message["externalId"], []).append(conversation["id"])
        return where

    def messages_once(self):
        self.where = self.stored()
        lost = {m: c for m, c in self.before.items() if self.where.get(m) != [c]}
        check(not lost, f"{len(lost)} of {len(self.before)} are lost or twice: {list(lost.items())[:5]}")
        twice = {m: c for m, c in self.where.items() if len(c) > 1}
        equal(twice, {}, "stored twice")

    def redeliveries_add_nothing(self):
        for external in list(self.before)[:20]:
            message = MESSAGE if external == "long" else {
                "externalId": external, "thread": "again", "text": "again", "author": {"externalId": "again"}}
            equal(webhook(self.second.address, CHANNEL, SECRET, message)[0], 200, f"redelivery of {external}")
        equal(self.stored(), self.where, "after the redeliveries")

    def lists_agree(self):
        """Nothing is listed that is not there, and what is listed is what is there."""
        listed = self.api.conversations(channels=[CHANNEL])
        check(len(listed) >= len(set(self.before.values())), f"only {len(listed)} are listed")
        wait_for(lambda: not self.differing(), "the index agrees with the state", 20, 0.2)
        archive = sqlite3.connect(self.second.data / "archive.sqlite")
        events = archive.execute("SELECT count(*), count(DISTINCT partition || '/' || id) FROM event").fetchone()
        equal(events[0], events[1], "events that are kept twice")
        check(events[0] > len(self.before), f"only {events[0]} events are kept")

    def differing(self):
        return [c["id"] for c in self.api.conversations(channels=[CHANNEL])
                if self.api.conversation(c["id"])["conversation"]["version"] != c["version"]]

    def files_are_there(self):
        names = {p.relative_to(self.backup / "blobs"): p.read_bytes() for p in self.backup.glob("blobs/*/*")}
        check(any(LONG.encode() in bytes_ for bytes_ in names.values()), "the long message is in no file")
        for name, bytes_ in names.items():
            equal((self.second.data / "blobs" / name).read_bytes(), bytes_, f"file {name}")
            equal((self.first.data / "blobs" / name).read_bytes(), bytes_, f"first server's file {name}")

    def new_incarnation(self):
        now = self.watched(self.second)
        check(now != self.incarnation, f"the incarnation is still {now}: a cursor of before would be believed")

    def watched(self, server):
        """The part of every Watch cursor that names the life of the state; a watcher makes it."""
        socket = server.data / "redis/redis.sock"
        watcher = subprocess.Popen([binary(), "watch", "--data", str(server.data)], env=environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            key = wait_for(lambda: redis_command(socket, "KEYS", "*:incarnation"), "somebody watches")
        finally:
            watcher.kill()
            watcher.wait(10)
        return redis_command(socket, "GET", key)

    def answers_once(self):
        """The shop knows a delivery by its id: sent again it says so, and has it once."""
        def unsettled():
            return [(d["id"], d["state"]) for c in self.api.conversations(channels=[CHANNEL])
                    for d in self.api.conversation(c["id"]).get("deliveries", []) if d["state"] != "DELIVERY_STATE_SENT"]

        wait_for(lambda: not unsettled(), "every delivery is settled", 30, 0.2)
        texts = self.shop.texts()
        equal(sorted({t for t in texts if texts.count(t) > 1}), [], "answers that came twice")
        equal(self.shop.problems, [], "problems that the shop saw")
        check(self.held not in self.sent_by_first, "the held answer went out before")
        check(self.held in self.shop.taken, "the held answer never went out")

    def unfinished_is_not_served(self):
        (self.folder / "cut").mkdir()
        (self.folder / "cut/restore.unfinished").write_text("")
        check("did not end" in guichet("serve", "--data", self.folder / "cut", code=1), "no reason")

    def cold(self):
        equal(self.second.stop(), 0, "exit code of the second server")
        words = guichet("backup", self.folder / "cold", "--data", self.second.data, "--with-key")
        check("is in the backup" in words, f"no word about the key: {words}")
        guichet("restore", self.folder / "cold", "--data", self.folder / "third", "--nothing-sent-since")
        equal((self.folder / "third/secrets.key").read_text(), (self.first.data / "secrets.key").read_text(), "key")
        check(self.second.redis_pid() is None, "a redis-server is left behind")

    def logs(self):
        return "".join(s.log()[-2500:] for s in (self.first, self.second) if (self.folder / (s.data.name + ".log")).exists())

    def end(self):
        if self.load:
            self.load.stop()
        if self.shop:
            self.shop.close()
        for server in (self.first, self.second):
            server.end()
        remove(self.folder)
