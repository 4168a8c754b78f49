// The words that are being written: kept, sent, taken back, given back.
import { computed, onBeforeUnmount, ref, watch } from "vue";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { AfterSend } from "gen/guichet/v1/reply_pb";
import { DeliveryState, type Delivery } from "gen/guichet/v1/types_pb";
import { choose, Drafts } from "@/composer/drafts";
import type { Desk } from "@/app/desk";
import type { OpenConversation } from "@/conversation/use_conversation";
import { newsSince } from "@/conversation/timeline";
import { mentionsIn } from "@/lib/mentions";

const SAVE_AFTER_MS = 1500;
const KEPT_AFTER = "guichet.after";

export type After = "keep" | "wait" | "resolve";
const afters: Record<After, AfterSend> = { keep: AfterSend.KEEP, wait: AfterSend.WAIT, resolve: AfterSend.RESOLVE };

export function useComposer(desk: Desk, open: OpenConversation) {
    const drafts = new Drafts(desk.session.workspace, desk.me.id, localStorage);
    const text = ref("");
    const note = ref("");
    const persona = ref(desk.me.persona);
    const kept = localStorage.getItem(KEPT_AFTER);
    const after = ref<After>(kept && kept in afters ? kept as After : "wait");
    const sending = ref(false);
    // The customer's last words that the writer has read.
    const seen = ref(0n);
    let saved = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    let begun = false;

    watch(after, (value) => localStorage.setItem(KEPT_AFTER, value));

    // The first reading brings the draft; later ones do not touch what is being written.
    watch(open.view, (view) => {
        if (!view?.conversation) return;
        if (!begun) {
            saved = view.draft;
            text.value = choose(drafts.read(open.id), view.draft);
            seen.value = view.conversation.inboundSeq;
            begun = true;
        }
        if (!text.value) seen.value = view.conversation.inboundSeq;
    }, { immediate: true });

    const news = computed(() => newsSince(open.whole.value.messages, seen.value, open.conversation.value?.inboundSeq ?? 0n));
    const acknowledge = () => { seen.value = open.conversation.value?.inboundSeq ?? 0n; };

    async function save(): Promise<void> {
        timer = undefined;
        const wanted = text.value;
        if (wanted === saved) return;
        try {
            await desk.clients.reply.saveDraft({ conversation: open.id, text: wanted });
            saved = wanted;
            drafts.keep(open.id, { text: text.value, saved });
        } catch {
            // It is kept here; the next change tries again.
        }
    }
    watch(text, (value) => {
        if (!begun) return;
        drafts.keep(open.id, { text: value, saved });
        clearTimeout(timer);
        timer = undefined;
        if (value !== saved && desk.rights.agent) timer = setTimeout(() => void save(), SAVE_AFTER_MS);
    }, { flush: "sync" });
    onBeforeUnmount(() => {
        if (timer === undefined) return;
        clearTimeout(timer);
        void save();
    });

    async function send(): Promise<boolean> {
        const words = text.value.trim();
        const epoch = open.conversation.value?.epoch ?? "";
        if (!words || sending.value) return false;
        sending.value = true;
        clearTimeout(timer);
        timer = undefined;
        const sent = await open.act(() => desk.clients.reply.send({
            conversation: open.id, epoch, inboundSeq: seen.value, text: words, persona: persona.value, after: afters[after.value],
        }));
        sending.value = false;
        if (sent) {
            // The server forgets its draft with the sending.
            saved = "";
            text.value = "";
            drafts.forget(open.id);
        }
        return sent;
    }

    // Mine that can still be taken back, the newest first.
    const held = computed<Delivery | undefined>(() => open.view.value?.deliveries
        .filter((delivery) => delivery.state === DeliveryState.HELD && delivery.actor === desk.me.id).at(-1));
    const heldLeft = computed(() => (held.value?.heldUntil ? timestampMs(held.value.heldUntil) - desk.clock.now.value : 0));

    async function undo(): Promise<void> {
        const delivery = held.value;
        if (!delivery) return;
        const undone = await open.act(() => desk.clients.reply.undo({ delivery: delivery.id }));
        if (!undone) return;
        // The server gives the words back as the draft; what was written since stays behind them.
        const back = open.view.value?.draft || delivery.text;
        saved = back;
        text.value = text.value && text.value !== back ? `${back}\n${text.value}` : back;
    }

    async function addNote(): Promise<boolean> {
        const words = note.value.trim();
        if (!words) return false;
        const mentions = mentionsIn(words, desk.directory.agents.values());
        const done = await open.act(() => desk.clients.reply.addNote({ conversation: open.id, text: words, mentions }));
        if (done) note.value = "";
        return done;
    }

    return { text, note, persona, after, sending, seen, news, acknowledge, send, held, heldLeft, undo, addNote };
}

export type ComposerState = ReturnType<typeof useComposer>;
