// What a page shows, read at once and again when asked; what is written, with what went wrong told beside it.
import { ref, shallowRef } from "vue";
import { problemOf, type Problem } from "@/api/errors";
import type { Desk } from "@/app/desk";
import { words } from "@/i18n";

export function useRead<Value>(work: () => Promise<Value>) {
    const value = shallowRef<Value>();
    const problem = shallowRef<Problem>();
    let turn = 0;
    async function read(): Promise<void> {
        const asked = ++turn;
        try {
            const fresh = await work();
            if (asked === turn) [value.value, problem.value] = [fresh, undefined];
        } catch (error) {
            if (asked === turn) problem.value = problemOf(error);
        }
    }
    void read();
    return { value, problem, read };
}

// The words of what went wrong stand in the form, not in a toast: they say which field.
export function useSaving(desk: Desk) {
    const busy = ref(false);
    const error = ref("");
    async function save(work: () => Promise<void>): Promise<void> {
        if (busy.value) return;
        busy.value = true;
        error.value = "";
        try {
            await work();
        } catch (thrown) {
            const problem = problemOf(thrown);
            // The words of errors.stale_version are about a conversation.
            error.value = problem.reason === "stale_version" ? words.t("setup.stale") : desk.say(problem);
        } finally {
            busy.value = false;
        }
    }
    return { busy, error, save };
}
