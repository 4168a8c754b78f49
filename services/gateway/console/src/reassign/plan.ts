// Who gets what when many conversations are reassigned, and what can be put back. Pure.
import { ConversationState, type Conversation } from "gen/guichet/v1/types_pb";

// As many as one call takes (RoutingService.BulkAssign).
export const BATCH = 500;
// As many as one reassignment moves; more are moved by doing it again.
export const MOST = 20_000;

// Where a conversation was before, as far as it is needed to put it back.
export interface Place {
    id: string;
    name: string;
    state: ConversationState;
    owner: string;
    team: string;
    preferred: string;
}

export function placeOf(conversation: Conversation): Place {
    return { id: conversation.id, name: conversation.contactName, state: conversation.state, owner: conversation.owner, team: conversation.team,
        preferred: conversation.preferredOwner };
}

// What the list shows but nobody can move.
export function canMove(place: Place): boolean {
    return place.state !== ConversationState.RESOLVED;
}

export interface Whence {
    kind: "owner" | "team";
    id: string;
    count: number;
}

// From whom and from which queues, the most first.
export function whence(places: readonly Place[]): Whence[] {
    const found = new Map<string, Whence>();
    for (const place of places) {
        const kind = place.owner ? "owner" : "team";
        const id = place.owner || place.team;
        const one = found.get(`${kind} ${id}`) ?? { kind, id, count: 0 };
        found.set(`${kind} ${id}`, { ...one, count: one.count + 1 });
    }
    return [...found.values()].sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}

// Those that are put aside, or wait for the customer: given to somebody, they are open again.
export function wakes(places: readonly Place[]): number {
    return places.filter((place) => isAside(place)).length;
}

function isAside(place: Place): boolean {
    return place.state === ConversationState.SNOOZED || place.state === ConversationState.PENDING_CUSTOMER;
}

export interface Hand {
    id: string;
    load: number;
    capacity: number;
}

export interface Spread {
    given: Map<string, string[]>;
    // Nobody has room for them.
    left: string[];
}

// One after the other to whoever then has the least; nobody beyond his capacity unless `over`. What somebody owns already counts
// in his load and stays with him.
export function spread(places: readonly Place[], hands: readonly Hand[], over: boolean): Spread {
    const loads = new Map(hands.map((hand) => [hand.id, hand.load]));
    const given = new Map<string, string[]>();
    const left: string[] = [];
    for (const place of places) {
        if (loads.has(place.owner)) continue;
        let best: Hand | undefined;
        for (const hand of hands) {
            const load = loads.get(hand.id) ?? 0;
            if (!over && load >= hand.capacity) continue;
            if (!best || load < (loads.get(best.id) ?? 0)) best = hand;
        }
        if (!best) {
            left.push(place.id);
            continue;
        }
        loads.set(best.id, (loads.get(best.id) ?? 0) + 1);
        given.set(best.id, [...(given.get(best.id) ?? []), place.id]);
    }
    return { given, left };
}

export interface Batch {
    agent: string;
    team: string;
    over: boolean;
    ids: string[];
}

export function batches(target: { agent: string; team: string; over: boolean }, ids: readonly string[], size = BATCH): Batch[] {
    const cut: Batch[] = [];
    for (let at = 0; at < ids.length; at += size) cut.push({ ...target, ids: ids.slice(at, at + size) });
    return cut;
}

export interface Back {
    batches: Batch[];
    // Changed since by somebody or something else: left alone.
    changed: string[];
    // Were snoozed or waited for the customer: there is no way back to that.
    aside: string[];
}

// Puts back what was moved: to who owned it, else into its team's queue, reserved for nobody.
export function wayBack(moved: readonly Place[], changed: ReadonlySet<string>, size = BATCH): Back {
    const back: Back = { batches: [], changed: [], aside: [] };
    const groups = new Map<string, string[]>();
    for (const place of moved) {
        if (changed.has(place.id)) back.changed.push(place.id);
        else if (isAside(place)) back.aside.push(place.id);
        else groups.set(`${place.owner}\n${place.team}`, [...(groups.get(`${place.owner}\n${place.team}`) ?? []), place.id]);
    }
    for (const [key, ids] of groups) {
        const [agent = "", team = ""] = key.split("\n");
        back.batches.push(...batches({ agent, team, over: true }, ids, size));
    }
    return back;
}
