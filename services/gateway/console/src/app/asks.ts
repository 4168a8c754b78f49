// What asks for somebody beside his conversations: answers of his that wait for a word, notes that name him.
import { inject, provide, ref, type InjectionKey, type Ref } from "vue";
import type { Event } from "gen/guichet/v1/events_pb";
import { DeliveryState } from "gen/guichet/v1/types_pb";
import type { Desk } from "@/app/desk";
import { soon } from "@/lib/soon";

export interface Asks {
    // Of mine, those that failed, may not have arrived, or wait for approval; as many as one page holds.
    deliveries: Ref<number>;
    mentions: Ref<number>;
    readMentions: () => void;
}

export const asking = [DeliveryState.FAILED, DeliveryState.UNCONFIRMED, DeliveryState.PENDING_APPROVAL];
const MOST = 100;
const CLOSE_MS = 400;
const key: InjectionKey<Asks> = Symbol("asks");

export const touchesDeliveries = (event: Pick<Event, "type">) => event.type.startsWith("delivery.");
export const touchesMentions = (event: Pick<Event, "type">) => event.type === "note.added";

export function provideAsks(desk: Desk): Asks {
    const deliveries = ref(0);
    const mentions = ref(0);
    const countDeliveries = soon(async () => {
        const page = await desk.clients.desk.listDeliveries({ states: asking, mine: true, pageSize: MOST });
        deliveries.value = page.deliveries.length;
    }, CLOSE_MS);
    const countMentions = soon(async () => {
        mentions.value = (await desk.clients.desk.listMentions({ unreadOnly: true, pageSize: 1 })).unread;
    }, CLOSE_MS);
    desk.listenAlways({
        onEvents: (events) => {
            if (events.some((event) => touchesDeliveries(event) && event.type !== "delivery.sending")) countDeliveries();
            if (events.some(touchesMentions)) countMentions();
        },
        onResync: () => { countDeliveries(); countMentions(); },
    });
    countDeliveries();
    countMentions();
    const asks = { deliveries, mentions, readMentions: countMentions };
    provide(key, asks);
    return asks;
}

export function useAsks(): Asks {
    const asks = inject(key);
    if (!asks) throw new Error("nothing asks: this component is shown outside the console");
    return asks;
}
