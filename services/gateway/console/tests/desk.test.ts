import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { Attention, SavedViewSchema } from "gen/guichet/v1/desk_pb";
import { ContactSuggestionSchema } from "gen/guichet/v1/inbox_pb";
import { ContactSchema, DeliveryState } from "gen/guichet/v1/types_pb";
import { MeasureTextResponseSchema } from "gen/guichet/v1/writing_pb";
import { touchesDeliveries, touchesMentions } from "@/app/asks";
import { lengthNow } from "@/composer/measure";
import { attentionOf } from "@/conversation/attendance";
import { deedsOn, stateOf, toneOf } from "@/deliveries/deliveries";
import { reasonsOf, together } from "@/conversation/person";
import { known } from "@/queue/shared";

describe("an answer that waits", () => {
    it("is settled by whoever sees it, and taken back by who wrote it or steers", () => {
        expect(deedsOn(DeliveryState.UNCONFIRMED, false, false)).toEqual(["sent", "resend", "cancel"]);
        expect(deedsOn(DeliveryState.HELD, true, false)).toEqual(["undo"]);
        expect(deedsOn(DeliveryState.HELD, false, false)).toEqual([]);
        expect(deedsOn(DeliveryState.RETRY, false, true)).toEqual(["undo"]);
        expect(deedsOn(DeliveryState.PENDING_APPROVAL, true, true)).toEqual([]);
        expect(toneOf(DeliveryState.FAILED)).toBe("urgent");
        expect(toneOf(DeliveryState.SENT)).toBe("plain");
    });
    it("is listed by a state that the address names, or all are", () => {
        expect(stateOf("failed")).toBe("failed");
        expect(stateOf("sent")).toBe("all");
        expect(stateOf(undefined)).toBe("all");
        expect(stateOf("toString")).toBe("all");
    });
});

describe("what asks for somebody", () => {
    it("is known by its event", () => {
        expect(touchesDeliveries({ type: "delivery.failed" })).toBe(true);
        expect(touchesDeliveries({ type: "note.added" })).toBe(false);
        expect(touchesMentions({ type: "note.added" })).toBe(true);
        expect(touchesMentions({ type: "note.suggested" })).toBe(false);
    });
});

describe("who looks", () => {
    it("writes for a while after the last key", () => {
        expect(attentionOf(0, 1)).toBe(Attention.LOOKING);
        expect(attentionOf(10_000, 15_999)).toBe(Attention.WRITING);
        expect(attentionOf(10_000, 16_000)).toBe(Attention.LOOKING);
    });
});

describe("the length of a text", () => {
    const answer = create(MeasureTextResponseSchema, { length: 23n, most: 280n });
    it("is the channel's own number, moved by what was written since", () => {
        expect(lengthNow("e\u0301", undefined)).toBe(1);
        expect(lengthNow("see https://a.example", { text: "see https://a.example", answer })).toBe(23);
        expect(lengthNow("see https://a.example !", { text: "see https://a.example", answer })).toBe(25);
        expect(lengthNow("", { text: "a text that is much longer than that", answer })).toBe(0);
    });
});

describe("shared views", () => {
    it("are those whose list and filter this console knows", () => {
        const view = (list: string, query: Record<string, string>) => create(SavedViewSchema, { id: list, name: list, list, query });
        const found = known([view("queue", { language: "fr", visibility: "nonsense" }), view("board", {})]);
        expect(found.map((one) => [one.view, one.query])).toEqual([["queue", { language: "fr" }]]);
    });
});

describe("two contacts that may be one person", () => {
    it("are weighed by what speaks for it, then against it", () => {
        const suggestion = create(ContactSuggestionSchema, { reasons: [{ rule: "other_name", weight: -0.3, text: "Ann" }, { rule: "town", weight: 0.1 }, { rule: "mail", weight: 0.7 }] });
        expect(reasonsOf(suggestion).map((one) => [one.rule, one.against])).toEqual([["mail", false], ["town", false], ["other_name", true]]);
    });
    it("have each account once when they are one", () => {
        const into = create(ContactSchema, { identities: [{ channel: "shop", externalId: "1" }, { channel: "mail", externalId: "a" }] });
        const from = create(ContactSchema, { identities: [{ channel: "shop", externalId: "1" }, { channel: "shop", externalId: "2" }] });
        expect(together(into, from).map((one) => one.channel + one.externalId)).toEqual(["shop1", "maila", "shop2"]);
    });
});
