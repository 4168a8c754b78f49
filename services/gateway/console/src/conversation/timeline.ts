// One history out of both sides of a case: messages in the order in which they came, edits and deletions folded into what
// they change. Pure.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { GetConversationResponse } from "gen/guichet/v1/inbox_pb";
import { MessageKind, Visibility, type Conversation, type Delivery, type Message } from "gen/guichet/v1/types_pb";

export type Side = "public" | "private";
export type ItemKind = "customer" | "ours" | "note" | "suggestion";

export interface Item {
    // Unique over both sides.
    key: string;
    conversation: string;
    side: Side;
    kind: ItemKind;
    message: Message;
    // As it reads now, and as it read before, oldest first.
    text: string;
    before: string[];
    deleted: boolean;
    at: number;
    delivery: Delivery | undefined;
}

export function sideOf(conversation: Pick<Conversation, "visibility">): Side {
    return conversation.visibility === Visibility.PUBLIC ? "public" : "private";
}

export function momentOf(message: Message): number {
    const stamp = message.storedAt ?? message.createdAt;
    return stamp ? timestampMs(stamp) : 0;
}

function kindOf(message: Message): ItemKind {
    if (message.kind === MessageKind.OUTBOUND) return "ours";
    if (message.kind !== MessageKind.NOTE) return "customer";
    return message.fields.some((field) => field.name === "suggestion") ? "suggestion" : "note";
}

function oneSide(conversation: Conversation, messages: readonly Message[], deliveries: readonly Delivery[]): Item[] {
    const side = sideOf(conversation);
    const items = new Map<bigint, Item>();
    const byId = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
    for (const message of messages) {
        const changes = message.kind === MessageKind.EDIT || message.kind === MessageKind.DELETION;
        const target = changes ? items.get(message.targetSeq) : undefined;
        if (target && message.kind === MessageKind.EDIT) {
            target.before.push(target.text);
            target.text = message.text;
        } else if (target) {
            target.deleted = true;
        } else {
            // What it changes lies before the first page: it stands for itself.
            items.set(message.seq, {
                key: `${conversation.id}.${message.seq}`, conversation: conversation.id, side, kind: kindOf(message), message, text: message.text,
                before: [], deleted: message.kind === MessageKind.DELETION, at: momentOf(message), delivery: byId.get(message.delivery),
            });
        }
    }
    return [...items.values()];
}

export function timelineOf(view: Pick<GetConversationResponse, "conversation" | "messages" | "deliveries" | "counterpart" | "counterpartMessages">): Item[] {
    const own = view.conversation ? oneSide(view.conversation, view.messages, view.deliveries) : [];
    const other = view.counterpart ? oneSide(view.counterpart, view.counterpartMessages, []) : [];
    // Equal moments keep the order within a side.
    return [...own, ...other].map((item, index) => ({ item, index })).sort((a, b) => a.item.at - b.item.at || a.index - b.index).map(({ item }) => item);
}

// What the customer said since `seen`: what somebody who is writing has not read.
export function newsSince(messages: readonly Message[], seen: bigint, inboundSeq: bigint): Message[] {
    if (inboundSeq <= seen) return [];
    const inbound = messages.filter((message) => [MessageKind.INBOUND, MessageKind.EDIT, MessageKind.DELETION].includes(message.kind));
    return inbound.slice(-Number(inboundSeq - seen));
}
