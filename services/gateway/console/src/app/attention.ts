// Calls somebody who looks elsewhere: the number of what is his in the title, and, where he allowed it, a notification when a
// customer of his writes or an answer of his did not arrive. No customer's words: a screen may be shared.
import { ref, watchEffect } from "vue";
import type { Event } from "gen/guichet/v1/events_pb";
import type { Desk } from "@/app/desk";
import { toast } from "@/app/toasts";
import type { Work } from "@/app/work";
import { words } from "@/i18n";

export type Calling = "message" | "delivery" | "given";

// What of this concerns me, and how.
export function callOf(event: Pick<Event, "type" | "owner" | "actor" | "conversation">, me: string): Calling | undefined {
    if (event.owner !== me) return undefined;
    if (event.type === "message.received" || event.type === "message.edited") return "message";
    if (event.type === "delivery.failed" || event.type === "delivery.unconfirmed") return "delivery";
    if (event.type === "conversation.assigned" && event.actor !== me) return "given";
    return undefined;
}

export const canNotify = ref(typeof Notification !== "undefined" ? Notification.permission : "denied");

// Only on a click.
export async function askToNotify(): Promise<void> {
    canNotify.value = await Notification.requestPermission();
}

export function useAttention(desk: Desk, work: Work): void {
    watchEffect(() => {
        const number = work.load.value;
        document.title = number ? `(${number}) Guichet` : "Guichet";
    });
    desk.listenAlways({
        onEvents: (events) => {
            for (const event of events) {
                const call = callOf(event, desk.me.id);
                if (!call) continue;
                const open = location.pathname.endsWith(event.conversation);
                const who = work.mine.value.find((conversation) => conversation.id === event.conversation)?.contactName ?? "";
                const text = words.t(`attention.${call}`, { who: who || words.t("conversation.somebody") });
                if (call === "delivery" || (call === "given" && !open)) toast(text, { tone: call === "delivery" ? "urgent" : "plain" });
                if (document.hidden && canNotify.value === "granted") {
                    new Notification("Guichet", { body: text, tag: event.conversation });
                }
            }
        },
    });
}
