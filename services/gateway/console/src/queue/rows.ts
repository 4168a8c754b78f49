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

function inOrder(rows: readonly Conversation[], order: Order): readonly Conversation[] {
    return order === "given" ? rows : [...rows].sort((a, b) => (before(order, a, b) ? -1 : 1));
}

// The page that follows; rows that are known already stay as the page has them.
export function append(known: Rows, page: readonly Conversation[], cursor: string, order: Order): Rows {
    const fresh = new Set(page.map((row) => row.id));
    return { rows: inOrder([...known.rows.filter((row) => !fresh.has(row.id)), ...page], order), cursor };
}

// One row that is new or has changed. Beyond the last one that is known there may be others before it: a later page brings it.
export function upsert(known: Rows, row: Conversation, order: Order): Rows {
    const others = known.rows.filter((one) => one.id !== row.id);
    const last = others.at(-1);
    if (known.cursor && (!last || before(order, last, row))) return { rows: others, cursor: known.cursor };
    return { rows: inOrder([...others, row], order), cursor: known.cursor };
}

// The first page, read anew: it replaces what stood as far as it reaches; what lies beyond stays.
export function renewHead(known: Rows, page: readonly Conversation[], cursor: string, order: Order): Rows {
    const last = page.at(-1);
    if (!cursor || !last || order === "given") return { rows: page, cursor };
    const seen = new Set(page.map((row) => row.id));
    const beyond = known.rows.filter((row) => !seen.has(row.id) && before(order, last, row));
    return beyond.length ? { rows: [...page, ...beyond], cursor: known.cursor } : { rows: page, cursor };
}

export function remove(known: Rows, ids: ReadonlySet<string>): Rows {
    const rows = known.rows.filter((row) => !ids.has(row.id));
    return rows.length === known.rows.length ? known : { rows, cursor: known.cursor };
}

// Which row is chosen after `id` went: the one that took its place.
export function neighbour(known: Rows, id: string): string {
    const at = known.rows.findIndex((row) => row.id === id);
    return (known.rows[at + 1] ?? known.rows[at - 1])?.id ?? "";
}
