"""One process with its embedded Redis."""

import os
import signal

from desk import SETTINGS, furnish, under_load
from server import Server, free_port, redis_command, remove, scratch
from suite import check, equal, wait_for
from verify import Ledger


class Alone:
    def __init__(self):
        self.folder = scratch()
        self.server = Server(self.folder / "data", http=f"127.0.0.1:{free_port()}", settings=SETTINGS)
        self.load = self.shop = None

    def start(self):
        self.server.start()
        self.load, self.shop, self.token = furnish(self.server.address, self.server.token())
        self.load.start()

    def kill_redis(self):
        before = self.server.redis_pid()
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: self.server.redis_pid() not in (None, before), "another redis-server is started")
        equal(self.server.process.poll(), None, "the server itself")

    def kill_server(self):
        self.server.kill()
        self.server.start()

    def kill_both(self):
        redis = self.server.redis_pid()
        self.server.kill()
        os.kill(redis, signal.SIGKILL)
        self.server.start()

    def redis(self, *words):
        return redis_command(self.server.data / "redis/redis.sock", *words)

    def stops(self):
        equal(self.server.stop(), 0, "exit code after SIGINT")
        check(self.server.redis_pid() is None, "a redis-server is left behind")

    def end(self):
        if self.load:
            self.load.stop()
            self.shop.close()
        self.server.end()
        remove(self.folder)


def run(suite):
    alone = Alone()
    try:
        alone.start()
        for name, kill in (("Redis", alone.kill_redis), ("the server", alone.kill_server),
                           ("both at once", alone.kill_both), ("Redis again", alone.kill_redis)):
            suite.run(f"one process: kill -9 of {name}: it goes on", under_load, alone.load, kill)
        alone.load.stop_writing()
        Ledger(alone.load, alone.shop, alone.token).run(suite, "one process", alone.redis)
        alone.load.stop()
        suite.run("one process: SIGINT stops it, no redis-server left", alone.stops)
        print(f"     {len(alone.load.accepted)} messages, {len(alone.load.sent)} answers, "
              f"{alone.load.unavailable} times not taken at once")
    finally:
        alone.end()
