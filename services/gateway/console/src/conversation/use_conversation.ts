// One conversation on screen: read, kept up with what happens, and what can be done with it.
import { computed, onBeforeUnmount, shallowRef } from "vue";
import { Code } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import { GetConversationResponseSchema, type GetConversationResponse } from "gen/guichet/v1/inbox_pb";
import type { Outcome } from "gen/guichet/v1/types_pb";
import { ConversationState } from "gen/guichet/v1/types_pb";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { isStale, problemOf, type Problem } from "@/api/errors";
import type { Desk } from "@/app/desk";
import { soon } from "@/lib/soon";

const MESSAGES = 100;
const AT_ONCE_MS = 10;
// The read index and the timers follow an event within this time; what is owned is read directly.
const empty = create(GetConversationResponseSchema);

export function useConversation(desk: Desk, id: string) {
    const view = shallowRef<GetConversationResponse>();
    const problem = shallowRef<Problem>();
    // Earlier messages that were asked for.
    const earlier = shallowRef<GetConversationResponse["messages"]>([]);
    const more = shallowRef(false);
    let closed = false;
    let latest = 0;

    async function read(): Promise<void> {
        const turn = ++latest;
        try {
            const fresh = await desk.clients.inbox.getConversation({ conversation: id, messageLimit: MESSAGES });
            if (closed || turn !== latest) return;
            if (!earlier.value.length) more.value = fresh.more;
            view.value = fresh;
            problem.value = undefined;
        } catch (error) {
            if (!closed && turn === latest) problem.value = problemOf(error);
        }
    }

    const refresh = soon(read, AT_ONCE_MS);

    async function readEarlier(): Promise<void> {
        const first = (earlier.value[0] ?? view.value?.messages[0])?.seq;
        if (!first) return;
        const done = await desk.attempt(() => desk.clients.inbox.getConversation({ conversation: id, beforeSeq: first, messageLimit: MESSAGES }));
        if (!("value" in done)) return;
        earlier.value = [...done.value.messages, ...earlier.value];
        more.value = done.value.more;
    }

    const whole = computed(() => {
        const shown = view.value;
        if (!shown) return empty;
        const first = shown.messages[0]?.seq ?? 0n;
        return { ...shown, messages: [...earlier.value.filter((message) => message.seq < first), ...shown.messages] };
    });
    const conversation = computed(() => view.value?.conversation);
    const isMine = computed(() => conversation.value?.owner === desk.me.id);
    const isFree = computed(() => !!conversation.value && !conversation.value.owner &&
        [ConversationState.NEW, ConversationState.WAITING, ConversationState.SNOOZED, ConversationState.PENDING_CUSTOMER].includes(conversation.value.state));

    desk.listen({
        onEvents: (events) => {
            const shown = view.value;
            const near = new Set([id, shown?.counterpart?.id, ...[...(shown?.others ?? []), ...(shown?.claimants ?? [])].map((other) => other.id)]);
            if (events.some((event) => near.has(event.conversation))) refresh();
        },
        onResync: refresh,
    });
    onBeforeUnmount(() => { closed = true; });
    void read();

    // Runs an action; whatever it did, what is on screen is read anew. True when it worked.
    async function act(work: () => Promise<unknown>): Promise<boolean> {
        const done = await desk.attempt(work);
        const failed = "problem" in done ? done.problem : undefined;
        if (!failed || isStale(failed) || failed.code === Code.DeadlineExceeded) await read();
        return !failed;
    }

    const here = async (work: () => Promise<unknown>) => { await desk.beHere(); return await work(); };
    const owned = () => ({ conversation: id, epoch: conversation.value?.epoch ?? "" });
    const routing = desk.clients.routing;
    return {
        id, view, whole, conversation, problem, more, isMine, isFree, read, refresh, readEarlier, act,
        claim: () => act(() => here(() => routing.claim({ conversation: id }))),
        release: (reason: string) => act(() => routing.release({ ...owned(), reason })),
        snooze: (until: Date, reason: string) => act(() => routing.snooze({ ...owned(), until: timestampFromDate(until), reason })),
        transfer: (target: { agent?: string; team?: string }, reason: string) => act(() => routing.transfer({ ...owned(), target, reason })),
        resolve: (outcome: Outcome, cause: string, remedy: string) => act(() => routing.resolve({ ...owned(), outcome, cause, remedy })),
        reopen: () => act(() => routing.reopen({ conversation: id })),
        labels: (add: string[], remove: string[]) => act(() => routing.setLabels({ conversation: id, add, remove })),
        takeOver: (reason: string) => act(() => here(() => routing.assign({ conversation: id, target: { agent: desk.me.id }, reason, overCapacity: true }))),
    };
}

export type OpenConversation = ReturnType<typeof useConversation>;
