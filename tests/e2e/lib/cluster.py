"""Three Redis masters on loopback, joined and dealt out by deploy/cluster-deal; a replica for each where they are asked for."""

import subprocess

from server import ROOT, Redis, free_port
from suite import Failure, check, equal, wait_for

MASTERS = 3
PARTITIONS = 16
AGREE = 60.0
FAIL_OVER = 120.0


class Cluster:
    def __init__(self, folder, masters=MASTERS):
        self._all = []
        self.masters = [self._node(folder / f"redis{number}") for number in range(masters)]
        self.replicas = {}  # master -> its replica
        self.more = []

    def _node(self, place):
        place.mkdir()
        redis = Redis(place)
        redis.port, redis.bus = free_port(), free_port()
        self._all.append(redis)
        return redis

    def start(self):
        for redis in self.masters:
            self.start_master(redis)
        names = [f"127.0.0.1:{redis.port}@{redis.bus}" for redis in self.masters]
        done = subprocess.run([ROOT / "deploy/cluster-deal", *names], capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise Failure(f"deploy/cluster-deal: {done.stdout}{done.stderr}")
        return self

    def start_with_replicas(self):
        """As deploy/cluster.md says: each master asks for its one replica."""
        self.more = ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "10", "--repl-diskless-sync-delay", "0",
                     "--repl-ping-replica-period", "1"]
        self.start()
        for master in self.masters:
            replica = self._node(master.folder.with_name(master.folder.name + "r"))
            self.start_master(replica)
            equal(replica.command("CLUSTER", "MEET", "127.0.0.1", str(master.port), str(master.bus)), "OK")
            name = master.command("CLUSTER", "MYID")
            wait_for(lambda replica=replica, name=name: name in replica.command("CLUSTER", "NODES"), "they have met", AGREE)
            wait_for(lambda replica=replica, name=name: replica.command("CLUSTER", "REPLICATE", name) == "OK",
                     "it becomes a replica", AGREE)
            self.replicas[master] = replica
        for master in self.masters:
            self._wait_for_replica(master)
        self.wait_until_agreed()
        return self

    def _wait_for_replica(self, master):
        wait_for(lambda: "master_link_status:up" in self.replicas[master].command("INFO", "replication"),
                 "the replica follows its master", FAIL_OVER)

    def fail_over(self, victim, meanwhile):
        """The victim is killed, its replica takes its slots, and then the victim comes back to follow it."""
        heir = self.replicas.pop(victim)
        victim.kill()

        def taken_over():
            meanwhile()
            return "role:master" in heir.command("INFO", "replication")

        wait_for(taken_over, "the replica takes over", FAIL_OVER, pause=0.2)
        self.masters[self.masters.index(victim)] = heir
        self.start_master(victim)
        self.replicas[heir] = victim
        self._wait_for_replica(heir)
        self.wait_until_agreed()

    def start_master(self, redis):
        redis.start("--port", str(redis.port), "--bind", "127.0.0.1", "--cluster-enabled", "yes",
                    "--cluster-port", str(redis.bus), "--cluster-node-timeout", "5000",
                    "--cluster-require-full-coverage", "no", *self.more)

    def master_of(self, key):
        slot = int(self.masters[0].command("CLUSTER", "KEYSLOT", key))
        for redis in self.masters:
            name = redis.command("CLUSTER", "MYID")
            line = next(one for one in redis.command("CLUSTER", "NODES").splitlines() if one.startswith(name))
            for words in line.split()[8:]:
                first, _, last = words.partition("-")
                if first.isdigit() and int(first) <= slot <= int(last or first):
                    return redis
        raise Failure(f"no master holds {key}")

    def slot_of(self, master):
        """Some slot that it holds."""
        name = master.command("CLUSTER", "MYID")
        line = next(one for one in master.command("CLUSTER", "NODES").splitlines() if one.startswith(name))
        return line.split()[8].partition("-")[0]

    def url(self):
        return f"redis://127.0.0.1:{self.masters[0].port}"

    def agrees(self):
        return all({"cluster_state:ok", "cluster_slots_ok:16384"} <= set(
            redis.command("CLUSTER", "INFO").split()) for redis in self.masters)

    def busiest(self):
        """The slot of the partition with most keys, and its master."""
        found = (0, 0, None)
        for partition in range(PARTITIONS):
            slot = self.masters[0].command("CLUSTER", "KEYSLOT", "{p%02d}:" % partition)
            for redis in self.masters:
                keys = int(redis.command("CLUSTER", "COUNTKEYSINSLOT", slot))
                found = max(found, (keys, int(slot), redis), key=lambda one: one[0])
        check(found[0] > 0, "no partition holds any key")
        return found[1], found[2]

    def move(self, slot, source, target):
        ids = {redis: redis.command("CLUSTER", "MYID") for redis in self.masters}
        equal(target.command("CLUSTER", "SETSLOT", str(slot), "IMPORTING", ids[source]), "OK")
        equal(source.command("CLUSTER", "SETSLOT", str(slot), "MIGRATING", ids[target]), "OK")
        while True:
            keys = source.command("CLUSTER", "GETKEYSINSLOT", str(slot), "100").split()
            if not keys:
                break
            equal(source.command("MIGRATE", "127.0.0.1", str(target.port), "", "0", "20000", "KEYS", *keys), "OK")
        for redis in (target, *self.masters):
            equal(redis.command("CLUSTER", "SETSLOT", str(slot), "NODE", ids[target]), "OK")

    def wait_until_agreed(self):
        wait_for(self.agrees, "the masters agree", AGREE)

    def end(self):
        for redis in self._all:
            redis.end()
