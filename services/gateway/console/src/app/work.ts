// What the whole console shares about the agent's own work: what he owns, how much waits, taking the next one.
import { computed, inject, provide, ref, type ComputedRef, type InjectionKey, type Ref } from "vue";
import type { Router } from "vue-router";
import { ConversationState, type Conversation } from "gen/guichet/v1/types_pb";
import type { Desk } from "@/app/desk";
import { toast } from "@/app/toasts";
import { waitingIn } from "@/board/board";
import { soon } from "@/lib/soon";
import { words } from "@/i18n";

export interface Narrow {
    teams?: string[];
    channels?: string[];
    languages?: string[];
}

export interface Work {
    // What I own, oldest claim first; of many the first page.
    mine: ComputedRef<Conversation[]>;
    // How many I own: the one number that is shown of it, wherever it is shown.
    load: ComputedRef<number>;
    waiting: Ref<number>;
    taking: Ref<boolean>;
    // Of what the list on screen shows, when it is narrowed.
    narrow: Ref<Narrow>;
    takeNext: () => Promise<void>;
    claim: (conversation: string) => Promise<boolean>;
    refresh: () => void;
}

// The list is read at every event that concerns it, the standing but now and then: only what lies beyond the list's first page is
// the standing's to tell.
export function loadOf(listed: number, more: boolean, standing: number): number {
    return more ? Math.max(listed, standing) : listed;
}

// Events that come close together make one reading.
const CLOSE_MS = 150;
// The number beside the queue; asked for by every console, so not at every event.
const COUNT_MS = 1500;

const key: InjectionKey<Work> = Symbol("work");

export function provideWork(desk: Desk, router: Router): Work {
    // Not read yet: undefined.
    const mine = ref<Conversation[]>();
    const more = ref(false);
    const standing = computed(() => desk.standing.value?.load ?? 0);
    const work: Work = {
        mine: computed(() => mine.value ?? []), load: computed(() => (mine.value ? loadOf(mine.value.length, more.value, standing.value) : standing.value)),
        waiting: ref(0), taking: ref(false), narrow: ref({}),
        takeNext: async () => {
            if (work.taking.value) return;
            work.taking.value = true;
            await desk.beHere();
            const done = await desk.attempt(() => desk.clients.routing.claimNext({ ...work.narrow.value }));
            work.taking.value = false;
            if ("problem" in done) return;
            const taken = done.value.conversation;
            if (!taken) {
                toast(words.t("queue.nothing_to_take"));
                return;
            }
            readMine();
            await router.push({ name: "conversation", params: { id: taken.id } });
        },
        claim: async (conversation) => {
            await desk.beHere();
            const done = await desk.attempt(() => desk.clients.routing.claim({ conversation }));
            readMine();
            return "value" in done;
        },
        refresh: () => { readMine(); count(); },
    };
    const readMine = soon(async () => {
        const filter = { states: [ConversationState.OWNED], owners: ["me"] };
        const answer = await desk.clients.inbox.listConversations({ filter, pageSize: 100 });
        [mine.value, more.value] = [answer.conversations, answer.nextCursor !== ""];
    }, CLOSE_MS);
    const countNow = async () => {
        const stats = await desk.clients.inbox.stats({});
        work.waiting.value = waitingIn(stats);
    };
    const count = soon(countNow, COUNT_MS);
    desk.listenAlways({
        onEvents: (events) => {
            const me = desk.me.id;
            const known = new Set(work.mine.value.map((conversation) => conversation.id));
            if (events.some((event) => event.owner === me || event.actor === me || known.has(event.conversation))) readMine();
            count();
        },
        onResync: work.refresh,
    });
    void countNow().catch(() => undefined);
    readMine();
    provide(key, work);
    return work;
}

export function useWork(): Work {
    const work = inject(key);
    if (!work) throw new Error("no work: this component is shown outside the console");
    return work;
}
