// Answers that wait for something or somebody: which are listed, and what can be done with one. Pure.
import { Settlement } from "gen/guichet/v1/reply_pb";
import { DeliveryState } from "gen/guichet/v1/types_pb";

export const shown = {
    failed: DeliveryState.FAILED, unconfirmed: DeliveryState.UNCONFIRMED, pending_approval: DeliveryState.PENDING_APPROVAL, retry: DeliveryState.RETRY,
    held: DeliveryState.HELD,
} as const;
export type Shown = keyof typeof shown;

// From the address: one state, or all of them.
export function stateOf(query: unknown): Shown | "all" {
    return typeof query === "string" && Object.hasOwn(shown, query) ? query as Shown : "all";
}

export type Deed = "undo" | "sent" | "resend" | "cancel";
export const settlements = { sent: Settlement.SENT, resend: Settlement.RESEND, cancel: Settlement.CANCEL } as const;

// Nobody takes back what somebody else wrote, but who steers; what did not certainly arrive anybody who sees it may settle.
export function deedsOn(state: DeliveryState, isMine: boolean, steers: boolean): Deed[] {
    if (state === DeliveryState.UNCONFIRMED || state === DeliveryState.FAILED) return ["sent", "resend", "cancel"];
    const stops = state === DeliveryState.HELD || state === DeliveryState.RETRY;
    return stops && (isMine || steers) ? ["undo"] : [];
}

export const tones = {
    [DeliveryState.FAILED]: "urgent", [DeliveryState.UNCONFIRMED]: "urgent", [DeliveryState.PENDING_APPROVAL]: "note", [DeliveryState.RETRY]: "note",
    [DeliveryState.HELD]: "plain",
} as const;

export function toneOf(state: DeliveryState): "urgent" | "note" | "plain" {
    return (tones as Partial<Record<DeliveryState, "urgent" | "note" | "plain">>)[state] ?? "plain";
}
