import { create } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { AuditEntrySchema, AuditFaultSchema, VerifyAuditResponseSchema } from "gen/guichet/v1/audit_pb";
import { choiceOf, isRefused, keepHead, queryOf, readHead, requestOf, verifyAll, wordOf } from "@/audit/audit";

const hash = "a".repeat(64);

describe("what the audit is asked for", () => {
    it("goes into the address and back, and drops what nobody knows", () => {
        const choice = choiceOf({ conversation: " 01J ", actor: "bob", about: "sign_in", from: "2026-11-23T04:50", until: "tomorrow", odd: "x" });
        expect(queryOf(choice)).toEqual({ conversation: "01J", actor: "bob", about: "sign_in", from: "2026-11-23T04:50" });
        expect(choiceOf(queryOf(choice))).toEqual(choice);
        expect(choiceOf({ about: "toString" }).about).toBe("");
    });

    it("names kinds, and moments of the reader's own time", () => {
        const request = requestOf(choiceOf({ about: "sign_in", from: "2026-11-23T04:50" }));
        expect(request.kinds).toEqual(["sign_in.", "sign_out", "second_factor."]);
        expect(request.from && timestampMs(request.from)).toBe(new Date(2026, 10, 23, 4, 50).getTime());
        expect("until" in request).toBe(false);
        expect(requestOf(choiceOf({})).kinds).toEqual([]);
    });
});

describe("a line of the audit", () => {
    it("has the words of its kind; a call those of all calls", () => {
        expect(wordOf("conversation.claimed").key).toBe("conversation_claimed");
        expect(wordOf("call.PutTeam")).toEqual({ key: "call", name: "PutTeam" });
        expect(wordOf("call.agreed").key).toBe("call_agreed");
    });

    it("was refused where its result says so", () => {
        expect(isRefused(create(AuditEntrySchema, { result: "permission_denied" }))).toBe(true);
        expect(isRefused(create(AuditEntrySchema, { result: "ok" }))).toBe(false);
        expect(isRefused(create(AuditEntrySchema, {}))).toBe(false);
    });
});

describe("an end that is kept", () => {
    it("is read as it was written, and rubbish is none", () => {
        const head = { number: 12n, hash };
        expect(readHead(keepHead(head))).toEqual(head);
        for (const rubbish of [null, "", "12", "0:" + hash, "12:short", `-1:${hash}`]) expect(readHead(rubbish)).toBeUndefined();
    });
});

describe("a check of the whole audit", () => {
    it("asks on until the end, adds up, and names the end that is known", async () => {
        const asked: object[] = [];
        const told: number[] = [];
        const answers = [create(VerifyAuditResponseSchema, { checked: 50n, nextAfter: 50n, faults: [create(AuditFaultSchema, { number: 7n, problem: "changed" })], accepted: [create(AuditFaultSchema, { number: 3n })] }),
            create(VerifyAuditResponseSchema, { checked: 8n, headNumber: 58n, headHash: hash })];
        const verdict = await verifyAll(async (request) => { asked.push(request); return answers[asked.length - 1] ?? create(VerifyAuditResponseSchema); }, { number: 40n, hash }, (n) => told.push(n));
        expect(asked).toEqual([{ after: 0n, knownNumber: 40n, knownHash: hash }, { after: 50n, knownNumber: 40n, knownHash: hash }]);
        expect(told).toEqual([50, 58]);
        expect(verdict).toMatchObject({ checked: 58, compared: true, head: { number: 58n, hash } });
        expect(verdict.faults.map((fault) => fault.problem)).toEqual(["changed"]);
        expect(verdict.accepted.map((damage) => damage.number)).toEqual([3n]);
    });

    it("says that nothing was known before", async () => {
        const verdict = await verifyAll(async () => create(VerifyAuditResponseSchema, { checked: 1n, headNumber: 1n, headHash: hash }), undefined, () => undefined);
        expect(verdict.compared).toBe(false);
    });

    it("tells where it begins, and that a known end was removed", async () => {
        const answer = create(VerifyAuditResponseSchema, { checked: 3n, headNumber: 9n, headHash: hash, firstNumber: 7n, knownRemoved: true });
        const verdict = await verifyAll(async () => answer, { number: 2n, hash }, () => undefined);
        expect(verdict.first).toBe(7n);
        expect(verdict.compared).toBe(false);
        const kept = create(VerifyAuditResponseSchema, { checked: 3n, headNumber: 9n, headHash: hash, firstNumber: 7n });
        expect((await verifyAll(async () => kept, { number: 8n, hash }, () => undefined)).compared).toBe(true);
    });
});
