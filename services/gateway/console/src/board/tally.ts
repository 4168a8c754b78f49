// What happened since somebody began to look, minute by minute: the contract keeps no rates, so this page counts the live log
// itself and says since when. Pure, but for `tallyOf`.
import { ref, type Ref } from "vue";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Event } from "gen/guichet/v1/events_pb";
import type { Desk } from "@/app/desk";

export const MINUTES = 60;
const MINUTE_MS = 60_000;
// As many troubles are named as somebody can go through; the number counts all.
const MOST_TROUBLES = 50;

export const rates = ["received", "sent", "resolved"] as const;
export type Rate = (typeof rates)[number];

const counts: Record<string, Rate> = {
    "message.received": "received", "conversation.created": "received", "delivery.sent": "sent", "conversation.resolved": "resolved",
};
const troubling = new Set(["delivery.failed", "delivery.unconfirmed"]);
// Makes a trouble of before go away: it was sent after all, put into the queue again, or given up.
const settling = new Set(["delivery.sent", "delivery.queued", "delivery.cancelled"]);

export interface Trouble {
    delivery: string;
    conversation: string;
    type: string;
    detail: string;
    at: number;
}

export interface Doing {
    type: string;
    conversation: string;
    at: number;
}

export interface Tally {
    // When counting began, by the server's clock.
    since: number;
    // Counts of the minute that ends at (minute + 1) * 60 s.
    minutes: ReadonlyMap<number, Record<Rate, number>>;
    // The newest first.
    troubles: readonly Trouble[];
    // The last thing that each actor did.
    doings: ReadonlyMap<string, Doing>;
}

export function emptyTally(since: number): Tally {
    return { since, minutes: new Map(), troubles: [], doings: new Map() };
}

// An actor's event that says nothing about work of his own: others, or clocks, caused it.
const notHis = new Set(["delivery.sending", "delivery.sent", "delivery.retry", "delivery.unconfirmed", "delivery.failed", "conversation.returned",
    "conversation.pending"]);

export function add(tally: Tally, events: readonly Event[]): Tally {
    const minutes = new Map(tally.minutes);
    const doings = new Map(tally.doings);
    let troubles = tally.troubles;
    for (const event of events) {
        const at = event.at ? timestampMs(event.at) : tally.since;
        const minute = Math.floor(at / MINUTE_MS);
        const rate = counts[event.type];
        if (rate) {
            const before = minutes.get(minute) ?? { received: 0, sent: 0, resolved: 0 };
            minutes.set(minute, { ...before, [rate]: before[rate] + 1 });
        }
        if (event.actor && !notHis.has(event.type)) doings.set(event.actor, { type: event.type, conversation: event.conversation, at });
        if (troubling.has(event.type)) {
            const fresh = { delivery: event.delivery, conversation: event.conversation, type: event.type, detail: event.detail, at };
            troubles = [fresh, ...troubles.filter((one) => one.delivery !== event.delivery)].slice(0, MOST_TROUBLES);
        } else if (settling.has(event.type)) {
            troubles = troubles.filter((one) => one.delivery !== event.delivery);
        }
    }
    const newest = Math.max(0, ...minutes.keys());
    for (const minute of minutes.keys()) if (minute <= newest - MINUTES) minutes.delete(minute);
    return { since: tally.since, minutes, troubles, doings };
}

// One number a minute, the oldest first, for the 60 minutes up to now; undefined: before counting began.
export function series(tally: Tally, rate: Rate, now: number): (number | undefined)[] {
    const last = Math.floor(now / MINUTE_MS);
    const first = Math.floor(tally.since / MINUTE_MS);
    return Array.from({ length: MINUTES }, (_, index) => {
        const minute = last - MINUTES + 1 + index;
        return minute < first ? undefined : tally.minutes.get(minute)?.[rate] ?? 0;
    });
}

const tallies = new WeakMap<Desk, Ref<Tally>>();

// From the first look on, for as long as the console is open.
export function tallyOf(desk: Desk): Ref<Tally> {
    const known = tallies.get(desk);
    if (known) return known;
    const fresh = ref(emptyTally(desk.clock.now.value)) as Ref<Tally>;
    desk.listenAlways({ onEvents: (events) => { fresh.value = add(fresh.value, events); } });
    tallies.set(desk, fresh);
    return fresh;
}
