// Views that somebody keeps for himself, in this browser; those for others are in shared.ts.
import { ref } from "vue";
import { choiceOf, queryOf, type View } from "@/queue/filter";

export interface SavedView {
    name: string;
    view: View;
    query: Record<string, string>;
}

const KEPT = "guichet.views";
export const MOST_VIEWS = 20;

export function readSaved(text: string | null): SavedView[] {
    try {
        const list = JSON.parse(text ?? "[]") as SavedView[];
        return list.filter((saved) => typeof saved.name === "string" && typeof saved.view === "string")
            .map((saved) => ({ name: saved.name, view: saved.view, query: queryOf(choiceOf(saved.query ?? {})) })).slice(0, MOST_VIEWS);
    } catch {
        return [];
    }
}

export const savedViews = ref<SavedView[]>(typeof localStorage === "undefined" ? [] : readSaved(localStorage.getItem(KEPT)));

function keep(list: SavedView[]): void {
    savedViews.value = list.slice(-MOST_VIEWS);
    localStorage.setItem(KEPT, JSON.stringify(savedViews.value));
}

export function save(fresh: SavedView): void {
    keep([...savedViews.value.filter((saved) => saved.name !== fresh.name), fresh]);
}

export function forget(name: string): void {
    keep(savedViews.value.filter((saved) => saved.name !== name));
}
