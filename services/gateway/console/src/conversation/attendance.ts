// Who else looks at the conversation on screen, or writes: said and asked every few seconds while somebody looks; a change of
// theirs is told in between.
import { onBeforeUnmount, shallowRef, watch, type Ref } from "vue";
import { Attention, type Attendant } from "gen/guichet/v1/desk_pb";
import type { Desk } from "@/app/desk";
import { heard } from "@/live/attention";
import type { OpenConversation } from "@/conversation/use_conversation";

const EVERY_MS = 4000;
// Somebody who paused for so long does not write any more.
const WRITES_MS = 6000;

// Pure: what is said, from when the last key was hit.
export function attentionOf(typedAt: number, now: number): Attention {
    return typedAt > 0 && now - typedAt < WRITES_MS ? Attention.WRITING : Attention.LOOKING;
}

export function useAttendance(desk: Desk, open: OpenConversation, typed: readonly Ref<string>[]) {
    const others = shallowRef<readonly Attendant[]>([]);
    let typedAt = 0;
    let gone = false;
    // Nobody is told twice about the same: what cannot be said now is said with the next beat.
    const say = async (attention: Attention): Promise<void> => {
        try {
            const answer = await desk.clients.desk.attend({ conversation: open.id, attention });
            if (!gone) others.value = answer.attendants;
        } catch {
            // The next beat.
        }
    };
    const beat = () => {
        if (!document.hidden && open.view.value) void say(attentionOf(typedAt, Date.now()));
    };
    const turned = () => {
        if (document.hidden) void say(Attention.GONE);
        else beat();
    };
    watch([...typed], (_, before) => {
        // The draft that the first reading brings is nobody's typing.
        if (!open.view.value || before.every((text) => !text)) return;
        const resting = attentionOf(typedAt, Date.now()) === Attention.LOOKING;
        typedAt = Date.now();
        if (resting) beat();
    });
    watch(() => open.view.value !== undefined, beat, { immediate: true });
    desk.listen({ onAttention: (events) => { others.value = heard(others.value, events, open.id, desk.me.id); } });
    const timer = setInterval(beat, EVERY_MS);
    document.addEventListener("visibilitychange", turned);
    onBeforeUnmount(() => {
        gone = true;
        clearInterval(timer);
        document.removeEventListener("visibilitychange", turned);
        void say(Attention.GONE);
    });
    return others;
}
