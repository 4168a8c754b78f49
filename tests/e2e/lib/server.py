"""The executable as a process: started, spoken to by its command line, killed, stopped."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from suite import Failure, check, wait_for

ROOT = Path(__file__).resolve().parents[3]
START_LIMIT = 30.0


def binary():
    return os.environ.get("GUICHET_BIN") or str(ROOT / "build/dev/guichet")


def environment():
    """Without what a developer may have set for his own server."""
    return {k: v for k, v in os.environ.items() if not k.startswith("GUICHET_")}


def scratch():
    """A short path: a unix socket's may have 107 characters."""
    return Path(tempfile.mkdtemp(prefix="g-", dir="/tmp"))


def free_port():
    """A port that the system gives to nobody else for a minute: a connection that the port's side ended first keeps
    it (TIME_WAIT) from who asks for any port, and lets in who asks for this one with SO_REUSEADDR, as servers do."""
    with socket.socket() as listener, socket.socket() as caller:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        caller.connect(listener.getsockname())
        listener.accept()[0].close()
        return listener.getsockname()[1]


def always_open():
    """What is due when must not hang on the hour at which the tests are run."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return [f"routing.calendar.{day}=00:00-24:00" for day in days]


class Server:
    """`guichet serve`; `address` and `grpc` are known once it is ready."""

    # False: it also ignores what Python ignores, SIGXFSZ above all (a full disk is an error then, no death).
    fresh_signals = True

    def __init__(self, data, http="127.0.0.1:0", grpc="127.0.0.1:0", target=None, redis=None, settings=()):
        self.data = Path(data)
        self.http = http
        self.command = [binary(), "serve", "--data", str(data), "--http", http, "--grpc", grpc,
                        "--set", "metrics.address=127.0.0.1:0"]
        if target:
            self.command += ["--target", target]
        if redis:
            self.command += ["--redis", redis]
        for setting in [*always_open(), *settings]:
            self.command += ["--set", setting]
        self.process = None
        self.output = []
        self.address = self.grpc = ""

    def allow(self, setting):
        """Another value from the next start on."""
        self.command += ["--set", setting]

    def start(self):
        self.output = []
        log = open(str(self.data) + ".log", "ab")
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment(),
            restore_signals=self.fresh_signals)
        log.close()
        threading.Thread(target=self._read, args=(self.process, self.output), daemon=True).start()
        wait_for(self._ready, f"{self.command[1:]} is ready", START_LIMIT)
        words = "".join(self.output)
        # With a public_url that is what it announces.
        self.address = self._word(r"address +(http\S+)", words) if self.http.endswith(":0") else f"http://{self.http}"
        self.grpc = self._word(r"gRPC +(\S+)", words)
        return self

    @staticmethod
    def _read(process, output):
        for line in process.stdout:
            output.append(line)

    def _ready(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the server ended with {self.process.returncode}: {self.log()[-2000:]}")
        return any("Ctrl-C" in line for line in list(self.output))

    @staticmethod
    def _word(pattern, words):
        found = re.search(pattern, words)
        return found[1] if found else ""

    def log(self):
        return Path(str(self.data) + ".log").read_text(errors="replace")

    def token(self):
        return (self.data / "cli.token").read_text().strip()

    def redis_pid(self):
        """The embedded Redis's; its command line names the socket in our data directory."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if "redis-server" in words and str(self.data) in words:
                return int(entry.name)
        return None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self, limit=40):
        """As Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(limit)

    def end(self):
        """Whatever happened before, nothing of it stays."""
        redis = self.redis_pid()
        if self.process and self.process.poll() is None:
            self.kill()
        if redis:
            try:
                os.kill(redis, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def cli(self, *arguments, code=0, env=None):
        """What the command printed; JSON where it was asked for."""
        done = subprocess.run([binary(), *arguments, "--data", str(self.data)], text=True, timeout=40,
                              capture_output=True, env={**environment(), **(env or {})})
        if code is not None:
            check(done.returncode == code,
                  f"guichet {' '.join(arguments)}: exit code {done.returncode}, wanted {code}: "
                  f"{done.stdout}{done.stderr}")
        if "--json" in arguments and done.returncode == 0:
            return json.loads(done.stdout)
        return done.stdout + done.stderr


class Redis:
    """An external one, as a multi-process layout uses it."""

    def __init__(self, folder):
        self.socket = Path(folder) / "redis.sock"
        self.folder = Path(folder)
        self.process = None

    def start(self, *more):
        """`more` comes last on the command line: it wins."""
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder),
             "--appendonly", "yes", "--appendfsync", "always", "--save", "", *more],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: self.command("PING") == "PONG", "redis-server answers")
        return self

    def command(self, *words):
        return redis_command(self.socket, *words)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def end(self):
        if self.process and self.process.poll() is None:
            self.kill()


def redis_command(socket_path, *words):
    done = subprocess.run(["redis-cli", "-s", str(socket_path), *words], capture_output=True, text=True, timeout=10)
    if done.returncode != 0 or done.stdout.startswith("ERR"):
        raise Failure(f"redis-cli {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
