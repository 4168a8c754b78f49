import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { EscalationState, RouteKind } from "gen/guichet/v1/escalation_pb";
import { ConversationSchema, DeliverySchema, IdentityProof, MessageKind, MessageSchema, Visibility } from "gen/guichet/v1/types_pb";
import { fill, insertAt } from "@/composer/canned";
import { choose, Drafts } from "@/composer/drafts";
import { lengthOf } from "@/composer/length";
import { fileAddress, kindWord, lookOf, troubleOf } from "@/conversation/files";
import { newsSince, timelineOf } from "@/conversation/timeline";
import { aboveAfter, canVerify, movesOf, sayable, stepOf } from "@/escalation/case";
import { bytesIn } from "@/lib/bytes";
import { laterMoments } from "@/lib/later";
import { pieces } from "@/lib/links";
import { mentionsIn } from "@/lib/mentions";

const said = (seq: number, kind: MessageKind, text: string, at: number, more: object = {}) =>
    create(MessageSchema, { seq: BigInt(seq), kind, text, storedAt: timestampFromMs(at), ...more });
const { INBOUND, OUTBOUND, NOTE, EDIT, DELETION } = MessageKind;

describe("files of a message", () => {
    const file = (more: object) => ({ name: "", mediaType: "", size: 0n, blob: "", url: "", ...more });

    it("are asked for by conversation, message and place, never by what they hold", () => {
        expect(fileAddress("c/1", { seq: 12n }, 2)).toBe("/v1/attachments/c%2F1/12/2");
    });
    it("are pictures only where the server shows them, and pages of the platform stay links", () => {
        for (const mediaType of ["image/png", "IMAGE/JPEG", "image/webp; q=1"]) expect(lookOf(file({ mediaType, blob: "sha256:x" }))).toBe("picture");
        expect(lookOf(file({ mediaType: "image/*", url: "https://cdn.example/1" }))).toBe("picture");
        for (const mediaType of ["image/svg+xml", "text/html", "application/pdf", ""]) expect(lookOf(file({ mediaType, blob: "sha256:x" }))).toBe("file");
        expect(lookOf(file({ mediaType: "image/png" }))).toBe("file");
        expect(lookOf(file({ url: "https://news.example/story" }))).toBe("link");
        expect(lookOf(file({ url: "https://cdn.example/1.bin", size: 3n }))).toBe("file");
    });
    it("say their kind by their name, else by their type", () => {
        expect(["facture.pdf", "photo", "archive.tar.gz", "Dr. No"].map((name) => kindWord({ name, mediaType: "image/jpeg" }))).toEqual(["PDF", "JPEG", "GZ", "JPEG"]);
        expect(kindWord({ name: "", mediaType: "image/svg+xml" })).toBe("SVG");
        expect(kindWord({ name: "image", mediaType: "image/*" })).toBe("");
    });
    it("say why they are not there", () => {
        expect([404, 410, 413, 503, 429].map(troubleOf)).toEqual(["gone", "gone", "large", "unreachable", "unreachable"]);
    });
});

