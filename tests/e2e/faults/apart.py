"""A process per service beside one Redis."""

import urllib.request

from desk import CHANNEL, SECRET, SETTINGS, furnish, progress, under_load
from server import Redis, Server, free_port, remove, scratch
from suite import check, equal, wait_for
from verify import Ledger
from web import exchange, webhook

NAMES = ("ingest", "routing", "reply", "inbox", "gateway")


class Apart:
    def __init__(self):
        self.folder = scratch()
        self.redis = Redis(self.folder)
        self.ports = {name: free_port() for name in NAMES}
        # One key seals the channels' secrets for all processes.
        key = self.folder / "secrets.key"
        key.write_text("the same for every process")
        self.key = f"server.secrets_key=file:{key}"
        addresses = [f"grpc.services.{name}=127.0.0.1:{self.ports[name]}" for name in NAMES if name != "gateway"]
        self.servers = {name: self._server(name, addresses if name == "gateway" else []) for name in NAMES}
        self.load = self.shop = None

    def start(self):
        self.redis.start()
        for server in self.servers.values():
            server.start()
        gateway, ingest = self.servers["gateway"], self.servers["ingest"]
        self.load, self.shop, self.token = furnish(gateway.address, gateway.token(), ingest.address)
        self.load.start()

    def _server(self, name, settings):
        return Server(self.folder / name, http=f"127.0.0.1:{free_port()}", grpc=f"127.0.0.1:{self.ports[name]}",
                      target=name, redis=f"unix://{self.redis.socket}", settings=[*SETTINGS, self.key, *settings])

    def kill(self, name):
        self.servers[name].kill()
        self.servers[name].start()

    def kill_redis(self):
        self.redis.kill()
        self.redis.start()

    def redis_away(self):
        """503 with a hint while it is away; nobody has to be started again when it is back."""
        ingest = self.servers["ingest"].address
        message = {"externalId": "away", "thread": "away", "author": {"externalId": "away"}, "text": "Hello?"}
        self.redis.kill()
        wait_for(lambda: self._status("/readyz") == 503, "readyz tells it")
        equal(self._status("/healthz"), 200, "healthz")
        status, body = webhook(ingest, CHANNEL, SECRET, message)
        equal(status, 503, body)
        self.redis.start()
        wait_for(lambda: webhook(ingest, CHANNEL, SECRET, message)[0] == 200, "messages are taken again")
        wait_for(lambda: self._status("/readyz") == 200, "readyz tells it")
        progress(self.load)

    def _status(self, path):
        return exchange(urllib.request.Request(self.servers["ingest"].address + path))[0]

    def command_line_still_signed_in(self):
        """The gateway speaks for it: another process that is started again leaves its credential alone."""
        gateway = self.servers["gateway"]
        gateway.cli("stats", "--json", "--server", f"127.0.0.1:{self.ports['inbox']}",
                    env={"GUICHET_TOKEN": gateway.token()})

    def stop(self):
        codes = {name: server.stop() for name, server in self.servers.items()}
        check(not any(codes.values()), f"exit codes after SIGINT: {codes}")

    def end(self):
        if self.load:
            self.load.stop()
            self.shop.close()
        for server in self.servers.values():
            server.end()
        self.redis.end()
        remove(self.folder)


def run(suite):
    apart = Apart()
    try:
        apart.start()
        for name in NAMES:
            suite.run(f"a process each: kill -9 of {name}: the desk goes on", under_load, apart.load,
                      lambda name=name: apart.kill(name))
        suite.run("a process each: kill -9 of Redis: the desk goes on", under_load, apart.load, apart.kill_redis)
        suite.run("a process each: Redis away: 503, recovery by itself", apart.redis_away)
        apart.load.stop_writing()
        Ledger(apart.load, apart.shop, apart.token).run(suite, "a process each", apart.redis.command)
        suite.run("a process each: the command line is still signed in", apart.command_line_still_signed_in)
        apart.load.stop()
        suite.run("a process each: SIGINT stops all", apart.stop)
        print(f"     {len(apart.load.accepted)} messages, {len(apart.load.sent)} answers, "
              f"{apart.load.unavailable} times not taken at once")
    finally:
        apart.end()
