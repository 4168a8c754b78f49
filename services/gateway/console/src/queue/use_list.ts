// A list on screen: its pages, read as they come into sight, and its changes, as they happen.
import { computed, ref, shallowRef, watch, type Ref } from "vue";
import type { ConversationFilter } from "gen/guichet/v1/inbox_pb";
import { problemOf, type Problem } from "@/api/errors";
import type { Desk } from "@/app/desk";
import { fits, isByDue, mayShow } from "@/queue/filter";
import { append, noRows, remove, renewHead, upsert, type Order } from "@/queue/rows";
import { soon } from "@/lib/soon";

const HEAD = 60;
const PAGE = 200;
// So many that changed beyond the first page are read one by one; more, and the pages after it are read again when they come into sight.
const ONE_BY_ONE = 8;
// Pages in a row that bring nothing new, before somebody scrolls again.
const MOST_KNOWN_PAGES = 50;
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
    // Which conversations of the list changed since it was read.
    let changed = new Set<string>();

    const order = computed<Order>(() => {
        if (isByDue(filter.value)) return "due";
        return filter.value.owners.length ? "given" : "updated";
    });

    async function readHead(): Promise<void> {
        const asked = turn;
        const ids = changed;
        changed = new Set();
        try {
            const size = order.value === "given" ? PAGE : HEAD;
            const page = await desk.clients.inbox.listConversations({ filter: filter.value, pageSize: size });
            if (asked !== turn) return;
            known.value = renewHead(known.value, page.conversations, page.nextCursor, order.value);
            problem.value = undefined;
            for (const row of page.conversations) ids.delete(row.id);
            if (page.nextCursor) await readBeyond(ids, page.nextCursor, asked);
        } catch (error) {
            if (asked === turn) problem.value = problemOf(error);
        } finally {
            if (asked === turn) loading.value = false;
        }
    }

    async function readBeyond(ids: Set<string>, cursor: string, asked: number): Promise<void> {
        if (ids.size > ONE_BY_ONE) {
            known.value = { rows: known.value.rows, cursor };
            return;
        }
        for (const conversation of ids) {
            // What may not be seen, or is gone, has no row.
            const found = await desk.clients.inbox.getConversation({ conversation, messageLimit: 1 }).catch(() => undefined);
            if (asked !== turn) return;
            const row = found?.conversation;
            if (row && fits(filter.value, row, desk.me.id)) known.value = upsert(known.value, row, order.value);
        }
    }

    async function more(): Promise<void> {
        if (paging || !known.value.cursor) return;
        paging = true;
        const asked = turn;
        try {
            const before = known.value.rows.length;
            for (let pages = 0; pages < MOST_KNOWN_PAGES && known.value.cursor && known.value.rows.length <= before; ++pages) {
                const page = await desk.clients.inbox.listConversations({ filter: filter.value, pageSize: PAGE, cursor: known.value.cursor });
                if (asked !== turn) return;
                known.value = append(known.value, page.conversations, page.nextCursor, order.value);
            }
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
                    changed.add(event.conversation);
                    gone.delete(event.conversation);
                } else {
                    gone.add(event.conversation);
                    changed.delete(event.conversation);
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
