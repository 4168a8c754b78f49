// Several rows chosen at once. Rows that leave the list leave the choice.
import { computed, ref, watch, type ComputedRef } from "vue";
import type { Conversation } from "gen/guichet/v1/types_pb";

// The rows from one to the other, both included.
export function between(rows: readonly Pick<Conversation, "id">[], from: string, to: string): string[] {
    const [a, b] = [rows.findIndex((row) => row.id === from), rows.findIndex((row) => row.id === to)];
    return a < 0 || b < 0 ? [to] : rows.slice(Math.min(a, b), Math.max(a, b) + 1).map((row) => row.id);
}

export function usePicks(rows: ComputedRef<readonly Conversation[]>) {
    const picks = ref<ReadonlySet<string>>(new Set());
    let last = "";
    watch(rows, (now) => {
        if (!picks.value.size) return;
        const there = new Set(now.map((row) => row.id));
        const kept = [...picks.value].filter((id) => there.has(id));
        if (kept.length < picks.value.size) picks.value = new Set(kept);
    });
    return {
        picks,
        picked: computed(() => rows.value.filter((row) => picks.value.has(row.id))),
        // With `range`: all from the last one on.
        pick: (id: string, range: boolean) => {
            const fresh = new Set(picks.value);
            const on = !fresh.has(id);
            for (const one of range && last ? between(rows.value, last, id) : [id]) {
                if (on) fresh.add(one);
                else fresh.delete(one);
            }
            last = id;
            picks.value = fresh;
        },
        clear: () => { picks.value = new Set(); },
    };
}
