import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { ModerationAct, ModerationSchema, ModerationState } from "gen/guichet/v1/moderation_pb";
import { bySeq, choicesOf, marksOf } from "@/conversation/moderation";

const { HIDE, UNHIDE, LIKE, UNLIKE } = ModerationAct;
const { ASKED, DONE, FAILED } = ModerationState;
const all = [HIDE, UNHIDE, LIKE, UNLIKE];
const asked = (act: ModerationAct, state: ModerationState, more: object = {}) => create(ModerationSchema, { seq: 1n, act, state, actor: "gil", ...more });

describe("moderation", () => {
    it("offers what would change something, of what the channel can do", () => {
        expect(choicesOf(all, [])).toEqual([HIDE, LIKE]);
        expect(choicesOf([HIDE, UNHIDE], [])).toEqual([HIDE]);
        expect(choicesOf([], [])).toEqual([]);
        expect(choicesOf(all, [asked(HIDE, DONE), asked(LIKE, ASKED)])).toEqual([UNHIDE, UNLIKE]);
        expect(choicesOf(all, [asked(UNHIDE, DONE)])).toEqual([HIDE, LIKE]);
        expect(choicesOf(all, [asked(HIDE, FAILED)])).toEqual([HIDE, UNHIDE, LIKE]);
    });

    it("marks what is not as the customer left it, with the reason", () => {
        expect(marksOf([asked(UNHIDE, DONE), asked(LIKE, DONE)])).toEqual([{ key: "like_done", tone: "plain", why: "" }]);
        expect(marksOf([asked(HIDE, FAILED, { error: "no permission" })])).toEqual([{ key: "hide_failed", tone: "urgent", why: "no permission" }]);
        expect(marksOf([asked(UNHIDE, ASKED, { error: "busy" })])).toEqual([{ key: "unhide_asked", tone: "plain", why: "busy" }]);
    });

    it("tells what was hidden in the platform's own tools from what was asked here", () => {
        expect(marksOf([asked(HIDE, DONE, { actor: "" })])).toEqual([{ key: "hide_elsewhere", tone: "plain", why: "" }]);
        expect(marksOf([asked(HIDE, DONE)])).toEqual([{ key: "hide_done", tone: "plain", why: "" }]);
        expect(marksOf([asked(UNHIDE, DONE, { actor: "" })])).toEqual([]);
        expect(choicesOf(all, [asked(HIDE, DONE, { actor: "" })])).toEqual([UNHIDE, LIKE]);
    });

    it("keeps messages apart", () => {
        const kept = bySeq([asked(HIDE, DONE), create(ModerationSchema, { seq: 2n, act: LIKE }), asked(LIKE, DONE)]);
        expect(kept.get(1n)?.map((one) => one.act)).toEqual([HIDE, LIKE]);
        expect(kept.get(2n)?.length).toBe(1);
    });
});
