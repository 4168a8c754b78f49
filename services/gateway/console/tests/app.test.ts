import { create } from "@bufbuild/protobuf";
import { describe, expect, it, vi } from "vitest";
import { GrantSchema, Role } from "gen/guichet/v1/access_pb";
import { AgentSchema } from "gen/guichet/v1/admin_pb";
import { callOf } from "@/app/attention";
import { commandFor, matchesKeys, type Command, type KeyPress } from "@/app/commands";
import { rightsOf } from "@/app/rights";
import { all, Directory, first, MOST_PAGES } from "@/app/directory";
import { readTheme } from "@/app/theme";
import { toast, toasts } from "@/app/toasts";
import { firstLanguage, speak } from "@/i18n";
import { rank } from "@/lib/rank";
import { soon } from "@/lib/soon";
import { momentIn } from "@/lib/figures";
import { ago, left, urgencyOf } from "@/lib/time";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

describe("a moment", () => {
    it("is written as each language writes it", () => {
        const noon = new Date(2026, 10, 23, 12, 5).getTime();
        expect(momentIn("en-GB", noon)).toBe("23 Nov 2026, 12:05");
        expect(momentIn("fr", noon)).toMatch(/^23 nov\. 2026.* 12:05$/);
        expect(momentIn("en-GB", noon + 60_000)).toBe("23 Nov 2026, 12:06");
    });
});

describe("names", () => {
    it("of what the server and programs do by themselves are words, in every language", async () => {
        vi.stubGlobal("document", { documentElement: {} });
        const directory = new Directory({} as never);
        directory.agents.set("bob", create(AgentSchema, { id: "bob", name: "Bob" }));
        const named = () => ["system", "system:proof", "system:later", "token:t1", "bob", "gone"].map((id) => directory.agentName(id));
        await speak("en");
        expect(named()).toEqual(["Guichet", "Guichet (proof of identity)", "Guichet", "a program (token t1)", "Bob", "gone"]);
        await speak("fr");
        expect(named()).toEqual(["Guichet", "Guichet (preuve d’identité)", "Guichet", "un programme (jeton t1)", "Bob", "gone"]);
        await speak("nl");
        expect(named()).toEqual(["Guichet", "Guichet (bewijs van identiteit)", "Guichet", "een programma (token t1)", "Bob", "gone"]);
        vi.unstubAllGlobals();
    });
});

describe("keys", () => {
    it("match as they are written", () => {
        expect(matchesKeys(press("t"), "t")).toBe(true);
        expect(matchesKeys(press("T", { shiftKey: true }), "t")).toBe(false);
        expect(matchesKeys(press("k", { metaKey: true }), "ctrl+k")).toBe(true);
        expect(matchesKeys(press("?", { shiftKey: true }), "?")).toBe(true);
        expect(matchesKeys(press("ArrowDown"), "j arrowdown")).toBe(true);
        expect(matchesKeys(press("1", { altKey: true }), "alt+1")).toBe(true);
        expect(matchesKeys(press("k"), "ctrl+k")).toBe(false);
    });

    it("find the newest command that is possible, and leave writers alone", () => {
        const run = vi.fn();
        const all: Command[] = [{ id: "old", keys: "t", run }, { id: "never", keys: "t", run, when: () => false },
            { id: "send", keys: "ctrl+enter", run, whileTyping: true }];
        expect(commandFor(press("t"), false, false, all)?.id).toBe("old");
        expect(commandFor(press("t"), true, false, all)).toBeUndefined();
        expect(commandFor(press("t"), false, true, all)).toBeUndefined();
        expect(commandFor(press("Enter", { ctrlKey: true }), true, false, all)?.id).toBe("send");
    });
});

describe("time", () => {
    it("is told in short words", () => {
        expect(ago(59_000)).toEqual({ key: "now", n: 0 });
        expect(ago(3_600_000)).toEqual({ key: "h", n: 1 });
        expect(ago(-5)).toEqual({ key: "now", n: 0 });
        expect(left(42_900)).toEqual({ key: "s", a: 42, b: "" });
        expect(left(3 * 3_600_000 + 5 * 60_000)).toEqual({ key: "h", a: 3, b: "05" });
        expect(left(52 * 3_600_000)).toEqual({ key: "d", a: 2, b: "4" });
        expect([urgencyOf(0), urgencyOf(600_000), urgencyOf(600_001)]).toEqual(["late", "soon", "calm"]);
        expect([urgencyOf(0, true), urgencyOf(1000, true)]).toEqual(["calm", "calm"]);
    });
});

describe("the shell", () => {
    it("ranks by beginnings, accents or not", () => {
        const list = ["Aller à la file", "Prendre la suivante", "File résolue"];
        expect(rank(list, "file", String)).toEqual(["File résolue", "Aller à la file"]);
        expect(rank(list, "resol", String)).toEqual(["File résolue"]);
        expect(rank(list, "", String)).toEqual(list);
    });

    it("knows rights by the highest role, and none by roles outside the ladder", () => {
        expect(rightsOf([create(GrantSchema, { role: Role.SUPERVISOR })])).toEqual({ agent: true, supervisor: true, admin: false });
        expect(rightsOf([create(GrantSchema, { role: Role.BOT })])).toEqual({ agent: false, supervisor: false, admin: false });
    });

    it("calls for what is mine only", () => {
        const event = { type: "message.received", owner: "ann", actor: "", conversation: "c" };
        expect(callOf(event, "ann")).toBe("message");
        expect(callOf(event, "bob")).toBeUndefined();
        expect(callOf({ ...event, type: "conversation.assigned", actor: "ann" }, "ann")).toBeUndefined();
        expect(callOf({ ...event, type: "delivery.failed" }, "ann")).toBe("delivery");
    });

    it("says the same thing once, and not more than can be read", () => {
        for (const text of ["a", "b", "a", "c", "d", "e"]) toast(text);
        expect(toasts.value.map((one) => one.text)).toEqual(["a", "c", "d", "e"]);
    });

    it("speaks the language that was chosen, else the browser's, else English", () => {
        expect(firstLanguage("nl", ["fr-BE"])).toBe("nl");
        expect(firstLanguage(null, ["de-DE", "fr-BE"])).toBe("fr");
        expect(firstLanguage("xx", ["de"])).toBe("en");
        expect(readTheme("dark")).toBe("dark");
        expect(readTheme("odd")).toBe("system");
    });

    it("does soon what is asked often, once, and once more when asked meanwhile", async () => {
        vi.useFakeTimers();
        let done = 0;
        const request = soon(async () => { ++done; if (done === 1) request(); }, 10);
        request();
        request();
        await vi.advanceTimersByTimeAsync(100);
        expect(done).toBe(2);
        vi.useRealTimers();
    });
});

describe("a list that comes in pages", () => {
    const server = (pages: number) => async (cursor: string) => {
        const at = Number(cursor || 0);
        return { items: [at], nextCursor: at + 1 < pages ? String(at + 1) : "" };
    };
    it("is read to its end, or to as many pages as are wanted, and says which", async () => {
        expect(await first(3, server(3), (answer) => answer.items)).toEqual({ items: [0, 1, 2], whole: true });
        expect(await first(2, server(3), (answer) => answer.items)).toEqual({ items: [0, 1], whole: false });
        expect(await all(server(MOST_PAGES + 5), (answer) => answer.items)).toHaveLength(MOST_PAGES);
    });
});
