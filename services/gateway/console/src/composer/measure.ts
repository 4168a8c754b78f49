// How long the text is as the channel counts it, and how much it takes: asked of the server a moment after each change, and
// counted here until it has answered.
import { computed, onBeforeUnmount, shallowRef, watch, type Ref } from "vue";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { MeasureTextResponse } from "gen/guichet/v1/writing_pb";
import type { Desk } from "@/app/desk";
import { lengthOf } from "@/composer/length";

const AFTER_MS = 150;

export interface Measured {
    text: string;
    answer: MeasureTextResponse;
}

// Pure: the channel's number for this text; of one that was changed since, moved by as much as was written.
export function lengthNow(text: string, measured: Measured | undefined): number {
    if (!measured) return lengthOf(text);
    return Math.max(0, Number(measured.answer.length) + (text === measured.text ? 0 : lengthOf(text) - lengthOf(measured.text)));
}

export function useMeasure(desk: Desk, conversation: string, text: Ref<string>, persona: Ref<string>) {
    const measured = shallowRef<Measured>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let turn = 0;
    async function measure(): Promise<void> {
        const asked = ++turn;
        const words = text.value;
        try {
            const answer = await desk.clients.writing.measureText({ conversation, text: words, persona: persona.value });
            if (asked === turn) measured.value = { text: words, answer };
        } catch {
            // A variable that is not there yet; the server says so when it is sent.
        }
    }
    watch([text, persona], () => {
        clearTimeout(timer);
        timer = setTimeout(() => void measure(), AFTER_MS);
    }, { immediate: true });
    onBeforeUnmount(() => clearTimeout(timer));
    const length = computed(() => lengthNow(text.value, measured.value));
    const most = computed(() => Number(measured.value?.answer.most ?? 0n));
    const tooLong = computed(() => most.value > 0 && length.value > most.value);
    const windowUntil = computed(() => measured.value?.answer.windowUntil);
    const windowOver = computed(() => windowUntil.value !== undefined && timestampMs(windowUntil.value) <= desk.clock.now.value);
    return { length, most, tooLong, windowUntil, windowOver };
}
