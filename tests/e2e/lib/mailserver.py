"""A mail provider of one's own: Debian's Dovecot and Exim as an ordinary user on loopback ports, and people who write mails."""

import email
import email.policy
import grp
import os
import pwd
import smtplib
import socket
import subprocess
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from server import ROOT, free_port, remove, scratch
from suite import Failure, check, wait_for

SHAPES = ROOT / "tests/support/mail"
BRAND = "help@shop.example"
ANNA = "anna@example.org"
# Neither program serves mail as root.
ORDINARY = "nobody"


def run(*line, folder):
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"{' '.join(line)}: {done.stderr}")


class MailServers:
    """help@shop.example, the brand's, and anna@example.org; everybody's password is "secret"."""

    PORTS = ("imap", "imaps", "lmtp", "smtp", "smtps")

    def __init__(self):
        self.dir = scratch()
        self.user = pwd.getpwnam(ORDINARY) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.group = grp.getgrgid(self.user.pw_gid).gr_name
        self.ports = {name: free_port() for name in self.PORTS}
        self.processes = []
        self._written = 0

    def start(self):
        for folder in ("run", "state", "mail", "spool"):
            (self.dir / folder).mkdir()
        self._certificates()
        (self.dir / "users").write_text(
            f"{BRAND}:{{PLAIN}}secret::::::\n{ANNA}:{{PLAIN}}secret::::::\n")
        for name in ("dovecot", "exim"):
            self._configure(name)
        if os.geteuid() == 0:
            run("chown", "-R", f"{self.user.pw_name}:{self.group}", str(self.dir), folder="/")
        self._begin("dovecot", "/usr/sbin/dovecot", "-F", "-c", str(self.dir / "dovecot.conf"))
        self._begin("exim", "/usr/sbin/exim4", "-C", str(self.dir / "exim.conf"), "-bdf", "-q1s")
        for name in ("imap", "lmtp", "smtp"):
            wait_for(lambda port=self.ports[name]: self._answers(port), f"{name} answers: {self.log()}")
        return self

    def end(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)
        remove(self.dir)

    def log(self):
        names = ("dovecot.out", "dovecot.log", "exim.out", "exim-mainlog", "exim-paniclog")
        return "".join(f"{name}:\n{(self.dir / name).read_text(errors='replace')}"
                       for name in names if (self.dir / name).exists())

    def authority(self):
        return (self.dir / "ca.pem").read_text()

    def connect(self, api, channel, **more):
        settings = {"address": BRAND, "imap_host": "localhost", "imap_port": str(self.ports["imaps"]),
                    "smtp_host": "localhost", "smtp_port": str(self.ports["smtp"]), "ca_pem": self.authority(),
                    "from_start": "true", "allow_private": "true", **more}
        api.write("AdminService/ConnectChannel", channel={
            "id": channel, "name": "Our mailbox", "kind": "CHANNEL_KIND_MAIL", "team": "care",
            "settings": settings, "secrets": {"password": "secret"}})

    def write(self, author, text, subject="", name="", **headers):
        """A customer's mail to the brand, handed to Exim; its Message-ID, without brackets."""
        self._written += 1
        which = f"{self._written}.{os.getpid()}@{author.split('@')[1]}"
        mail = EmailMessage()
        mail["From"] = f"{name} <{author}>" if name else author
        mail["To"] = BRAND
        mail["Subject"] = subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{which}>"
        for header, value in headers.items():
            mail[header.replace("_", "-")] = value
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.ports["smtp"], timeout=20) as smtp:
            smtp.send_message(mail, author, [BRAND])
        return which

    def answer(self, author, to, text, name=""):
        """A mail program's answer to a mail that was read: its subject, what it refers to, and the quotation."""
        known = f"{to['References'] or ''} {to['Message-ID']}".strip()
        quoted = "\n".join("> " + line for line in text_of(to).splitlines())
        return self.write(author, f"{text}\n\nOn {to['Date']} {to['From']} wrote:\n{quoted}\n",
                          subject=reply_subject(to["Subject"]), name=name, In_Reply_To=to["Message-ID"],
                          References=known)

    def mailbox(self, user=ANNA):
        """What really stands in that mailbox, the oldest first."""
        found = []
        for folder in ("new", "cur"):
            for path in (self.dir / "mail" / user / "Maildir" / folder).glob("*"):
                try:
                    found.append((path.stat().st_mtime_ns, path.read_bytes()))
                except FileNotFoundError:
                    continue  # just moved by Dovecot: the next look finds it
        return [email.message_from_bytes(data, policy=email.policy.default) for _, data in sorted(found)]

    def mails_with(self, text, user=ANNA):
        return [mail for mail in self.mailbox(user) if text in text_of(mail)]

    def _certificates(self):
        (self.dir / "names").write_text("subjectAltName=DNS:localhost\n")
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=Guichet test authority", folder=self.dir)
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
            "-subj", "/CN=localhost", folder=self.dir)
        run("openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-out", "server.pem", "-days", "2", "-extfile", "names", folder=self.dir)

    def _configure(self, name):
        text = (SHAPES / f"{name}.conf").read_text()
        values = {"dir": str(self.dir), "user": self.user.pw_name, "group": self.group, **self.ports}
        for mark, value in values.items():
            text = text.replace(f"@{mark}@", str(value))
        (self.dir / f"{name}.conf").write_text(text)

    def _begin(self, name, *line):
        other = {}
        if os.geteuid() == 0:
            other = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        with open(self.dir / f"{name}.out", "ab") as out:
            self.processes.append(subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **other))

    def _answers(self, port):
        for process in self.processes:
            if process.poll() is not None:
                raise SystemExit(f"a mail server ended: {self.log()}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0


def text_of(mail):
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""


def reply_subject(subject):
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def only(found, words):
    if len(found) != 1:
        raise Failure(f"{words}: {len(found)} of them")
    return found[0]
