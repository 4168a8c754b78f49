// A list on screen: its pages, read as they come into sight, and its changes, as they happen.
import { computed, ref, shallowRef, watch, type Ref } from "vue";
import type { ConversationFilter } from "gen/guichet/v1/inbox_pb";
import { problemOf, type Problem } from "@/api/errors";
import type { Desk } from "@/app/desk";
import { isByDue, mayShow } from "@/queue/filter";
import { append, noRows, remove, renewHead, type Order } from "@/queue/rows";
import { soon } from "@/lib/soon";

const HEAD = 60;
const PAGE = 200;
// The queue is read at once; other lists come from an index that follows within milliseconds.
const AT_ONCE_MS = 20;
const INDEX_MS = 150;

export function useList(desk: Desk, filter: Ref<ConversationFilter>) {
    const known = shallowRef(noRows);
    const loading = ref(true);
    const problem = shallowRef<Problem>();
    // Answers to questions that nobody asks any more are dropped.
    let turn = 0;
    let paging = false;

    const order = computed<Order>(() => {
        if (isByDue(filter.value)) return "due";
        return filter.value.owners.length ? "given" : "updated";
    });

    async function readHead(): Promise<void> {
        const asked = turn;
        try {
            const size = order.value === "given" ? PAGE : HEAD;
            const page = await desk.clients.inbox.listConversations({ filter: filter.value, pageSize: size });
            if (asked !== turn) return;
            known.value = renewHead(known.value, page.conversations, page.nextCursor, order.value);
            problem.value = undefined;
        } catch (error) {
            if (asked === turn) problem.value = problemOf(error);
        } finally {
            if (asked === turn) loading.value = false;
        }
    }

    async function more(): Promise<void> {
        if (paging || !known.value.cursor) return;
        paging = true;
        const asked = turn;
        try {
            const page = await desk.clients.inbox.listConversations({ filter: filter.value, pageSize: PAGE, cursor: known.value.cursor });
            if (asked === turn) known.value = append(known.value, page.conversations, page.nextCursor);
        } catch (error) {
            if (asked === turn) problem.value = problemOf(error);
        } finally {
            paging = false;
        }
    }

    const readQueue = soon(readHead, AT_ONCE_MS);
    const readIndex = soon(readHead, INDEX_MS);
    const read = () => (order.value === "due" ? readQueue() : readIndex());

    watch(filter, () => {
        ++turn;
        known.value = noRows;
        loading.value = true;
        void readHead();
    }, { immediate: true });

    desk.listen({
        onEvents: (events) => {
            const gone = new Set<string>();
            let wanted = false;
            for (const event of events) {
                if (!event.conversation) continue;
                if (mayShow(filter.value, event, desk.me.id)) {
                    wanted = true;
                    gone.delete(event.conversation);
                } else {
                    gone.add(event.conversation);
                }
            }
            if (gone.size) known.value = remove(known.value, gone);
            if (wanted) read();
        },
        onResync: () => {
            ++turn;
            known.value = { rows: known.value.rows.slice(0, HEAD), cursor: "" };
            void readHead();
        },
    });

    return { known, loading, problem, more, read, drop: (id: string) => { known.value = remove(known.value, new Set([id])); } };
}
