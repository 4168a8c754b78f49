"""HTTPS, and services in two processes that prove themselves to one another; the authority is made here."""

import socket
import ssl
import subprocess
import urllib.request
from pathlib import Path

import grpc

from server import Redis, Server, free_port
from suite import check, equal, wait_for
from web import request_id


class Authority:
    """Certificates for 127.0.0.1, signed by an authority of its own."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                      "-subj", "/CN=an authority", "-keyout", self.file("ca.key"), "-out", self.file("ca.pem"))

    def file(self, name):
        return str(self.folder / name)

    def _openssl(self, *words):
        done = subprocess.run(["openssl", *words], capture_output=True, text=True, timeout=30)
        check(done.returncode == 0, done.stderr)

    def issue(self, name):
        (self.folder / f"{name}.ext").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
                      "-keyout", self.file(f"{name}.key"), "-out", self.file(f"{name}.csr"))
        self._openssl("x509", "-req", "-in", self.file(f"{name}.csr"), "-CA", self.file("ca.pem"), "-CAkey",
                      self.file("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", self.file(f"{name}.ext"),
                      "-out", self.file(f"{name}.pem"))
        return self.file(f"{name}.pem"), self.file(f"{name}.key")


class Flow:
    def __init__(self, folder):
        self.folder = folder
        self.ours = Authority(folder / "ours")
        self.foreign = Authority(folder / "foreign")
        self.redis = Redis(folder)
        self.certificate, self.key = self.ours.issue("guichet")
        self.door = self.back = None
        # One key seals the channels' secrets for all processes.
        key = folder / "secrets.key"
        key.write_text("k" * 44 + "\n")
        key.chmod(0o600)
        self.secrets = f"server.secrets_key=file:{key}"

    def grpc_settings(self):
        return [self.secrets, f"grpc.tls_cert={self.certificate}", f"grpc.tls_key={self.key}", f"grpc.tls_ca={self.ours.file('ca.pem')}"]

    def start(self):
        self.redis.start()
        back, redis = f"127.0.0.1:{free_port()}", f"unix://{self.redis.socket}"
        names = ("routing", "reply", "escalation", "inbox")
        self.back = Server(self.folder / "back", grpc=back, redis=redis, target=",".join(names),
                           settings=self.grpc_settings())
        self.door = Server(self.folder / "door", redis=redis, target="ingest,gateway", settings=[
            *self.grpc_settings(), f"http.tls_cert={self.certificate}", f"http.tls_key={self.key}",
            *[f"grpc.services.{name}={back}" for name in names]])
        self.door.start()
        self.back.start()

    def get(self, path, authority, **more):
        context = ssl.create_default_context(cafile=authority.file("ca.pem"))
        request = urllib.request.Request(self.door.address + path, **more)
        return urllib.request.urlopen(request, timeout=20, context=context)

    def https(self):
        check(self.door.address.startswith("https://"), self.door.address)
        with self.get("/readyz", self.ours) as answer:
            equal(answer.status, 200, "readyz")
            check("max-age" in (answer.headers.get("strict-transport-security") or ""), dict(answer.headers))
        for authority, address in ((self.foreign, self.door.address), (self.ours, "http" + self.door.address[5:])):
            try:
                context = ssl.create_default_context(cafile=authority.file("ca.pem"))
                urllib.request.urlopen(address + "/readyz", timeout=20, context=context)
                check(False, f"{address} was spoken to")
            except OSError:
                pass

    def across(self):
        body = ('{"requestId": "%s", "presence": "PRESENCE_ONLINE"}' % request_id()).encode()
        with self.get("/guichet.v1.RoutingService/SetPresence", self.ours, data=body, headers={
                "Content-Type": "application/json", "Authorization": f"Bearer {self.door.token()}"}) as answer:
            equal(answer.status, 200, "a call that goes from the door to another process")

    def asks(self, server, authority, shown=None):
        """What a client gets: the answer's bytes, or the code of the refusal."""
        pem = [Path(name).read_bytes() for name in (authority.file("ca.pem"), *reversed(shown or ()))]
        with grpc.secure_channel(server, grpc.ssl_channel_credentials(*pem)) as channel:
            method = channel.unary_unary("/guichet.v1.InboxService/Stats")
            try:
                return method(b"", timeout=10, metadata=[("authorization", f"Bearer {self.door.token()}")])
            except grpc.RpcError as error:
                return error.code()

    def mutual(self):
        ours, theirs = self.ours.issue("operator"), self.foreign.issue("stranger")
        for server in (self.back.grpc, self.door.grpc):
            check(isinstance(self.asks(server, self.ours, ours), bytes), "who shows a certificate of the authority")
            for what, got in (("none", self.asks(server, self.ours)), ("a foreign one", self.asks(server, self.ours, theirs)),
                              ("to a server that it does not know", self.asks(server, self.foreign, ours))):
                equal(got, grpc.StatusCode.UNAVAILABLE, f"{server}: {what}")
            plain = self.door.cli("stats", "--server", server, code=3, env={"GUICHET_TOKEN": self.door.token()})
            check("guichet:" in plain, plain)

    def command_line(self):
        certificate, key = self.ours.issue("a-person")
        stranger, strangers_key = self.foreign.issue("a-stranger")
        token = {"GUICHET_TOKEN": self.door.token()}
        theirs = ("--tls-ca", self.ours.file("ca.pem"))
        for server in (self.back.grpc, self.door.grpc):
            asks = ("stats", "--server", server)
            self.door.cli(*asks, *theirs, "--tls-cert", certificate, "--tls-key", key, env=token)
            self.door.cli(*asks, env={**token, "GUICHET_TLS_CA": self.ours.file("ca.pem"),
                                      "GUICHET_TLS_CERT": certificate, "GUICHET_TLS_KEY": key})
            self.door.cli(*asks, *theirs, env=token, code=3)
            self.door.cli(*asks, *theirs, "--tls-cert", stranger, "--tls-key", strangers_key, env=token, code=3)
            self.door.cli(*asks, *theirs, "--tls-cert", certificate, "--tls-key", key, "--tls-name", "other.test",
                          env=token, code=3)
        told = self.door.cli(*asks, *theirs, "--tls-cert", certificate, env=token, code=2)
        check("--tls-key" in told, told)
        told = self.door.cli(*asks, *theirs, "--tls-cert", certificate, "--tls-key", strangers_key, env=token, code=2)
        check("not that of the certificate" in told, told)

    def another_authority(self):
        """Both renew under an authority that neither knew at its start: new connections between them take it up."""
        follower = Authority(self.folder / "follower")
        fresh = Path(self.ours.file("ca.pem") + ".new")
        fresh.write_bytes(Path(follower.file("ca.pem")).read_bytes())
        fresh.rename(self.ours.file("ca.pem"))
        self.replace(*follower.issue("renewed"))
        # The old connection ends with the process; the door shows and believes what lies in the files now.
        self.back.stop()
        self.back.start()
        wait_for(lambda: [self.across()], "the door speaks to the other process", 60)

    def shown(self, address):
        """The serial number of the certificate that a new connection gets."""
        context = ssl.create_default_context(cafile=self.ours.file("ca.pem"))
        context.load_cert_chain(self.certificate, self.key)
        context.set_alpn_protocols(["h2", "http/1.1"])
        host, port = address.rsplit("/", 1)[-1].split(":")
        with socket.create_connection((host, int(port)), timeout=20) as plain, \
                context.wrap_socket(plain, server_hostname=host) as secure:
            return secure.getpeercert()["serialNumber"]

    def places(self):
        return self.door.address, self.door.grpc, self.back.grpc

    def replace(self, certificate, key):
        for source, target in ((key, self.key), (certificate, self.certificate)):
            fresh = Path(target + ".new")
            fresh.write_bytes(Path(source).read_bytes())
            fresh.rename(target)

    def renewed(self):
        before = {self.shown(place) for place in self.places()}
        equal(len(before), 1, f"certificates before: {before}")
        held = ssl.create_default_context(cafile=self.ours.file("ca.pem")).wrap_socket(
            socket.create_connection(("127.0.0.1", int(self.door.address.rsplit(":", 1)[1]))), server_hostname="127.0.0.1")
        self.replace(*self.ours.issue("renewed"))
        for place in self.places():
            wait_for(lambda: self.shown(place) not in before, f"{place} shows the new certificate", 30)
        held.sendall(b"GET /readyz HTTP/1.1\r\nHost: here\r\n\r\n")
        check(held.recv(100).startswith(b"HTTP/1.1 200"), "a connection from before was cut")
        held.close()
        check(isinstance(self.asks(self.back.grpc, self.ours, self.ours.issue("operator")), bytes), "a call by the new one")

    def bad_ones_are_refused(self):
        good = {self.shown(place) for place in self.places()}
        kept = [Path(name).read_bytes() for name in (self.certificate, self.key)]
        stranger = self.ours.issue("another")
        for certificate, key in ((stranger[0], self.key), (self.ours.file("guichet.ext"), self.key)):
            told = [log.count("old one stays") + log.count("tls.not_renewed") for log in (self.door.log(), self.back.log())]
            Path(self.certificate).write_bytes(Path(certificate).read_bytes())
            check(Path(key).exists(), "its key is gone")
            wait_for(lambda: self.door.log().count("old one stays") + self.door.log().count("tls.not_renewed") >= told[0] + 2
                     and self.back.log().count("tls.not_renewed") >= told[1] + 1, "both say that it is not used", 30)
            Path(self.certificate).write_bytes(kept[0])
            # Shown: the client proves itself with what lies in the files.
            equal({self.shown(place) for place in self.places()}, good, "the old one stays")
        equal([Path(name).read_bytes() for name in (self.certificate, self.key)], kept, "the files are as they were")

    def end(self):
        for server in (self.door, self.back):
            if server:
                server.end()
        self.redis.end()


def run(suite, folder):
    flow = Flow(folder)
    try:
        flow.start()
        suite.run("the door speaks HTTPS with its own certificate, and nothing else", flow.https)
        suite.run("services of two processes prove themselves to one another", flow.across)
        suite.run("who shows no certificate of the authority is not served", flow.mutual)
        suite.run("a new certificate is served without a restart, by HTTP and gRPC", flow.renewed)
        suite.run("the command line shows a certificate where it is asked for one", flow.command_line)
        suite.run("one that is not usable is not served: the old one stays, and the log says so", flow.bad_ones_are_refused)
        suite.run("processes that run prove themselves by what was renewed meanwhile", flow.another_authority)
        if suite.failed:
            print(flow.door.log()[-2000:], flow.back.log()[-2000:])
    finally:
        flow.end()
