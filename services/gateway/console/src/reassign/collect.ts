// Reads a list to its end, or to a limit, page by page.
import type { ConversationFilter } from "gen/guichet/v1/inbox_pb";
import type { Conversation } from "gen/guichet/v1/types_pb";
import { canMove, MOST, placeOf, type Place } from "@/reassign/plan";

export const PAGE = 200;

export interface Collected {
    places: Place[];
    // There are more than could be taken.
    more: boolean;
}

type List = (question: { filter: ConversationFilter; pageSize: number; cursor: string }) => Promise<{ conversations: Conversation[]; nextCursor: string }>;

export async function collect(list: List, filter: ConversationFilter, told: (count: number) => void, isStopped: () => boolean, most = MOST): Promise<Collected> {
    const found = new Map<string, Place>();
    let cursor = "";
    do {
        const page = await list({ filter, pageSize: PAGE, cursor });
        for (const place of page.conversations.map(placeOf)) if (canMove(place)) found.set(place.id, place);
        cursor = page.nextCursor;
        told(found.size);
    } while (cursor && found.size < most && !isStopped());
    const places = [...found.values()];
    return { places: places.slice(0, most), more: cursor !== "" || places.length > most };
}