describe("the timeline", () => {
    const open = create(ConversationSchema, { id: "pub", visibility: Visibility.PUBLIC });
    const other = create(ConversationSchema, { id: "priv", visibility: Visibility.PRIVATE });

    it("is one history of both sides, in the order in which it came", () => {
        const items = timelineOf({
            conversation: open, messages: [said(1, INBOUND, "angry", 10), said(2, OUTBOUND, "sorry", 30, { delivery: "d1" })],
            deliveries: [create(DeliverySchema, { id: "d1", error: "late" })],
            counterpart: other, counterpartMessages: [said(1, INBOUND, "hello", 20), said(2, NOTE, "vip", 40)],
        });
        expect(items.map((item) => `${item.side} ${item.kind} ${item.text}`)).toEqual(["public customer angry", "private customer hello", "public ours sorry", "private note vip"]);
        expect(items[2]?.delivery?.error).toBe("late");
        expect(new Set(items.map((item) => item.key)).size).toBe(4);
    });

    it("folds edits and deletions into what they change, also when that is not shown", () => {
        const items = timelineOf({ conversation: open, deliveries: [], counterpartMessages: [], counterpart: undefined, messages: [
            said(5, INBOUND, "one", 1), said(6, INBOUND, "two", 2), said(7, EDIT, "one!", 3, { targetSeq: 5n }), said(8, EDIT, "ONE", 4, { targetSeq: 5n }),
            said(9, DELETION, "", 5, { targetSeq: 6n }), said(10, EDIT, "of long ago", 6, { targetSeq: 1n }),
            said(11, NOTE, "say this", 7, { fields: [{ name: "suggestion", value: "x" }] }) ] });
        expect(items.map((item) => [item.text, item.before, item.deleted, item.kind])).toEqual([
            ["ONE", ["one", "one!"], false, "customer"], ["two", [], true, "customer"], ["of long ago", [], false, "customer"], ["say this", [], false, "suggestion"]]);
    });

    it("tells what the customer said since somebody read", () => {
        const messages = [said(1, INBOUND, "a", 1), said(2, OUTBOUND, "b", 2), said(3, INBOUND, "c", 3), said(4, NOTE, "n", 4), said(5, DELETION, "", 5)];
        expect(newsSince(messages, 1n, 3n).map((message) => message.seq)).toEqual([3n, 5n]);
        expect(newsSince(messages, 3n, 3n)).toEqual([]);
    });
});

