import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { GrantSchema, Role } from "gen/guichet/v1/access_pb";
import { ChannelKind } from "gen/guichet/v1/admin_pb";
import en from "locales/en.json";
import { addressOf, kinds, missing, nothingSeen, see, valuesOf } from "@/channels/kinds";
import { bodyText, replayAll } from "@/dead_letters/replay";
import { cells, readTable, writeCsv, type Known } from "@/people/csv";
import { draftOf, grantOf, highest } from "@/people/grants";
import { idFrom, listOf } from "@/setup/ids";
import { unknownVariables } from "@/texts/variables";

const known: Known = { ids: new Set(["ann"]), emails: new Set(["ann@shop.example"]), teams: new Map([["care", "care"], ["réclamations", "claims"]]) };
const wrongOf = (text: string) => readTable(text, known).lines.map((line) => line.wrong.map((one) => one.key).join(" "));

describe("a table of agents", () => {
    it("is read with any of the usual separators, quotes and line ends", () => {
        expect(cells("a;b\r\n\"x;\"\"y\"\"\";2\r\n")).toEqual([["a", "b"], ["x;\"y\"", "2"]]);
        expect(cells("a\tb\n1\t2")).toEqual([["a", "b"], ["1", "2"]]);
        expect(cells("a,b\n\"two\nlines\",z")).toEqual([["a", "b"], ["two\nlines", "z"]]);
    });

    it("says what each line will make", () => {
        const { lines } = readTable("\uFEFFName,Email,Role,Teams,Languages,Capacity\nBob Dûr,Bob.Dur@shop.example,supervisor,Réclamations;care,fr nl,20\n\nEve,eve@shop.example,,,,\n", known);
        expect(lines).toMatchObject([
            { line: 2, id: "bob-dur", email: "bob.dur@shop.example", role: "supervisor", teams: ["claims", "care"], languages: ["fr", "nl"], capacity: 20, wrong: [], known: false },
            { line: 4, id: "eve", role: "agent", teams: [], languages: [], capacity: 0, wrong: [] },
        ]);
    });

    it("says what is wrong with each line, and leaves who is there alone", () => {
        expect(wrongOf("name,email,role,teams,languages,capacity\n,nobody,boss,ghosts,french,-1")).toEqual(["name email role team language capacity"]);
        expect(wrongOf("name,email,id\nA,a@b.c,x\nB,a@b.c,x")).toEqual(["", "twice twice"]);
        expect(readTable("name,email\nAnn,ANN@shop.example", known).lines[0]).toMatchObject({ known: true, wrong: [] });
    });

    it("needs its columns, and none that nobody knows", () => {
        expect(readTable("who,where\nx,y", known).problem?.key).toBe("header");
        expect(readTable("name,email,shoe size\nx,y@z.z,42", known).problem).toEqual({ key: "column", value: "shoe size" });
        expect(readTable("name,email\n" + "x,x@y.z\n".repeat(501), known).problem?.key).toBe("too_many");
    });

    it("is written so that no table program computes with it", () => {
        expect(writeCsv([["=1+1", "a \"b\""]])).toBe("\"'=1+1\",\"a \"\"b\"\"\"\r\n");
    });
});

