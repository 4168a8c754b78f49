import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { heard, parted } from "@/live/attention";
import { makeBackoff } from "@/live/backoff";
import { ServerClock } from "@/live/server_clock";
import { SILENCE_MS, Watch, type LiveState, type SocketLike } from "@/live/watch";
import { Attention } from "gen/guichet/v1/desk_pb";
import { EventSchema, type Event } from "gen/guichet/v1/events_pb";

class FakeSocket implements SocketLike {
    onopen: (() => void) | null = null;
    onmessage: ((message: { data: unknown }) => void) | null = null;
    onclose: ((end: { code: number }) => void) | null = null;
    sent: string[] = [];
    closed = false;
    send(text: string) { this.sent.push(text); }
    close() { this.closed = true; }
    says(response: object) { this.onmessage?.({ data: JSON.stringify(response) }); }
}

function stage() {
    const sockets: FakeSocket[] = [];
    const timers: { work: () => void; milliseconds: number }[] = [];
    const seen = { events: [] as Event[], resyncs: 0, states: [] as LiveState[], signedOut: 0 };
    const watch = new Watch({
        open: () => { const socket = new FakeSocket(); sockets.push(socket); return socket; },
        onEvents: (events) => seen.events.push(...events),
        onResync: () => { ++seen.resyncs; },
        onState: (state) => seen.states.push(state),
        onSignedOut: () => { ++seen.signedOut; },
        backoff: makeBackoff(100, 1000, () => 0.5),
        setTimer: (work, milliseconds) => { const timer = { work, milliseconds }; timers.push(timer); return timer; },
        clearTimer: (timer) => { const at = timers.indexOf(timer as never); if (at >= 0) timers.splice(at, 1); },
    });
    const last = () => sockets.at(-1) as FakeSocket;
    return { watch, sockets, timers, seen, last };
}

describe("Watch", () => {
    it("begins from now, reads the lists once, and resumes after the last cursor without reading them again", () => {
        const { watch, sockets, timers, seen, last } = stage();
        watch.start();
        last().onopen?.();
        expect(JSON.parse(last().sent[0] as string)).toEqual({});
        last().says({ cursor: "c1" });
        expect(seen.resyncs).toBe(1);
        last().says({ cursor: "c2", events: [{ type: "message.received", conversation: "x" }] });
        last().onclose?.({ code: 1006 });
        expect(seen.states).toEqual(["connecting", "live", "lost"]);
        timers.at(-1)?.work();
        expect(sockets).toHaveLength(2);
        last().onopen?.();
        expect(JSON.parse(last().sent[0] as string)).toEqual({ cursor: "c2" });
        last().says({ cursor: "c3", events: [{ type: "delivery.sent" }] });
        expect(seen.resyncs).toBe(1);
        expect(seen.events.map((event) => event.type)).toEqual(["message.received", "delivery.sent"]);
        expect(seen.states.at(-1)).toBe("live");
    });

    it("reads the lists anew when the server says that events are gone, and forgets a cursor that it refuses", () => {
        const { watch, timers, seen, last } = stage();
        watch.start();
        last().says({ cursor: "c1" });
        last().says({ cursor: "c9", resync: true });
        expect(seen.resyncs).toBe(2);
        last().onclose?.({ code: 4400 });
        timers.at(-1)?.work();
        last().onopen?.();
        expect(JSON.parse(last().sent[0] as string)).toEqual({});
    });

    it("takes a silent connection for dead, waits longer each time, and hurries when told", () => {
        const { watch, sockets, timers, seen, last } = stage();
        watch.start();
        last().says({ cursor: "c1" });
        expect(timers.map((timer) => timer.milliseconds)).toEqual([SILENCE_MS]);
        timers[0]?.work();
        expect(sockets[0]?.closed).toBe(true);
        expect(seen.states.at(-1)).toBe("lost");
        const waits: number[] = [];
        for (let i = 0; i < 3; ++i) {
            const retry = timers.pop();
            waits.push(retry?.milliseconds ?? 0);
            retry?.work();
            last().onclose?.({ code: 1006 });
        }
        expect(waits).toEqual([100, 200, 400]);
        const before = sockets.length;
        watch.hurry();
        watch.hurry();
        expect(sockets).toHaveLength(before + 1);
    });

    it("leaves for the sign-in page when the session is over, and stays stopped", () => {
        const { watch, sockets, timers, seen, last } = stage();
        watch.start();
        last().onclose?.({ code: 4401 });
        expect(seen.signedOut).toBe(1);
        expect(timers).toHaveLength(0);
        watch.stop();
        watch.hurry();
        expect(sockets).toHaveLength(1);
    });
});

describe("ServerClock", () => {
    it("keeps the offset of the quickest answer", () => {
        let local = 1000;
        const clock = new ServerClock(() => local);
        clock.learn(5100, 1000, 1200);
        expect(clock.time()).toBe(5000);
        clock.learn(9999, 1000, 3000);
        local = 2000;
        clock.tick();
        expect(clock.now.value).toBe(6000);
    });
});

describe("backoff", () => {
    it("never exceeds its most and never waits less than half", () => {
        const high = makeBackoff(100, 1000, () => 0.999);
        for (let i = 0; i < 10; ++i) expect(high.next()).toBeLessThanOrEqual(1000);
        const low = makeBackoff(100, 1000, () => 0);
        expect(low.next()).toBe(50);
        low.next();
        low.reset();
        expect(low.next()).toBe(50);
    });
});

describe("who looks or writes", () => {
    const told = (actor: string, detail: string, conversation = "c1") => create(EventSchema, { type: "conversation.attended", conversation, actor, detail });

    it("is told apart from what happened", () => {
        const happened = create(EventSchema, { type: "message.received", conversation: "c1" });
        const attention = told("bob", "looking");
        expect(parted([attention, happened])).toEqual([[attention], [happened]]);
    });

    it("is known from the events, of others and of this conversation only", () => {
        const there = heard([], [told("bob", "looking"), told("eve", "writing"), told("me", "writing"), told("dan", "looking", "c2")], "c1", "me");
        expect(there.map(({ agent, attention }) => [agent, attention])).toEqual([["bob", Attention.LOOKING], ["eve", Attention.WRITING]]);
        const later = heard(there, [told("bob", "writing"), told("eve", "gone")], "c1", "me");
        expect(later.map(({ agent, attention }) => [agent, attention])).toEqual([["bob", Attention.WRITING]]);
        expect(heard(later, [told("dan", "looking", "c2")], "c1", "me")).toBe(later);
    });
});
