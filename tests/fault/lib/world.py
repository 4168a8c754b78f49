"""The two layouts under fault: one process with its embedded Redis, or a process for each service beside one Redis."""

import os
import signal
import subprocess
import threading
import time

import plan
from proxy import Proxy
from server import Redis, Server, free_port, remove, scratch
from suite import wait_for

SETTINGS = ["channels.allow_private=true", "redis.partitions=4", "gateway.api_rate=100000",
            "gateway.api_burst=100000", "forms.submits=100000", "streams.block=100ms", "streams.min_idle=500ms",
            "streams.partition_lease=1s", "streams.delivery_limit=500", "streams.batch=64", "reply.retry_base=50ms",
            "reply.retry_max=500ms", "reply.retry_attempts=100", "reply.unconfirmed_wait=1s", "reply.send_deadline=2s",
            "redis.call_timeout=2s", "redis.connect_timeout=1s", "routing.return_pacing=1000", "routing.reserve=0ms", "routing.lease=30s"]
STARTS = 5


class Faulty(Server):
    fresh_signals = False


class WatchedRedis(Redis):
    """Started again whenever it ends, as systemd would; `more` goes to its command line."""

    def __init__(self, folder, more=()):
        super().__init__(folder)
        self.more = list(more)
        self.starts = 0
        self._open = True
        self._held = threading.Lock()

    def start(self):
        self.launch()
        wait_for(lambda: self.command("PING") == "PONG", "redis-server answers")
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def launch(self):
        self.starts += 1
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), "--logfile",
             str(self.folder / "redis.log"), "--appendonly", "yes", "--appendfsync", "always", "--save", "",
             *self.more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, restore_signals=False)

    def _watch(self):
        while self._open:
            if self.process.poll() is not None:
                with self._held:
                    if self._open and self.process.poll() is not None:
                        self.launch()
            time.sleep(0.02)

    def end(self):
        with self._held:
            self._open = False
        super().end()


class World:
    """What both have. `targets` are the names that a plan knows."""

    def __init__(self, layout):
        self.layout = layout
        self.folder = scratch()
        self.servers = {}

    def token(self):
        return self.front().token()

    def redis_sockets(self):
        """Of all that hold data."""
        return [self.redis_socket]

    def kill(self, names):
        for name in names:
            pid = self.pid(name)
            if pid:
                self._signal(pid, signal.SIGKILL)
        gone = [self.servers[name] for name in names if name in self.servers]
        for server in gone:
            server.process.wait(20)
        self._begin(gone)

    @staticmethod
    def _begin(servers):
        failures = []

        def begin(server):
            """Who loses a call while it starts ends with 1; as under systemd it is started again, within limits."""
            for left in range(STARTS - 1, -1, -1):
                try:
                    server.start()
                    return
                except SystemExit as error:
                    if left == 0:
                        failures.append(f"{server.command[1:6]}: {error}")
                except Exception as error:
                    failures.append(f"{server.command[1:6]}: {error}")
                    return

        threads = [threading.Thread(target=begin, args=(server,)) for server in servers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise RuntimeError(f"not started again: {failures}")

    def pause(self, name, seconds):
        """Whether there was somebody to pause."""
        pid = self.pid(name)
        if not pid or not self._signal(pid, signal.SIGSTOP):
            return False
        time.sleep(seconds)
        return self._signal(pid, signal.SIGCONT)

    @staticmethod
    def _signal(pid, number):
        try:
            os.kill(pid, number)
            return True
        except ProcessLookupError:
            return False

    def pids(self):
        found = [self.pid(name) for name in [*self.servers, plan.REDIS]]
        return [pid for pid in found if pid]

    def pid(self, name):
        if name == plan.REDIS:
            return self.redis_pid()
        process = self.servers[name].process
        return process.pid if process.poll() is None else None

    def log(self):
        return "".join(f"--- {name}\n{server.log()[-1500:]}" for name, server in self.servers.items())


class Alone(World):
    def __init__(self):
        super().__init__("alone")
        self.servers = {"server": Faulty(self.folder / "data", http=f"127.0.0.1:{free_port()}", settings=SETTINGS)}
        self.redis_socket = self.folder / "data/redis/redis.sock"
        self.proxies = {}

    def front(self):
        return self.servers["server"]

    ingest = front

    def start(self):
        self.front().start()

    def redis_pid(self):
        return self.front().redis_pid()

    def disk_pids(self):
        return self.pids()

    def end(self):
        self.front().end()
        remove(self.folder)


class Apart(World):
    def __init__(self, redis=WatchedRedis):
        super().__init__("apart")
        self.redis = redis(self.folder)
        self.redis_socket = self.redis.socket
        key = self.folder / "secrets.key"
        key.write_text("the same for every process")
        ports = {name: free_port() for name in plan.APART}
        others = [f"grpc.services.{name}=127.0.0.1:{port}" for name, port in ports.items() if name != "gateway"]
        self.proxies = {}
        for name in plan.APART:
            path = self.folder / f"{name}.sock"
            self.proxies[name] = Proxy(path, self.redis_socket)
            self.servers[name] = Faulty(
                self.folder / name, http=f"127.0.0.1:{free_port()}", grpc=f"127.0.0.1:{ports[name]}", target=name,
                redis=f"unix://{path}", settings=[*SETTINGS, f"server.secrets_key=file:{key}",
                                                  *(others if name == "gateway" else [])])

    def front(self):
        return self.servers["gateway"]

    def ingest(self):
        return self.servers["ingest"]

    def start(self):
        self.redis.start()
        self._begin(self.servers.values())

    def redis_pid(self):
        return self.redis.process.pid if self.redis.process.poll() is None else None

    def disk_pids(self):
        """A Redis that is started while its disk is full gets the limit from nobody: the fault ends with its death."""
        pid = self.redis_pid()
        return [pid] if pid else []

    def end(self):
        for server in self.servers.values():
            server.end()
        self.redis.end()
        for proxy in self.proxies.values():
            proxy.close()
        remove(self.folder)


def make(layout):
    return Alone() if layout == "alone" else Apart()