describe("channels", () => {
    const custom = kinds.find((kind) => kind.name === "custom");
    if (!custom) throw new Error("no custom kind");

    it("have an address that the other side is told", () => {
        const channel = (kind: ChannelKind, settings = {}) => ({ id: "shop", kind, settings });
        expect(addressOf(channel(ChannelKind.CUSTOM), "main", "https://g")).toBe("https://g/webhooks/custom/shop");
        expect(addressOf(channel(ChannelKind.CUSTOM), "acme", "https://g")).toBe("https://g/webhooks/custom/acme.shop");
        expect(addressOf(channel(ChannelKind.FORM), "acme", "https://g")).toBe("https://g/f/acme/shop");
        expect(addressOf(channel(ChannelKind.FACEBOOK, { app: "12" }), "acme", "https://g")).toBe("https://g/webhooks/facebook/12");
        expect(addressOf(channel(ChannelKind.MAIL), "main", "https://g")).toBe("");
    });

    it("keep secrets that are not typed, and settings that this page does not know", () => {
        expect(valuesOf(custom, { secret: "", webhook_url: " https://x " }, { settings: { odd: "1", visibility: "public" } }))
            .toEqual({ settings: { odd: "1", webhook_url: "https://x" }, secrets: {} });
        expect(missing(custom, {}, {})).toEqual([{ name: "secret", key: "required", least: 16 }]);
        expect(missing(custom, {}, { secret: "set" })).toEqual([]);
        expect(missing(custom, { secret: "short" })[0]?.key).toBe("short");
    });

    it("have words for all that is asked and all steps", () => {
        type Tree = Record<string, Record<string, string>>;
        const words = en.channels as unknown as { fields: Tree; before: Tree; after: Tree; choices: Record<string, string> };
        for (const kind of kinds) {
            expect(Object.keys(words.fields[kind.name] ?? {}).sort()).toEqual(kind.asked.map((one) => one.name).sort());
            expect(Object.keys(words.before[kind.name] ?? {})).toHaveLength(kind.before);
            expect(Object.keys(words.after[kind.name] ?? {})).toHaveLength(kind.after);
            for (const one of kind.asked) for (const choice of one.choices ?? []) if (choice !== "true") expect(words.choices[choice]).toBeTruthy();
        }
    });

    it("tell the first message and the last error", () => {
        let seen = see(nothingSeen, { type: "conversation.created", detail: "", conversation: "c1" }, 5);
        seen = see(seen, { type: "message.received", detail: "", conversation: "c2" }, 6);
        seen = see(seen, { type: "delivery.retry", detail: "503", conversation: "c1" }, 7);
        expect(seen).toMatchObject({ firstConversation: "c1", lastIn: 6, lastError: "503", lastErrorAt: 7 });
        expect(see(seen, { type: "conversation.claimed", detail: "", conversation: "c" }, 9)).toBe(seen);
    });
});

describe("rights", () => {
    it("go into the form and back", () => {
        const grant = create(GrantSchema, { role: Role.SUPERVISOR, channels: ["a"], publicOnly: true });
        expect(grantOf(draftOf(grant))).toEqual(grant);
        expect(highest([create(GrantSchema, { role: Role.BOT }), grant])).toBe("supervisor");
        expect(highest([])).toBeUndefined();
    });
});

describe("dead letters", () => {
    it("are put back one by one; what is refused does not hold up the others", async () => {
        const told: number[] = [];
        const result = await replayAll(["a", "b", "c"], async (id) => { if (id === "b") throw new Error("no"); }, (now) => told.push(now.done.length + now.refused.length));
        expect(result.done).toEqual(["a", "c"]);
        expect(result.refused.map((one) => one.id)).toEqual(["b"]);
        expect(told).toEqual([1, 2, 3]);
    });

    it("show words as words, every digit of a number, and bytes as bytes", () => {
        const bytes = (text: string) => new TextEncoder().encode(text);
        expect(bodyText(bytes("{\"id\":12345678901234567890,\"t\":\"a{,\\\"b\"}"))).toBe("{\n  \"id\": 12345678901234567890,\n  \"t\": \"a{,\\\"b\"\n}");
        expect(bodyText(bytes("{broken"))).toBe("{broken");
        expect(bodyText(new Uint8Array([0xff, 0x00]))).toBe("ff 00");
    });
});

it("ids come from names and are free", () => {
    expect(idFrom("Équipe Été!", new Set())).toBe("equipe-ete");
    expect(idFrom("Care", new Set(["care", "care-2"]))).toBe("care-3");
    expect(idFrom("北", new Set())).toBe("x");
    expect(listOf("fr, nl;fr")).toEqual(["fr", "nl"]);
});

it("what nothing fills in is told", () => {
    expect(unknownVariables("Hello {{contact.name}}, {{ agent.name }}: {{order}}")).toEqual(["{{order}}"]);
});
