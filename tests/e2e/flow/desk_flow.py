"""Supervisors, exit codes of the command line, health, the end and the second start."""

import os
import urllib.request

from form_flow import ANSWER
from suite import check, equal, wait_for
from web import Api, Refused, exchange


def admin(server):
    return Api(server.address, server.token())


def a_supervisor_reassigns(server):
    api = admin(server)
    claire, david = Api(server.address, api.agent_token("claire")), api.agent_token("david")
    conversation = api.conversations()[0]["id"]
    answer = api.write("RoutingService/BulkAssign", conversations=[conversation, "nowhere"],
                       target={"agent": "claire"}, reason="absence")
    by_id = {result["conversation"]: result for result in answer["results"]}
    equal(by_id[conversation].get("code", 0), 0, "the one that exists")
    check(by_id["nowhere"].get("code", 0) != 0, "one that does not exist was assigned")
    equal(claire.conversation(conversation)["conversation"]["owner"], "claire", "owner")
    stale = claire.conversation(conversation)["conversation"]["epoch"]
    server.cli("assign", conversation, "--agent", "david", "--reason", "languages")
    try:
        claire.write("ReplyService/Send", conversation=conversation, epoch=stale, inboundSeq="9", text="Too late")
        check(False, "the former owner may still answer")
    except Refused as refused:
        check("owner" in refused.body or "epoch" in refused.body, refused.body)
    equal(Api(server.address, david).conversation(conversation)["conversation"]["owner"], "david", "owner")
    server.cli("assign", conversation)
    equal(api.conversation(conversation)["conversation"].get("owner", ""), "", "back in the queue")


def an_agent_may_not_reassign(server):
    api = admin(server)
    agent = Api(server.address, api.agent_token("emil"))
    try:
        agent.write("RoutingService/BulkAssign", conversations=[api.conversations()[0]["id"]], target={"agent": "emil"})
        check(False, "an agent reassigned")
    except Refused as refused:
        equal(refused.status, 403, refused.body)


def a_foreign_channel_stays_hidden(server):
    api = admin(server)
    agency = Api(server.address, api.agent_token("agency", channels=["elsewhere"]))
    equal(agency.conversations(), [], "conversations that an agency sees without a grant")
    try:
        agency.conversation(api.conversations()[0]["id"])
        check(False, "it read one")
    except Refused as refused:
        check(refused.status in (403, 404), refused.body)


def exit_codes(server):
    while server.cli("queue", "--json").get("conversations"):
        server.cli("next")
    server.cli("next", code=4)
    server.cli("show", "nowhere", code=1)
    server.cli("show", code=2)
    server.cli("stats", "--server", "127.0.0.1:1", code=3, env={"GUICHET_TOKEN": "gt_x"})
    server.cli("stats", code=5, env={"GUICHET_TOKEN": "gt_" + "x" * 43})
    stats = server.cli("stats", "--json")
    check(int(stats["states"].get("owned", 0)) >= 1, f"stats: {stats}")
    channels = server.cli("channels", "--json")["channels"]
    check(channels and all(one["health"] == "ok" for one in channels), f"channels: {channels}")


def outsiders_are_refused(server):
    for token in ("", "gt_" + "x" * 43):
        try:
            Api(server.address, token).call("InboxService/ListConversations")
            check(False, "a list without a right")
        except Refused as refused:
            equal(refused.status, 401, refused.body)
    mode = os.stat(server.data / "cli.token").st_mode & 0o777
    equal(mode, 0o600, "mode of cli.token")


def health(server):
    for path in ("/healthz", "/readyz"):
        equal(exchange(urllib.request.Request(server.address + path))[0], 200, path)


def stops_cleanly(server):
    redis = server.redis_pid()
    check(redis, "no embedded Redis found")
    equal(server.stop(), 0, "exit code after SIGINT")
    check(server.redis_pid() is None, "a redis-server is left behind")


def starts_again(server, before):
    server.allow("ingest.text_limit=16KiB")
    server.start()
    after = {c["id"]: (c["state"], c["messageCount"]) for c in admin(server).conversations()}
    equal(after, before, "conversations after the second start")
    messages = admin(server).conversation(server.answered.conversation)["messages"]
    check(ANSWER in [m.get("text") for m in messages], f"the answer is gone: {messages}")


def is_refused_twice(server):
    """Two servers must never share one data directory."""
    from server import Server
    second = Server(server.data)
    try:
        second.start()
        check(False, "a second server started on the same data")
    except SystemExit:
        check(second.process.returncode != 0, "it ended with 0")
    equal(exchange(urllib.request.Request(server.address + "/readyz"))[0], 200, "the first one")


def run(suite, server):
    suite.run("a supervisor reassigns; the former owner can no longer answer", a_supervisor_reassigns, server)
    suite.run("an agent may not reassign", an_agent_may_not_reassign, server)
    suite.run("who was granted another channel sees nothing", a_foreign_channel_stays_hidden, server)
    suite.run("exit codes of the command line", exit_codes, server)
    suite.run("without a credential nothing is told", outsiders_are_refused, server)
    suite.run("healthz and readyz", health, server)


def run_restart(suite, server):
    wait_for(lambda: not admin(server).conversations(states=["CONVERSATION_STATE_NEW"]), "everything is triaged")
    before = {c["id"]: (c["state"], c["messageCount"]) for c in admin(server).conversations()}
    suite.run("a second server on the same data is refused", is_refused_twice, server)
    suite.run("SIGINT: exit code 0, no redis-server left", stops_cleanly, server)
    suite.run("a second start has everything", starts_again, server, before)
