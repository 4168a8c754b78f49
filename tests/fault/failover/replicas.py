"""A master and its replica; the master dies, the replica takes its place, a new replica follows it."""

import signal
from pathlib import Path

import resp
from server import Redis, free_port
from suite import wait_for


class Node(Redis):
    """Replication needs a port, clients use the socket."""

    def __init__(self, folder, name):
        place = Path(folder) / name
        place.mkdir()
        super().__init__(place)
        self.port = free_port()

    def start(self, *more):
        super().start("--port", str(self.port), "--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0",
                      "--repl-ping-replica-period", "1", "--min-replicas-max-lag", "2", *more)
        return self

    def follow(self, master):
        resp.ask(self.socket, "REPLICAOF", "127.0.0.1", master.port)
        wait_for(lambda: "master_link_status:up" in resp.ask(self.socket, "INFO", "replication"), "the replica follows",
                 30)
        return self

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)


class Replicas:
    """Behind one socket name for the world: `socket` is the present master's."""

    def __init__(self, folder):
        self.folder, self.made = folder, 0
        self.master = self._node()
        self.replica = None

    def _node(self):
        self.made += 1
        return Node(self.folder, f"n{self.made}")

    @property
    def socket(self):
        return self.master.socket

    @property
    def process(self):
        return self.master.process

    def start(self):
        self.master.start()
        self._second()
        return self

    def _second(self):
        self.replica = self._node().start().follow(self.master)
        # Without a replica that keeps up, the master takes no writes.
        resp.ask(self.master.socket, "CONFIG", "SET", "min-replicas-to-write", "1")

    def fail_over(self, lead_to):
        """The master is killed; `lead_to` takes the new one's socket before it may be written to."""
        self.master.kill()
        dead, self.master = self.master, self.replica
        resp.ask(self.master.socket, "REPLICAOF", "NO", "ONE")
        lead_to(self.master.socket)
        self._second()
        return dead

    def end(self):
        for node in (self.master, self.replica):
            if node:
                node.end()
