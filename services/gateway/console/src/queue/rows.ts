// The rows of a list that is read page by page while it changes. Pure: pages and removals in, rows out.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Conversation } from "gen/guichet/v1/types_pb";

export interface Rows {
    rows: readonly Conversation[];
    // Where the next page begins; "" when these are all.
    cursor: string;
}

export const noRows: Rows = { rows: [], cursor: "" };

export type Order = "due" | "updated" | "given";

function before(order: Order, a: Conversation, b: Conversation): boolean {
    if (order === "due") {
        const [x, y] = [a.dueAt ? timestampMs(a.dueAt) : 0, b.dueAt ? timestampMs(b.dueAt) : 0];
        return x < y || (x === y && a.id < b.id);
    }
    const [x, y] = [a.updatedAt ? timestampMs(a.updatedAt) : 0, b.updatedAt ? timestampMs(b.updatedAt) : 0];
    return x > y || (x === y && a.id > b.id);
}

// Where it would stand: behind all that come before it. A list may hold 100 000, so nothing here sorts it anew.
function placeOf(rows: readonly Conversation[], row: Conversation, order: Order): number {
    let [low, high] = [0, rows.length];
    while (low < high) {
        const middle = (low + high) >>> 1;
        const one = rows[middle];
        if (one && before(order, one, row)) low = middle + 1;
        else high = middle;
    }
    return low;
}

function without(rows: readonly Conversation[], ids: ReadonlySet<string>): readonly Conversation[] {
    return rows.some((row) => ids.has(row.id)) ? rows.filter((row) => !ids.has(row.id)) : rows;
}

function joined(rows: readonly Conversation[], more: readonly Conversation[], order: Order): readonly Conversation[] {
    const byOrder = (a: Conversation, b: Conversation) => (before(order, a, b) ? -1 : 1);
    const fresh = order === "given" ? more : [...more].sort(byOrder);
    const first = fresh[0];
    if (!first || order === "given") return rows.concat(fresh);
    const at = placeOf(rows, first, order);
    // Nearly always the end, where a page belongs; else the few behind it are put between.
    const tail = rows.slice(at);
    return rows.slice(0, at).concat(tail.length ? [...tail, ...fresh].sort(byOrder) : fresh);
}

// The page that follows; rows that are known already stay as the page has them.
export function append(known: Rows, page: readonly Conversation[], cursor: string, order: Order): Rows {
    const others = without(known.rows, new Set(page.map((row) => row.id)));
    return { rows: joined(others, page, order), cursor };
}

// One row that is new or has changed. Beyond the last one that is known there may be others before it: a later page brings it.
export function upsert(known: Rows, row: Conversation, order: Order): Rows {
    const others = without(known.rows, new Set([row.id]));
    const last = others.at(-1);
    if (known.cursor && (!last || before(order, last, row))) return { rows: others, cursor: known.cursor };
    const at = order === "given" ? others.length : placeOf(others, row, order);
    return { rows: others.slice(0, at).concat(row, others.slice(at)), cursor: known.cursor };
}

// The first page, read anew: it replaces what stood as far as it reaches; what lies beyond stays.
export function renewHead(known: Rows, page: readonly Conversation[], cursor: string, order: Order): Rows {
    const last = page.at(-1);
    if (!cursor || !last || order === "given") return { rows: page, cursor };
    const seen = new Set(page.map((row) => row.id));
    const beyond = without(known.rows.slice(placeOf(known.rows, last, order)), seen);
    return beyond.length ? { rows: [...page, ...beyond], cursor: known.cursor } : { rows: page, cursor };
}

export function remove(known: Rows, ids: ReadonlySet<string>): Rows {
    const rows = without(known.rows, ids);
    return rows === known.rows ? known : { rows, cursor: known.cursor };
}

// Which row is chosen after `id` went: the one that took its place.
export function neighbour(known: Rows, id: string): string {
    const at = known.rows.findIndex((row) => row.id === id);
    return (known.rows[at + 1] ?? known.rows[at - 1])?.id ?? "";
}
