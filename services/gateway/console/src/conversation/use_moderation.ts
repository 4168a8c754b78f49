// What was hidden and liked on the public side of what is on screen, and what its channel can do.
import { computed, shallowRef, watch } from "vue";
import type { ListModerationsResponse, ModerationAct } from "gen/guichet/v1/moderation_pb";
import { Visibility } from "gen/guichet/v1/types_pb";
import type { Desk } from "@/app/desk";
import { bySeq } from "@/conversation/moderation";
import type { OpenConversation } from "@/conversation/use_conversation";

export function useModeration(desk: Desk, open: OpenConversation) {
    const known = shallowRef<ListModerationsResponse>();
    const side = computed(() => [open.conversation.value, open.view.value?.counterpart].find((one) => one?.visibility === Visibility.PUBLIC));
    let turn = 0;
    async function read(): Promise<void> {
        const asked = ++turn;
        const conversation = side.value?.id;
        if (!conversation) return;
        const answer = await desk.clients.moderation.listModerations({ conversation }).catch(() => undefined);
        // What could not be read stays as it was: the next change asks again.
        if (asked === turn && answer) known.value = answer;
    }
    // Every change of it raises the conversation's version.
    watch(() => [side.value?.id, side.value?.version], () => void read(), { immediate: true });
    return {
        conversation: computed(() => side.value?.id ?? ""),
        moderated: computed(() => bySeq(known.value?.moderations ?? [])),
        possible: computed(() => known.value?.possible ?? []),
        moderate: (seq: bigint, act: ModerationAct) => open.act(() => desk.clients.moderation.moderate({ conversation: side.value?.id ?? "", seq, act })),
    };
}

export type OpenModeration = ReturnType<typeof useModeration>;
