import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { EventSchema } from "gen/guichet/v1/events_pb";
import { ConversationSchema, ConversationState, Intent, Visibility, type Conversation } from "gen/guichet/v1/types_pb";
import { isPlainClick } from "@/lib/plain_click";
import { choiceOf, filterOf, fits, isByDue, mayShow, queryOf } from "@/queue/filter";
import { append, neighbour, noRows, remove, renewHead, upsert } from "@/queue/rows";
import { readSaved } from "@/queue/saved";

const row = (id: string, due: number): Conversation => create(ConversationSchema, { id, dueAt: timestampFromMs(due), updatedAt: timestampFromMs(due) });
const ids = (known: { rows: readonly Conversation[] }) => known.rows.map((one) => one.id).join(" ");

describe("filters", () => {
    it("go into the address and back, and drop what nobody knows", () => {
        const choice = choiceOf({ channel: "a,b", visibility: "private,public", intent: "complaint,nonsense", team: ["x"] });
        expect(queryOf(choice)).toEqual({ channel: "a,b", visibility: "private", intent: "complaint" });
        const filter = filterOf("queue", choice);
        expect(filter).toMatchObject({ channels: ["a", "b"], visibility: Visibility.PRIVATE, intents: [Intent.COMPLAINT] });
        expect(isByDue(filter)).toBe(false);
        expect(isByDue(filterOf("queue", choiceOf({ channel: "a" })))).toBe(true);
        expect(filterOf("mine", choiceOf({})).owners).toEqual(["me"]);
    });

    it("tell which events concern a list", () => {
        const event = (more: object) => create(EventSchema, { conversation: "c", state: ConversationState.WAITING, channel: "a", visibility: Visibility.PUBLIC, ...more });
        const queue = filterOf("queue", choiceOf({ channel: "a" }));
        expect(mayShow(queue, event({}), "me")).toBe(true);
        expect(mayShow(queue, event({ state: ConversationState.OWNED }), "me")).toBe(false);
        expect(mayShow(queue, event({ channel: "b" }), "me")).toBe(false);
        const mine = filterOf("mine", choiceOf({}));
        expect(mayShow(mine, event({ state: ConversationState.OWNED, owner: "ann" }), "ann")).toBe(true);
        expect(mayShow(mine, event({ state: ConversationState.OWNED, owner: "bob" }), "ann")).toBe(false);
    });
});

