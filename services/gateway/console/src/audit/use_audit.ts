// The lines on screen, newest first: pages as they come into sight.
import { ref, shallowRef, watch, type Ref } from "vue";
import type { AuditEntry } from "gen/guichet/v1/audit_pb";
import { problemOf, type Problem } from "@/api/errors";
import type { Desk } from "@/app/desk";
import { requestOf, type Choice } from "@/audit/audit";

const PAGE = 100;
// Pages in a row without a line that fits, before somebody scrolls or asks again: the server looks at a part of the log for each.
const MOST_EMPTY = 20;

export function useAudit(desk: Desk, choice: Ref<Choice>) {
    const rows = shallowRef<readonly AuditEntry[]>([]);
    const cursor = ref("");
    const loading = ref(true);
    const problem = shallowRef<Problem>();
    // Answers to questions that nobody asks any more are dropped.
    let turn = 0;

    async function page(asked: number): Promise<void> {
        loading.value = true;
        try {
            for (let pages = 0; pages < MOST_EMPTY; ++pages) {
                const answer = await desk.clients.audit.listAudit({ ...requestOf(choice.value), pageSize: PAGE, cursor: cursor.value });
                if (asked !== turn) return;
                rows.value = [...rows.value, ...answer.entries];
                cursor.value = answer.nextCursor;
                problem.value = undefined;
                if (answer.entries.length || !answer.nextCursor) break;
            }
        } catch (error) {
            if (asked === turn) problem.value = problemOf(error);
        } finally {
            if (asked === turn) loading.value = false;
        }
    }

    function read(): void {
        rows.value = [];
        cursor.value = "";
        void page(++turn);
    }
    function more(): void {
        if (!loading.value && cursor.value) void page(turn);
    }
    watch(choice, read, { immediate: true });
    return { rows, cursor, loading, problem, read, more };
}
