import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { ConversationFilterSchema } from "gen/guichet/v1/inbox_pb";
import { BulkAssignResultSchema } from "gen/guichet/v1/routing_pb";
import { ConversationSchema, ConversationState } from "gen/guichet/v1/types_pb";
import { collect } from "@/reassign/collect";
import { batches, spread, wakes, wayBack, whence, type Batch, type Place } from "@/reassign/plan";
import { again, reasons, run } from "@/reassign/run";
import { between } from "@/reassign/use_picks";

const place = (id: string, more: Partial<Place> = {}): Place => ({ id, name: id, state: ConversationState.WAITING, owner: "", team: "care", preferred: "", ...more });
const owned = (id: string, owner: string) => place(id, { owner, state: ConversationState.OWNED });
const target = { agent: "ann", team: "", over: false };
const done = (batch: Batch) => batch.ids.map((conversation) => create(BulkAssignResultSchema, { conversation, version: 7n }));
const never = () => false;
const quiet = () => undefined;

describe("planning", () => {
    it("tells from where, the most first, and what is woken", () => {
        const places = [place("a"), owned("b", "bob"), place("c"), place("d", { state: ConversationState.SNOOZED, owner: "" })];
        expect(whence(places)).toEqual([{ kind: "team", id: "care", count: 3 }, { kind: "owner", id: "bob", count: 1 }]);
        expect(wakes(places)).toBe(1);
    });

    it("spreads to whoever has least, never beyond capacity, and leaves alone what they own", () => {
        const hands = [{ id: "ann", load: 2, capacity: 4 }, { id: "bob", load: 0, capacity: 3 }];
        const places = [...["1", "2", "3", "4", "5", "6"].map((id) => place(id)), owned("own", "bob")];
        const shares = spread(places, hands, false);
        expect([shares.given.get("ann")?.length, shares.given.get("bob")?.length, shares.left]).toEqual([2, 3, ["6"]]);
        const over = spread(places, hands, true);
        expect([...over.given.values()].flat()).toHaveLength(6);
        expect(over.left).toEqual([]);
    });

    it("cuts into calls of 500", () => {
        expect(batches(target, Array.from({ length: 1001 }, (_, i) => `${i}`)).map((batch) => batch.ids.length)).toEqual([500, 500, 1]);
        expect(batches(target, [])).toEqual([]);
    });

    it("puts back to owner or queue, but not what has changed, nor what was put aside", () => {
        const back = wayBack([place("a"), owned("b", "bob"), owned("c", "bob"), place("d", { state: ConversationState.SNOOZED }), place("e")], new Set(["e"]));
        expect(back.batches).toEqual([{ agent: "", team: "care", over: true, ids: ["a"] }, { agent: "bob", team: "care", over: true, ids: ["b", "c"] }]);
        expect(back).toMatchObject({ changed: ["e"], aside: ["d"] });
    });
});

describe("carrying out", () => {
    it("keeps a result for each, and tries again only what is left", async () => {
        const plan = batches(target, ["a", "b", "c"], 2);
        const progress = await run(plan, async (batch) => batch.ids.map((conversation) => create(BulkAssignResultSchema,
            conversation === "b" ? { conversation, code: Code.ResourceExhausted, detail: { reason: "over_capacity" } } : { conversation, version: 3n })), quiet, never);
        expect(progress.moved.map((one) => one.id)).toEqual(["a", "c"]);
        expect(reasons(progress.refused).map(({ key, count }) => [key, count])).toEqual([["over_capacity", 1]]);
        expect(again(progress, plan).map((batch) => batch.ids)).toEqual([["b"]]);
    });

    it("asks again under the same name when no answer came", async () => {
        const names: string[] = [];
        const progress = await run(batches(target, ["a"]), async (batch, name) => {
            names.push(name);
            if (names.length < 3) throw new ConnectError("away", Code.DeadlineExceeded);
            return done(batch);
        }, quiet, never);
        expect(progress.moved).toHaveLength(1);
        expect(names).toHaveLength(3);
        expect(new Set(names).size).toBe(1);
    });

    it("tells a refused call for each of its conversations, and goes on", async () => {
        const progress = await run(batches(target, ["a", "b", "c"], 2), async (batch) => {
            if (batch.ids.includes("a")) throw new ConnectError("no such agent", Code.NotFound);
            return done(batch);
        }, quiet, never);
        expect(progress.refused.map((one) => one.id)).toEqual(["a", "b"]);
        expect(progress.moved.map((one) => one.id)).toEqual(["c"]);
    });

    it("stops between two calls", async () => {
        let calls = 0;
        const progress = await run(batches(target, ["a", "b", "c"], 1), async (batch) => { ++calls; return done(batch); }, quiet, () => calls >= 1);
        expect(progress.moved.map((one) => one.id)).toEqual(["a"]);
        expect(progress.skipped).toEqual(["b", "c"]);
    });
});

describe("reading the whole list", () => {
    const pages = (sizes: number[]) => async ({ cursor }: { cursor: string }) => {
        const page = Number(cursor || "0");
        const conversations = Array.from({ length: sizes[page] ?? 0 }, (_, i) => create(ConversationSchema, { id: `${page}-${i}`, state: ConversationState.WAITING }));
        return { conversations, nextCursor: page + 1 < sizes.length ? String(page + 1) : "" };
    };
    const filter = create(ConversationFilterSchema);
    it("goes on over short and empty pages to the end", async () => {
        const found = await collect(pages([2, 0, 3]), filter, quiet, never);
        expect(found.places).toHaveLength(5);
        expect(found.more).toBe(false);
    });
    it("ends at its limit and says so", async () => {
        const found = await collect(pages([2, 2, 2]), filter, quiet, never, 3);
        expect(found.places).toHaveLength(3);
        expect(found.more).toBe(true);
    });
});

it("a range is from one to the other, in either direction", () => {
    const rows = ["a", "b", "c", "d"].map((id) => ({ id }));
    expect(between(rows, "c", "a")).toEqual(["a", "b", "c"]);
    expect(between(rows, "gone", "b")).toEqual(["b"]);
});
