"""The three systems, each with a store of its own: same Redis settings, commits that wait for the disk everywhere."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from server import Redis, Server, remove, scratch
from suite import Failure, check, equal, wait_for
from web import Api

HERE = Path(__file__).resolve().parent
SECRET = "a secret of the shop's"
AGENTS = 16
PATIENCE = 120.0
TICK = os.sysconf("SC_CLK_TCK")
SETTINGS = ["channels.allow_private=true", "gateway.api_rate=100000", "gateway.api_burst=100000"]


class Program:
    """A Node program that says "listening <port>" and then maybe more."""

    def __init__(self, name, **environment):
        modules = HERE / "node_modules"
        check(name == "client" or modules.is_dir(), f"{modules} is missing: run npm ci --ignore-scripts in {HERE}")
        self.process = subprocess.Popen(
            ["node", str(HERE / f"{name}.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PEER_SECRET": SECRET, "NODE_ENV": "production", **environment})
        line = self.process.stdout.readline()
        check(line.startswith("listening "), f"{name} does not start: {line!r}")
        self.address = f"http://127.0.0.1:{line.split()[1]}"

    def ask(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or '{"error": "it ended"}')
        if "error" in answer:
            raise Failure(f"{command['kind']}: {answer['error']}")
        return answer

    def end(self):
        self.process.kill()
        self.process.wait(20)


class Postgres:
    """Debian's, as a user of its own where this is root, which it refuses to run as."""

    def __init__(self, folder):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        check(found, "PostgreSQL is not installed: apt-get install postgresql")
        self.bin, self.folder, self.process = found[-1], folder, None
        self.folder.mkdir()
        self.prefix = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def start(self):
        data = self.folder / "data"
        done = subprocess.run([*self.prefix, str(self.bin / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N"],
                              capture_output=True, text=True, cwd="/")
        check(done.returncode == 0, f"initdb: {done.stdout}{done.stderr}")
        self.process = subprocess.Popen(
            [*self.prefix, str(self.bin / "postgres"), "-D", str(data), "-k", str(self.folder), "-c", "listen_addresses=",
             "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        ready = [str(self.bin / "pg_isready"), "-q", "-h", str(self.folder)]
        wait_for(lambda: subprocess.run(ready).returncode == 0, "PostgreSQL answers", 60)

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


def processor_seconds(pids):
    """Of these processes and their children, ended ones too."""
    parents, times = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        times[int(entry.name)] = sum(map(int, fields[11:15])) / TICK
    wanted = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in wanted} - wanted:
        wanted |= more
    return sum(times.get(pid, 0.0) for pid in wanted)


class World:
    def __init__(self):
        self.folder = scratch()
        self.folder.chmod(0o755)
        self.running = []
        self.addresses, self.processes = {}, {}
        self.tokens, self.claimed = [], []

    def _run(self, thing):
        self.running.append(thing)
        return thing

    def _redis(self, name):
        folder = self.folder / name
        folder.mkdir()
        return self._run(Redis(folder)).start()

    def start(self):
        self.client = self._run(Program("client"))
        shop = f"{self.client.address}/answers"
        redis = self._redis("bullmq")
        self._peer("bullmq", redis.process.pid, PEER_SHOP=shop, PEER_REDIS=str(redis.socket))
        postgres = self._run(Postgres(self.folder / "postgres"))
        postgres.start()
        self._peer("postgres", postgres.process.pid, PEER_SHOP=shop, PEER_POSTGRES=str(postgres.folder))
        self._guichet(shop)

    def _peer(self, kind, store, **environment):
        program = self._run(Program(kind, **environment))
        self.addresses[kind] = program.address
        self.processes[kind] = [store, program.process.pid]

    def _guichet(self, shop):
        redis = self._redis("guichet")
        # As the server sets its own, and as `guichet doctor` asks for.
        redis.command("CONFIG", "SET", "hash-max-listpack-value", "1024")
        server = self._run(Server(self.folder / "data", redis=f"unix://{redis.socket}", settings=SETTINGS)).start()
        self.addresses["guichet"] = server.address
        self.processes["guichet"] = [redis.process.pid, server.process.pid]
        self.api = Api(server.address, server.token())
        self.api.write("AdminService/ConnectChannel", channel={
            "id": "shop", "name": "Shop", "kind": "CHANNEL_KIND_CUSTOM",
            "settings": {"webhook_url": shop, "allow_private": "true"}, "secrets": {"secret": SECRET}})
        self.tokens = [self.api.agent_token(f"agent{number}") for number in range(AGENTS)]

    def turn(self, kind, number, count):
        before = processor_seconds(self.processes[kind])
        answer = self.client.ask(kind=kind, address=self.addresses[kind], round=f"{kind}-{number}", count=count,
                                 tokens=self.tokens if kind == "guichet" else [])
        equal(len(answer["conversations"]), count, f"{kind}: conversations that were claimed")
        if kind == "guichet":
            self.claimed += answer["conversations"]
        return {**answer, "kind": kind, "count": count, "processor": processor_seconds(self.processes[kind]) - before}

    def all_sent(self, count):
        """What the shop has is also marked sent: with the peers all of it, with Guichet every twentieth."""
        for kind in ("bullmq", "postgres"):
            wait_for(lambda kind=kind: self._sent(kind) == count, f"{kind}: all {count} are marked sent", PATIENCE)
        for which in self.claimed[::20]:
            wait_for(lambda which=which: self._marked(which), f"guichet: {which} is marked sent", PATIENCE)

    def _sent(self, kind):
        done = subprocess.run(["curl", "-sf", f"{self.addresses[kind]}/sent"], capture_output=True, text=True, timeout=30)
        return json.loads(done.stdout)["sent"]

    def _marked(self, which):
        deliveries = self.api.conversation(which).get("deliveries", [])
        return [d["state"] for d in deliveries] == ["DELIVERY_STATE_SENT"]

    def end(self):
        for thing in reversed(self.running):
            thing.end()
        remove(self.folder)
