"""What both layouts share: settings that make recovery quick, a channel, agents, load that makes progress."""

import time

from load import Load
from standin import StandIn
from suite import check, wait_for
from web import Api, Refused

SECRET = "the secret of the shop"
CHANNEL = "shop"
SETTINGS = ["channels.allow_private=true", "redis.partitions=4", "gateway.api_rate=100000",
            "gateway.api_burst=100000", "streams.block=200ms", "streams.min_idle=1s", "streams.partition_lease=1s",
            "reply.retry_base=50ms", "reply.retry_max=500ms", "reply.retry_attempts=100", "reply.unconfirmed_wait=1s",
            "reply.send_deadline=2s", "redis.call_timeout=2s", "redis.connect_timeout=1s", "streams.delivery_limit=100"]


def furnish(api_address, token, ingest_address=None):
    """(load, shop, admin's token), ready to start."""
    shop = StandIn(SECRET)
    api = Api(api_address, token)
    api.write("AdminService/ConnectChannel", channel={
        "id": CHANNEL, "name": "Shop", "kind": "CHANNEL_KIND_CUSTOM", "secrets": {"secret": SECRET},
        "settings": {"webhook_url": shop.url, "allow_private": "true"}})
    lasting = api.write("AdminService/CreateToken", name="the test's own", agent="admin")["secret"]
    agents = {name: api.agent_token(name) for name in ("ada", "ben", "cleo")}
    for token in agents.values():
        # Processes read documents anew every few seconds: from then on all of them know the agent and the channel.
        agent = Api(api_address, token)
        wait_for(lambda agent=agent: agent.write("RoutingService/Renew") is not None, "routing knows the agent")
        wait_for(lambda agent=agent: knows(agent), "reply knows the agent")
    return Load(ingest_address or api_address, api_address, CHANNEL, SECRET, agents), shop, lasting


def knows(agent):
    """Reply tells who is unknown (401) from what is (404)."""
    try:
        agent.write("ReplyService/AddNote", conversation="nowhere", text="x")
    except Refused as refused:
        return refused.status == 404
    return False


def progress(load, messages=15, answers=3, seconds=20):
    """Waits until that many more were acknowledged and answered: what was killed is working again."""
    accepted, sent = len(load.accepted) + messages, len(load.sent) + answers
    started = time.monotonic()

    def more():
        check(not load.problems, f"{load.problems[:5]}")
        return len(load.accepted) >= accepted and len(load.sent) >= sent

    wait_for(more, "new messages are acknowledged and answered", seconds)
    return time.monotonic() - started


def under_load(load, kill):
    progress(load)
    kill()
    progress(load)
    check(not load.problems, f"{load.problems[:5]}")