describe("words of customers", () => {
    it("are text with plain links", () => {
        expect(pieces("see https://a.example/x?y=1, (http://b.example).")).toEqual([{ text: "see " }, { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1" },
            { text: ", (" }, { text: "http://b.example", href: "http://b.example" }, { text: ")." }]);
        expect(pieces("javascript:alert(1) <b>x</b> data:text/html,x")).toEqual([{ text: "javascript:alert(1) <b>x</b> data:text/html,x" }]);
        expect(pieces("http://")).toEqual([{ text: "http://" }]);
    });

    it("are counted as they are read", () => {
        expect(lengthOf("")).toBe(0);
        expect(lengthOf("héé👨‍👩‍👧")).toBe(4);
    });
});

describe("canned replies", () => {
    it("are filled with what is known and put on a line of their own", () => {
        expect(fill("Dear {{contact.name}}, {{ reference }} {{odd}} {{agent.name}}", { "contact.name": "Ann", reference: "G-1", "agent.name": "" }))
            .toBe("Dear Ann, G-1 {{odd}} {{agent.name}}");
        expect(insertAt("", 0, "x")).toEqual({ text: "x", at: 1 });
        expect(insertAt("ab", 1, "x")).toEqual({ text: "a\nxb", at: 3 });
    });
});

describe("drafts", () => {
    function memory() {
        const map = new Map<string, string>();
        return { getItem: (key: string) => map.get(key) ?? null, setItem: (key: string, value: string) => void map.set(key, value),
            removeItem: (key: string) => void map.delete(key), key: (at: number) => [...map.keys()][at] ?? null, get length() { return map.size; } };
    }

    it("belong to one person and one conversation, and go when nothing is left", () => {
        const storage = memory();
        const drafts = new Drafts("main", "ann", storage);
        drafts.keep("c", { text: "hello", saved: "" });
        expect(drafts.read("c")).toEqual({ text: "hello", saved: "" });
        expect(new Drafts("main", "bob", storage).read("c")).toBeUndefined();
        drafts.keep("c", { text: "", saved: "" });
        expect(storage.length).toBe(0);
        storage.setItem("guichet.draft.main.ann.c", "{rubbish");
        expect(drafts.read("c")).toBeUndefined();
    });

    it("of this browser go before the server's only while the server does not know them", () => {
        expect(choose({ text: "mine", saved: "old" }, "old")).toBe("mine");
        expect(choose({ text: "same", saved: "same" }, "from elsewhere")).toBe("from elsewhere");
        expect(choose(undefined, "server")).toBe("server");
        expect(choose({ text: "", saved: "old" }, "old")).toBe("");
    });

    it("have a limit", () => {
        const storage = memory();
        const drafts = new Drafts("main", "ann", storage);
        for (let i = 0; i < 230; ++i) drafts.keep(`c${i}`, { text: "x", saved: "" });
        expect(storage.length).toBe(200);
        expect(drafts.read("c229")).toBeDefined();
    });
});

describe("small things", () => {
    it("mentions name people, longer names first", () => {
        const people = [{ id: "bob", name: "Bob" }, { id: "bob2", name: "Bob Jones" }];
        expect(mentionsIn("hi @Bob Jones", people)).toEqual(["bob2"]);
        expect(mentionsIn("@bob and @Bob Jones", people).sort()).toEqual(["bob", "bob2"]);
        expect(mentionsIn("mail bob@example.com", people)).toEqual([]);
    });

    it("later is by the calendar", () => {
        const sunday = laterMoments(new Date(2026, 10, 22, 22, 0));
        expect(sunday.monday).toEqual(new Date(2026, 10, 23, 9));
        expect(sunday.tomorrow).toEqual(new Date(2026, 10, 23, 9));
        expect(laterMoments(new Date(2026, 10, 23, 8)).monday).toEqual(new Date(2026, 10, 30, 9));
    });

    it("bytes have a unit", () => {
        expect(bytesIn("en", 1536)).toBe("1.5 kB");
        expect(bytesIn("en", 12)).toBe("12 byte");
    });

    it("who wrote in private without proof can be verified, nobody else", () => {
        const claimed = { visibility: Visibility.PRIVATE, identity: IdentityProof.CLAIMED, inboundSeq: 1n };
        expect(canVerify(claimed)).toBe(true);
        expect(canVerify({ ...claimed, inboundSeq: 0n })).toBe(false);
        expect(canVerify({ ...claimed, visibility: Visibility.PUBLIC })).toBe(false);
        expect(canVerify({ ...claimed, identity: IdentityProof.ACCOUNT_PROVEN })).toBe(false);
        expect(canVerify({ ...claimed, identity: IdentityProof.UNSPECIFIED })).toBe(false);
        expect(canVerify(undefined)).toBe(false);
    });

    it("a number is shown in groups that can be read aloud", () => {
        expect(sayable("+32470123456")).toBe("+32 470 12 34 56");
        expect(sayable("0470123456")).toBe("04 70 12 34 56");
        expect(sayable("112")).toBe("112");
        expect(sayable("ext. 7")).toBe("ext. 7");
    });

    it("a case can be offered until it is, and closed once accepted", () => {
        expect(movesOf(undefined)).toEqual({ offer: true, decline: false, close: false });
        expect(movesOf({ state: EscalationState.PROPOSED })).toEqual({ offer: true, decline: true, close: false });
        expect(movesOf({ state: EscalationState.OFFERED })).toEqual({ offer: false, decline: false, close: false });
        expect(movesOf({ state: EscalationState.ACCEPTED }).close).toBe(true);
        expect([EscalationState.UNSPECIFIED, EscalationState.OFFERED, EscalationState.CLOSED_IN_PUBLIC].map(stepOf)).toEqual([0, 2, 4]);
    });
});

describe("going private", () => {
    it("takes him above what he may have, where it opens a conversation of his", () => {
        expect(aboveAfter(RouteKind.PRIVATE_REPLY, 5, 5)).toBe(1);
        expect(aboveAfter(RouteKind.MAIL, 4, 5)).toBe(0);
        expect(aboveAfter(RouteKind.CALL_BACK, 5, 5)).toBe(0);
        expect(aboveAfter(RouteKind.PRIVATE_LINK, 5, 5)).toBe(0);
        expect(aboveAfter(RouteKind.MAIL, 3, 0)).toBe(0);
        expect(aboveAfter(undefined, 5, 5)).toBe(0);
    });
});
