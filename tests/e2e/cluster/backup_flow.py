"""A backup of all masters while the server is at work, restored into another cluster and into one Redis."""

import json
import shutil

from cluster import Cluster
from server import Redis, Server
from suite import check, equal
from web import Api


def messages(server):
    """Every conversation with all that was said in it."""
    api = Api(server.address, server.token())
    return {one["id"]: [m.get("text") for m in api.conversation(one["id"])["messages"]] for one in api.conversations()}


class Backup:
    def __init__(self, folder, settings):
        self.folder, self.settings, self.place = folder, settings, folder / "backup"
        self.before = {}

    def is_taken(self, server, cluster):
        self.before = messages(server)
        check(len(self.before) > 1, "there is nothing to back up")
        words = server.cli("backup", str(self.place), "--with-key", "--redis", cluster.url(), code=0)
        check("of 3 masters" in words, words)
        manifest = json.loads((self.place / "manifest.json").read_text())
        equal(len(manifest["masters"]), 3, "masters")
        check(all((self.place / f"redis-{n}.rdb").stat().st_size == one["bytes"] for n, one in enumerate(manifest["masters"])),
              "a master's state is not there")

    def _serves(self, name, *words, redis=None):
        """Restored, served, compared; the server is stopped again."""
        data = self.folder / name
        server = Server(data, redis=redis, settings=self.settings)
        try:
            server.cli("restore", str(self.place), *words)
            server.start()
            after = messages(server)
            equal({one: after.get(one) for one in self.before}, self.before, "what was there before the backup")
            equal(server.stop(), 0, "exit code")
        finally:
            server.end()

    def goes_into_one_redis(self):
        self._serves("one")

    def goes_into_a_cluster(self):
        place = self.folder / "second"
        place.mkdir()
        second = Cluster(place, masters=4)
        try:
            second.start()
            self._serves("other", "--set", f"redis.url={second.url()}", redis=second.url())
        finally:
            second.end()

    def takes_an_empty_one_only(self, cluster):
        words = Server(self.folder / "third").cli("restore", str(self.place), "--set", f"redis.url={cluster.url()}", code=1)
        check("not empty" in words, words)

    def waits_for_no_slot(self, cluster):
        """Of a slot on its way no master has the whole."""
        source, target = cluster.masters[:2]
        slot = cluster.slot_of(source)
        name = source.command("CLUSTER", "MYID")
        equal(target.command("CLUSTER", "SETSLOT", slot, "IMPORTING", name), "OK")
        try:
            place = self.folder / "moving"
            words = Server(self.folder / "fifth").cli("backup", str(place), "--redis", cluster.url(), code=1)
            check("on its way" in words, words)
            check(not place.exists(), "there is a backup all the same")
        finally:
            equal(target.command("CLUSTER", "SETSLOT", slot, "STABLE"), "OK")

    def refuses_missing_slots(self):
        lacking = self.folder / "lacking"
        shutil.copytree(self.place, lacking)
        manifest = json.loads((lacking / "manifest.json").read_text())
        manifest["masters"].pop()
        (lacking / "manifest.json").write_text(json.dumps(manifest))
        words = Server(self.folder / "sixth").cli("restore", str(lacking), code=1)
        check("the backup is not whole: slot" in words, words)

    def refuses_damage(self):
        damaged = self.folder / "damaged"
        shutil.copytree(self.place, damaged)
        last = damaged / "redis-2.rdb"
        bytes_ = bytearray(last.read_bytes())
        bytes_[len(bytes_) // 2] ^= 1
        last.write_bytes(bytes_)
        other = Redis(self.folder / "untouched")
        other.folder.mkdir()
        try:
            other.start()
            words = Server(self.folder / "fourth").cli("restore", str(damaged), "--set", f"redis.url=unix://{other.socket}", code=1)
            check("is not what the backup wrote" in words, words)
            equal(other.command("DBSIZE"), "0", "keys of a backup that is damaged")
        finally:
            other.end()
