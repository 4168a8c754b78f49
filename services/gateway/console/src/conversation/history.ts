// What somebody wrote before, as far as it was read. Pure.
import type { GetHistoryResponse } from "gen/guichet/v1/contacts_pb";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { Visibility, type Conversation } from "gen/guichet/v1/types_pb";

export interface Past {
    // Newest first.
    rows: readonly Conversation[];
    // Empty: that was all.
    cursor: string;
    total: number;
    since: Timestamp | undefined;
}

const figures = (page: GetHistoryResponse) => ({ total: Number(page.total), since: page.since });

// The first page, read anew: what was read beyond it stays, unless there is nothing beyond it any more.
export function renewed(past: Past | undefined, page: GetHistoryResponse): Past {
    const fresh = new Set(page.conversations.map((one) => one.id));
    const beyond = past && page.nextCursor ? past.rows.filter((one) => !fresh.has(one.id)) : [];
    return { rows: [...page.conversations, ...beyond], cursor: beyond.length ? past?.cursor ?? "" : page.nextCursor, ...figures(page) };
}

// One that changed between two pages is on both.
export function longer(past: Past, page: GetHistoryResponse): Past {
    const known = new Set(past.rows.map((one) => one.id));
    return { rows: [...past.rows, ...page.conversations.filter((one) => !known.has(one.id))], cursor: page.nextCursor, ...figures(page) };
}

// Of a case: which side it is.
export function sideOfCase(one: Conversation): "went_private" | "private_side" | undefined {
    if (!one.counterpart) return undefined;
    return one.visibility === Visibility.PUBLIC ? "went_private" : "private_side";
}
