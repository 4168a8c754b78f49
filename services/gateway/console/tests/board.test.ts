import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { RateMinuteSchema } from "gen/guichet/v1/desk_pb";
import { AgentStatsSchema, QueueStatsSchema } from "gen/guichet/v1/inbox_pb";
import { Presence, Visibility } from "gen/guichet/v1/types_pb";
import { agentsInOrder, queryOfQueue, queuesInOrder } from "@/board/board";
import { choiceOf, requestOf } from "@/audit/audit";
import { queryOf, riskOf, risks } from "@/at_risk/risks";
import { listOf, MINUTES, series } from "@/board/rates";

const NOW = 100 * 60_000;

describe("a sum of the last hour", () => {
    it("opens its list: of the audit, from the first minute that it counts", () => {
        const now = new Date(2026, 2, 4, 0, 5, 59).getTime();
        expect(listOf("received", now)).toEqual({ name: "audit", query: { about: "received", from: "2026-03-03T23:06" } });
        expect(requestOf(choiceOf(listOf("sent", now).query))).toMatchObject({ kinds: ["delivery.sent"], from: timestampFromMs(new Date(2026, 2, 3, 23, 6).getTime()) });
        // A customer's first message opens his conversation.
        expect(requestOf(choiceOf(listOf("received", now).query)).kinds).toEqual(["conversation.created", "message.received"]);
        expect(requestOf(choiceOf(listOf("resolved", now).query)).kinds).toEqual(["conversation.resolved"]);
        // The bars and the list begin with the same minute.
        const first = new Date(2026, 2, 3, 23, 6).getTime();
        const minute = (at: number) => create(RateMinuteSchema, { at: timestampFromMs(at), sent: 1n });
        expect(series([minute(first - 1), minute(first)], "sent", now).reduce((sum, value) => sum + value)).toBe(1);
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
        const list = agentsInOrder([agent("gone", Presence.OFFLINE, 9), agent("calm", Presence.ONLINE, 1), agent("full", Presence.ONLINE, 10), agent("away", Presence.AWAY, 3)], () => 0);
        expect(list.map((one) => one.agent)).toEqual(["full", "calm", "away", "gone"]);
    });
});

describe("what runs out of time", () => {
    it("is asked for by the word in the address, and by no other", () => {
        for (const kind of Object.keys(risks) as (keyof typeof risks)[]) expect(riskOf(queryOf(kind).risk), kind).toBe(kind);
        expect(new Set(Object.values(risks)).size).toBe(4);
        for (const word of [undefined, "", "toString", ["late"], "tomorrow"]) expect(riskOf(word)).toBe("deadline");
    });
});

describe("the last hour", () => {
    it("is a number for each minute, nothing where nothing was kept, and nothing older", () => {
        const minute = (at: number, received: bigint) => create(RateMinuteSchema, { at: timestampFromMs(at), received });
        const received = series([minute(NOW - MINUTES * 60_000, 9n), minute(NOW - 60_000, 2n), minute(NOW, 5n)], "received", NOW + 59_999);
        expect(received).toHaveLength(MINUTES);
        expect(received.slice(-3)).toEqual([0, 2, 5]);
        expect(received.reduce((sum, value) => sum + value, 0)).toBe(7);
    });
});
