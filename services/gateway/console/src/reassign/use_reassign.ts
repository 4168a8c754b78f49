// One reassignment: what is to be moved, where to, how far it is, and the way back.
import { computed, onBeforeUnmount, ref, shallowRef, type Ref } from "vue";
import type { AgentStats, ConversationFilter } from "gen/guichet/v1/inbox_pb";
import { Presence, type Conversation } from "gen/guichet/v1/types_pb";
import { problemOf, type Problem } from "@/api/errors";
import type { Desk } from "@/app/desk";
import { collect } from "@/reassign/collect";
import { batches, placeOf, spread, wayBack, type Batch, type Hand, type Place } from "@/reassign/plan";
import { again, noProgress, run, type Progress } from "@/reassign/run";

export type What = { rows: readonly Conversation[] } | { filter: ConversationFilter };
export type Kind = "agent" | "team" | "queue" | "spread";
export type Step = "reading" | "plan" | "running" | "done" | "undone";

// 500 conversations, each on disk before the next.
const BATCH_DEADLINE_MS = 60_000;

export function useReassign(desk: Desk) {
    const step: Ref<Step> = ref("reading");
    const places = shallowRef<Place[]>([]);
    const more = ref(false);
    const read = ref(0);
    const problem = shallowRef<Problem>();
    const agents = shallowRef<AgentStats[]>([]);
    const kind: Ref<Kind> = ref("agent");
    const agent = ref("");
    const team = ref("");
    const hands = ref<string[]>([]);
    const over = ref(false);
    const reason = ref("");
    const progress = shallowRef<Progress>(noProgress());
    const back = shallowRef<Progress>(noProgress());
    let plan: Batch[] = [];
    let stopped = false;
    // The version that each conversation has by our hand; an event of a later one is somebody else's.
    const versions = new Map<string, bigint>();
    const seen = new Map<string, bigint>();
    const changed = shallowRef<ReadonlySet<string>>(new Set());
    // Events were missed: what has changed is not known.
    const blind = ref(false);

    desk.listen({
        onEvents: (events) => {
            for (const event of events) if (event.conversation && (seen.get(event.conversation) ?? 0n) < event.version) seen.set(event.conversation, event.version);
            if (versions.size) noteChanges();
        },
        onResync: () => { if (versions.size) blind.value = true; },
    });
    onBeforeUnmount(() => { stopped = true; });

    function noteChanges(): void {
        changed.value = new Set([...versions].filter(([id, version]) => (seen.get(id) ?? 0n) > version).map(([id]) => id));
    }

    async function begin(what: What): Promise<void> {
        step.value = "reading";
        stopped = false;
        problem.value = undefined;
        [progress.value, back.value, read.value, more.value] = [noProgress(), noProgress(), 0, false];
        versions.clear();
        seen.clear();
        blind.value = false;
        try {
            const stats = desk.clients.inbox.stats({});
            const found = "rows" in what ? { places: what.rows.map(placeOf), more: false } :
                await collect((question) => desk.clients.inbox.listConversations(question), what.filter, (count) => { read.value = count; }, () => stopped);
            agents.value = (await stats).agents;
            hands.value = agents.value.filter((one) => one.presence === Presence.ONLINE).map((one) => one.agent);
            [places.value, more.value] = [found.places, found.more];
            step.value = "plan";
        } catch (error) {
            problem.value = problemOf(error);
        }
    }

    // Who has never been available has no numbers yet.
    function handOf(id: string): Hand {
        const known = agents.value.find((one) => one.agent === id);
        return { id, load: known?.load ?? 0, capacity: known?.capacity || desk.directory.agents.get(id)?.capacity || 1 };
    }
    const shares = computed(() => spread(places.value, hands.value.map(handOf), over.value));
    const ready = computed(() => places.value.length > 0 && ({ agent: agent.value !== "", team: team.value !== "", queue: true,
        spread: shares.value.given.size > 0 })[kind.value]);

    function planned(): Batch[] {
        const ids = places.value.map((place) => place.id);
        if (kind.value === "spread") return [...shares.value.given].flatMap(([id, list]) => batches({ agent: id, team: "", over: over.value }, list));
        return batches({ agent: kind.value === "agent" ? agent.value : "", team: kind.value === "team" ? team.value : "", over: over.value }, ids);
    }

    async function call(batch: Batch, requestId: string, words: string) {
        const answer = await desk.clients.routing.bulkAssign({ requestId, conversations: batch.ids, target: { agent: batch.agent, team: batch.team },
            overCapacity: batch.over, reason: words }, { timeoutMs: BATCH_DEADLINE_MS });
        return answer.results;
    }

    async function go(steps: Batch[], before: Progress): Promise<void> {
        stopped = false;
        step.value = "running";
        const total = before.moved.length + steps.reduce((sum, batch) => sum + batch.ids.length, 0);
        const done = await run(steps, (batch, name) => call(batch, name, reason.value),
            (now) => { progress.value = { ...now, total, moved: [...before.moved, ...now.moved] }; }, () => stopped);
        progress.value = { ...done, total, moved: [...before.moved, ...done.moved] };
        for (const { id, version } of progress.value.moved) versions.set(id, version);
        noteChanges();
        step.value = "done";
    }

    const undoing = computed(() => {
        const moved = new Set(progress.value.moved.map((one) => one.id));
        return wayBack(places.value.filter((place) => moved.has(place.id)), changed.value);
    });

    return {
        step, places, more, read, problem, agents, kind, agent, team, hands, over, reason, progress, back, shares, ready, undoing, blind, begin,
        start: () => { plan = planned(); return go(plan, noProgress()); },
        retry: () => go(again(progress.value, plan), progress.value),
        stop: () => { stopped = true; },
        undo: async (words: string) => {
            stopped = false;
            step.value = "running";
            back.value = await run(undoing.value.batches, (batch, name) => call(batch, name, words), (now) => { back.value = now; }, () => stopped);
            step.value = "undone";
        },
    };
}
