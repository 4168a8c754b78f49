import { create } from "@bufbuild/protobuf";
import { ref } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AgentStatsSchema, ListConversationsResponseSchema, StatsResponseSchema } from "gen/guichet/v1/inbox_pb";
import { ConversationSchema } from "gen/guichet/v1/types_pb";
import type { Desk, Listener } from "@/app/desk";
import { loadOf, provideWork } from "@/app/work";
import { withLoad } from "@/board/board";
import { mounted } from "./mounted";

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

function deskOf(owned: () => number, nextCursor = "") {
    const listeners: Listener[] = [];
    const standing = ref({ presence: 1, load: 3, capacity: 5 });
    const desk = {
        me: { id: "bob" }, standing, listenAlways: (listener: Listener) => listeners.push(listener),
        clients: { inbox: {
            listConversations: () => Promise.resolve(create(ListConversationsResponseSchema, { nextCursor,
                conversations: Array.from({ length: owned() }, (_, at) => create(ConversationSchema, { id: `c${at}`, owner: "bob" })) })),
            stats: () => Promise.resolve(create(StatsResponseSchema, { queues: [{ waiting: 4n }, { waiting: 2n }] })),
        } },
    } as unknown as Desk;
    return { desk, standing, happens: (event: object) => listeners.forEach((listener) => listener.onEvents?.([event as never])) };
}

describe("how many somebody owns", () => {
    it("is the standing's number until the list is read, then the list's, at once after each event of his", async () => {
        let owned = 2;
        const { desk, standing, happens } = deskOf(() => owned);
        const { value: work } = mounted(() => provideWork(desk, {} as never));
        expect(work.load.value).toBe(3);
        await vi.advanceTimersByTimeAsync(1000);
        expect([work.load.value, work.waiting.value]).toEqual([2, 6]);
        owned = 1;
        happens({ conversation: "c1", owner: "", actor: "bob" });
        await vi.advanceTimersByTimeAsync(1000);
        expect(work.load.value).toBe(1);
        // What the last sign of life said is older.
        expect(standing.value.load).toBe(3);
    });

    it("beyond the list's first page is the standing's to tell", async () => {
        const { desk, standing } = deskOf(() => 100, "further");
        const { value: work } = mounted(() => provideWork(desk, {} as never));
        await vi.advanceTimersByTimeAsync(1000);
        expect(work.load.value).toBe(100);
        standing.value = { ...standing.value, load: 130 };
        expect(work.load.value).toBe(130);
        expect(loadOf(100, false, 130)).toBe(100);
    });

    it("is the same on the board", () => {
        const agents = [create(AgentStatsSchema, { agent: "bob", load: 3, capacity: 5 }), create(AgentStatsSchema, { agent: "eve", load: 4 })];
        expect(withLoad(agents, "bob", 2).map(({ agent, load }) => [agent, load])).toEqual([["bob", 2], ["eve", 4]]);
    });
});
