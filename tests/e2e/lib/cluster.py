"""Three Redis masters on loopback, joined and dealt out by deploy/cluster-deal."""

import subprocess

from server import ROOT, Redis, free_port
from suite import Failure, check, equal, wait_for

MASTERS = 3
PARTITIONS = 16
AGREE = 60.0


class Cluster:
    def __init__(self, folder):
        self.masters = []
        for number in range(MASTERS):
            place = folder / f"redis{number}"
            place.mkdir()
            redis = Redis(place)
            redis.port, redis.bus = free_port(), free_port()
            self.masters.append(redis)

    def start(self):
        for redis in self.masters:
            self.start_master(redis)
        names = [f"127.0.0.1:{redis.port}@{redis.bus}" for redis in self.masters]
        done = subprocess.run([ROOT / "deploy/cluster-deal", *names], capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise Failure(f"deploy/cluster-deal: {done.stdout}{done.stderr}")
        return self

    @staticmethod
    def start_master(redis):
        redis.start("--port", str(redis.port), "--bind", "127.0.0.1", "--cluster-enabled", "yes",
                    "--cluster-port", str(redis.bus), "--cluster-node-timeout", "5000",
                    "--cluster-require-full-coverage", "no")

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
        for redis in self.masters:
            redis.end()
