#!/usr/bin/python3
"""A bot that claims conversations, answers questions and hands everything else to people. See README.md."""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

import grpc
import grpc_tools
from grpc_tools import protoc


def load_stubs():
    """Generates Python from proto/ into a folder that lasts as long as the process."""
    protos = Path(__file__).resolve().parents[3] / "proto"
    bundled = Path(grpc_tools.__file__).parent / "_proto"  # google/protobuf/*.proto, where pip installed them
    folder = tempfile.TemporaryDirectory()
    files = sorted(str(path) for path in protos.glob("guichet/v1/*.proto"))
    code = protoc.main(["protoc", f"-I{protos}", f"-I{bundled}", "-I/usr/include",
                        f"--python_out={folder.name}", f"--grpc_python_out={folder.name}", *files])
    if code != 0:
        sys.exit("protoc could not read proto/")
    sys.path.insert(0, folder.name)
    return folder


STUBS = load_stubs()
from google.protobuf.duration_pb2 import Duration  # noqa: E402
from guichet.v1 import reply_pb2, reply_pb2_grpc, routing_pb2, routing_pb2_grpc, types_pb2  # noqa: E402


class Bot:
    def __init__(self, options):
        self.options = options
        self.channel = grpc.insecure_channel(options.server)
        self.routing = routing_pb2_grpc.RoutingServiceStub(self.channel)
        self.reply = reply_pb2_grpc.ReplyServiceStub(self.channel)
        self.bearer = (("authorization", "Bearer " + os.environ["GUICHET_TOKEN"]),)
        self.stopping = threading.Event()
        self.waiting = None  # the ClaimNext that may be cancelled

    def stop(self, *_):
        self.stopping.set()
        if self.waiting:
            self.waiting.cancel()

    def call(self, method, request, seconds=10):
        """Every write may be repeated under its request_id: the server does it once and answers the same."""
        request.request_id = str(uuid.uuid4())
        for attempt in range(1, 7):
            future = method.future(request, timeout=seconds, metadata=self.bearer)
            if isinstance(request, routing_pb2.ClaimNextRequest):
                self.waiting = future
                if self.stopping.is_set():  # told so before there was a call to cancel
                    future.cancel()
            try:
                return future.result()
            except grpc.RpcError as error:
                found = detail(error)
                passing = error.code() == grpc.StatusCode.UNAVAILABLE or found.retryable
                if not passing or attempt == 6 or self.stopping.is_set():
                    raise
                self.stopping.wait(found.retry_after or 0.2 * 2 ** attempt)

    def stay_present(self):
        """Without these the server takes the bot for gone, and what it owns returns to the queue."""
        self.call(self.routing.SetPresence, routing_pb2.SetPresenceRequest(presence="PRESENCE_ONLINE"))
        self.call(self.routing.Renew, routing_pb2.RenewRequest())

    def keep_present(self):
        while not self.stopping.wait(15):
            try:
                self.stay_present()
            except grpc.RpcError as error:
                explain(error)

    def finish(self):
        """An answer may wait in its undo window: the conversation is ours until it has left."""
        for _ in range(60):
            if not self.call(self.routing.Renew, routing_pb2.RenewRequest()).conversations:
                return
            time.sleep(0.5)

    def handle(self, claimed):
        conversation = claimed.conversation
        owned = {"conversation": conversation.id, "epoch": conversation.epoch}
        words = [m.text for m in claimed.messages if m.kind == types_pb2.MESSAGE_KIND_INBOUND]
        intent = types_pb2.Intent.Name(conversation.triage.intent)
        print(f"claimed {conversation.id} {intent}: {len(words)} message(s)")
        if intent != "INTENT_QUESTION":
            self.call(self.routing.Handoff, routing_pb2.HandoffRequest(
                **owned, reason=f"{intent} is for people", target=routing_pb2.Target(team=self.options.team),
                summary="The customer wrote: " + " / ".join(words)[:500]))
            print(f"handed off {conversation.id}")
            return
        text = ("Thank you for your question. Our opening hours are 9:00 to 17:00, Monday to Friday. "
                f"Your reference is {conversation.reference}.")
        sent = self.call(self.reply.Send, reply_pb2.SendRequest(
            **owned, inbound_seq=conversation.inbound_seq, text=text, after="AFTER_SEND_WAIT"))
        print(f"answered {conversation.id} delivery {sent.delivery.id}")

    def handle_safely(self, claimed):
        """What was refused about one conversation is no reason to stop; another one waits."""
        try:
            self.handle(claimed)
        except grpc.RpcError as error:
            explain(error)
            # The customer wrote meanwhile: whoever claims it next reads the new words. Otherwise it is no longer ours.
            if detail(error).reason == "stale_inbound":
                self.call(self.routing.Release, routing_pb2.ReleaseRequest(
                    conversation=claimed.conversation.id, epoch=claimed.conversation.epoch,
                    reason="the customer wrote again"))

    def claim(self):
        if self.options.take:
            return self.call(self.routing.Claim, routing_pb2.ClaimRequest(conversation=self.options.take))
        try:
            return self.call(self.routing.ClaimNext, routing_pb2.ClaimNextRequest(wait=Duration(seconds=20)), 30)
        except (grpc.RpcError, grpc.FutureCancelledError):
            if self.stopping.is_set():
                return routing_pb2.ClaimNextResponse()
            raise

    def run(self):
        try:
            self.stay_present()
            threading.Thread(target=self.keep_present, daemon=True).start()
            while not self.stopping.is_set():
                claimed = self.claim()
                if claimed.HasField("conversation"):
                    self.handle_safely(claimed)
                if self.options.take or (self.options.once and claimed.HasField("conversation")):
                    break
            self.finish()
        except grpc.RpcError as error:
            explain(error)
            return 1
        finally:
            self.leave()
        return 0

    def leave(self):
        """What it still owns returns to the queue at once, a claim that was cut off included."""
        self.stopping.set()
        try:
            self.call(self.routing.SetPresence, routing_pb2.SetPresenceRequest(presence="PRESENCE_OFFLINE"))
        except grpc.RpcError:
            pass
        self.channel.close()


def detail(error):
    found = types_pb2.ErrorDetail()
    for key, value in error.trailing_metadata() or ():
        if key == "guichet-error-bin":
            found.ParseFromString(value)
    return found


def explain(error):
    found = detail(error)
    owner = f", owner {found.owner}" if found.owner else ""
    print(f"refused: {found.reason or error.code().name}{owner}: {error.details()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", default=os.environ.get("GUICHET_SERVER", "127.0.0.1:8081"))
    parser.add_argument("--team", required=True, help="whom it hands off to")
    parser.add_argument("--take", default="", help="claim this conversation, not the next one")
    parser.add_argument("--once", action="store_true", help="stop after one conversation")
    sys.stdout.reconfigure(line_buffering=True)
    bot = Bot(parser.parse_args())
    signal.signal(signal.SIGINT, bot.stop)
    return bot.run()


if __name__ == "__main__":
    sys.exit(main())
