// Views that are shared with the workspace or a team: read once, and again after each change.
import { ref } from "vue";
import type { SavedView as SharedView } from "gen/guichet/v1/desk_pb";
import type { Desk } from "@/app/desk";
import { choiceOf, queryOf, views, type View } from "@/queue/filter";

export interface Shared {
    // As the server keeps it.
    kept: SharedView;
    view: View;
    query: Record<string, string>;
}

export const sharedViews = ref<Shared[]>([]);

// Pure: those that this console knows the list of; of their filter what it knows.
export function known(list: readonly SharedView[]): Shared[] {
    return list.flatMap((kept) => (Object.hasOwn(views, kept.list) ? [{ kept, view: kept.list as View, query: queryOf(choiceOf(kept.query)) }] : []));
}

export async function readShared(desk: Desk): Promise<void> {
    // Somebody's own views are there without it.
    const answer = await desk.clients.desk.listViews({}).catch(() => undefined);
    if (answer) sharedViews.value = known(answer.views);
}