describe("rows", () => {
    it("grow by pages without a row twice", () => {
        const first = append(noRows, [row("a", 1), row("b", 2)], "p2", "due");
        const second = append(first, [row("b", 2), row("c", 3)], "", "due");
        expect(ids(second)).toBe("a b c");
        expect(second.cursor).toBe("");
    });

    it("take a fresh first page as far as it reaches and keep what lies beyond", () => {
        const known = { rows: [row("a", 1), row("b", 2), row("c", 3), row("d", 4)], cursor: "deep" };
        const fresh = renewHead(known, [row("new", 1), row("b", 2)], "after b", "due");
        expect(ids(fresh)).toBe("new b c d");
        expect(fresh.cursor).toBe("deep");
        const all = renewHead(known, [row("b", 2)], "", "due");
        expect(ids(all)).toBe("b");
        const far = renewHead({ rows: [row("a", 1)], cursor: "x" }, [row("a", 1), row("b", 9)], "after b", "due");
        expect(far.cursor).toBe("after b");
    });

    it("are newest first where the index orders them", () => {
        const known = { rows: [row("d", 4), row("c", 3), row("a", 1)], cursor: "deep" };
        expect(ids(renewHead(known, [row("e", 5), row("c", 3)], "after c", "updated"))).toBe("e c a");
    });

    it("take one that is new or moved to its place, and leave what lies beyond to a later page", () => {
        const whole = { rows: [row("a", 1), row("c", 3)], cursor: "" };
        expect(ids(upsert(whole, row("b", 2), "due"))).toBe("a b c");
        expect(ids(upsert(whole, row("d", 4), "due"))).toBe("a c d");
        expect(ids(upsert(whole, row("a", 9), "due"))).toBe("c a");
        expect(ids(upsert({ ...whole, cursor: "deep" }, row("d", 4), "due"))).toBe("a c");
        expect(ids(append({ rows: [row("a", 1), row("c", 3)], cursor: "again" }, [row("b", 2), row("c", 3)], "", "due"))).toBe("a b c");
    });

    it("are put between the others without a look at all of them", () => {
        const MANY = 4000;
        const many = { rows: Array.from({ length: MANY }, (_, n) => row(`r${n}`, n * 2)), cursor: "deep" };
        const [one, page] = [row("one", MANY + 1), Array.from({ length: 200 }, (_, n) => row(`s${n}`, 2 * MANY + n))];
        let looks = 0;
        const counted = { ...many, rows: many.rows.map((known) => new Proxy(known, { get: (whole, name) => {
            if (name === "dueAt") ++looks;
            return Reflect.get(whole, name) as unknown;
        } })) };
        const placed = upsert(counted, one, "due");
        expect(placed.rows.findIndex((known) => known.id === "one")).toBe(MANY / 2 + 1);
        const grown = append(counted, [...page, row(`r${MANY - 1}`, 2 * MANY - 1)], "", "due");
        expect(grown.rows).toHaveLength(MANY + 200);
        expect(ids({ rows: grown.rows.slice(-202, -198) })).toBe("r3998 r3999 s0 s1");
        const renewed = renewHead(counted, [row("new", 0), row("r1", 2)], "after", "due");
        expect(renewed.rows).toHaveLength(MANY);
        expect(looks).toBeLessThan(MANY / 10);
    });

    it("stand in a list when all that its filter names fits", () => {
        const conversation = create(ConversationSchema, { state: ConversationState.WAITING, channel: "a", labels: ["x"], triage: { language: "fr", intent: Intent.COMPLAINT } });
        expect(fits(filterOf("queue", choiceOf({ channel: "a", language: "fr", intent: "complaint", label: "x" })), conversation, "me")).toBe(true);
        for (const other of [{ channel: "b" }, { language: "nl" }, { intent: "praise" }, { label: "y" }, { sentiment: "negative" }, { visibility: "public" }]) {
            expect(fits(filterOf("queue", choiceOf(other)), conversation, "me")).toBe(false);
        }
        expect(fits(filterOf("mine", choiceOf({})), conversation, "me")).toBe(false);
    });

    it("go when they are taken, and the choice falls on the neighbour", () => {
        const known = { rows: [row("a", 1), row("b", 2), row("c", 3)], cursor: "" };
        expect(neighbour(known, "b")).toBe("c");
        expect(neighbour(known, "c")).toBe("b");
        expect(ids(remove(known, new Set(["b"])))).toBe("a c");
        expect(remove(known, new Set(["z"]))).toBe(known);
    });
});

describe("a click on a row", () => {
    const click = { button: 0, defaultPrevented: false, metaKey: false, altKey: false, ctrlKey: false, shiftKey: false };
    it("opens it here; what is meant for another tab, or was answered, is left alone", () => {
        expect(isPlainClick(click)).toBe(true);
        for (const other of [{ button: 1 }, { ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { altKey: true }, { defaultPrevented: true }])
            expect(isPlainClick({ ...click, ...other }), JSON.stringify(other)).toBe(false);
    });
});

describe("saved views", () => {
    it("are read with what is still known, and rubbish is none", () => {
        expect(readSaved("rubbish")).toEqual([]);
        expect(readSaved(JSON.stringify([{ name: "Mad", view: "queue", query: { sentiment: "negative", odd: "x" } }, { view: 3 }])))
            .toEqual([{ name: "Mad", view: "queue", query: { sentiment: "negative" } }]);
    });
});
