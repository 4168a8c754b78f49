import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { EventSchema, type Event } from "gen/guichet/v1/events_pb";
import { AgentStatsSchema, QueueStatsSchema } from "gen/guichet/v1/inbox_pb";
import { ConversationSchema, Presence, Visibility } from "gen/guichet/v1/types_pb";
import { agentsInOrder, queryOfQueue, queuesInOrder, riskOf } from "@/board/board";
import { add, emptyTally, MINUTES, series } from "@/board/tally";

const NOW = 100 * 60_000;
const event = (type: string, at: number, more: Partial<Event> = {}) => create(EventSchema, { type, at: timestampFromMs(at), conversation: "c", ...more as object });
const row = (due: number) => create(ConversationSchema, { id: `c${due}`, dueAt: timestampFromMs(due) });

describe("deadlines at risk", () => {
    it("are counted from the head of the queue", () => {
        expect(riskOf([row(NOW - 1), row(NOW), row(NOW + 600_000), row(NOW + 600_001)], false, NOW)).toEqual({ late: 2, soon: 1, more: false });
    });
    it("are more than was read only when all that was read is at risk", () => {
        expect(riskOf([row(NOW - 1)], false, NOW).more).toBe(true);
        expect(riskOf([row(NOW - 1)], true, NOW).more).toBe(false);
        expect(riskOf([], true, NOW)).toEqual({ late: 0, soon: 0, more: false });
    });
});

describe("the board", () => {
    it("puts the queue first whose deadline comes first, and links to its list", () => {
        const queue = (team: string, waiting: bigint, due: number) => create(QueueStatsSchema, { team, language: "fr", channel: "shop", waiting, oldestDueAt: timestampFromMs(due),
            visibility: Visibility.PUBLIC });
        const list = queuesInOrder([queue("b", 5n, 20), queue("none", 0n, 1), queue("a", 1n, 10)]);
        expect(list.map((one) => one.team)).toEqual(["a", "b"]);
        expect(queryOfQueue(list[0] ?? queue("", 0n, 0))).toEqual({ team: "a", language: "fr", channel: "shop", visibility: "public" });
        expect(queryOfQueue(create(QueueStatsSchema, { team: "a" }))).toEqual({ team: "a" });
    });

    it("puts those who are there first, the fullest of them first", () => {
        const agent = (id: string, presence: Presence, load: number) => create(AgentStatsSchema, { agent: id, presence, load, capacity: 10 });
        const list = agentsInOrder([agent("gone", Presence.OFFLINE, 9), agent("calm", Presence.ONLINE, 1), agent("full", Presence.ONLINE, 10), agent("away", Presence.AWAY, 3)]);
        expect(list.map((one) => one.agent)).toEqual(["full", "calm", "away", "gone"]);
    });
});

describe("counting the live log", () => {
    it("counts by minute, knows nothing of before it began, and forgets what is older than an hour", () => {
        let tally = add(emptyTally(NOW), [event("conversation.created", NOW), event("message.received", NOW + 60_000), event("delivery.sent", NOW + 60_000)]);
        const received = series(tally, "received", NOW + 60_000);
        expect(received).toHaveLength(MINUTES);
        expect(received.slice(-3)).toEqual([undefined, 1, 1]);
        expect(series(tally, "sent", NOW + 120_000).slice(-3)).toEqual([0, 1, 0]);
        tally = add(tally, [event("conversation.resolved", NOW + MINUTES * 60_000)]);
        expect(tally.minutes.has(NOW / 60_000)).toBe(false);
        expect(tally.minutes.size).toBe(2);
    });

    it("names a trouble until it is settled", () => {
        const failed = event("delivery.failed", NOW, { delivery: "d", detail: "blocked" });
        let tally = add(emptyTally(NOW), [event("delivery.unconfirmed", NOW, { delivery: "d" }), failed, event("delivery.failed", NOW, { delivery: "e" })]);
        expect(tally.troubles.map((one) => one.delivery + one.type)).toEqual(["edelivery.failed", "ddelivery.failed"]);
        tally = add(tally, [event("delivery.queued", NOW, { delivery: "d" })]);
        expect(tally.troubles.map((one) => one.delivery)).toEqual(["e"]);
    });

    it("remembers what each did himself, not what happened to his work", () => {
        const tally = add(emptyTally(NOW), [event("conversation.claimed", NOW, { actor: "ann" }), event("delivery.sent", NOW + 5, { actor: "ann" }), event("message.received", NOW)]);
        expect(tally.doings.get("ann")).toEqual({ type: "conversation.claimed", conversation: "c", at: NOW });
        expect(tally.doings.size).toBe(1);
    });
});
