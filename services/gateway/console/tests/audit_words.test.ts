// The audit in words: every call that can stand in it, and every kind of line, in each language.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getOption, type DescMethod, type DescService } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { access } from "gen/guichet/v1/access_pb";
import { useAuditWords } from "@/audit/use_audit_words";
import { deskKey, type Desk } from "@/app/desk";
import { i18n, words } from "@/i18n";
import en from "locales/en.json";
import fr from "locales/fr.json";
import nl from "locales/nl.json";
import { mounted } from "./mounted";

const languages = { en, fr, nl };

async function services(): Promise<DescService[]> {
    const files = readdirSync("gen/guichet/v1").filter((name) => name.endsWith("_pb.ts"));
    const modules = await Promise.all(files.map((name) => import(`../gen/guichet/v1/${name.slice(0, -3)}.ts`) as Promise<Record<string, unknown>>));
    return modules.flatMap((one) => Object.values(one)).filter((value): value is DescService => (value as { kind?: string } | undefined)?.kind === "service");
}
// services/guichet/call_audit.cpp: what changes something and was asked for by somebody; messages that come in are events.
const stands = (service: DescService, method: DescMethod) => service.name !== "IngestService" && getOption(method, access).write;
const calls = async () => (await services()).flatMap((service) => service.methods.filter((method) => stands(service, method)).map((method) => method.name));

// The kinds of events as the store names them, but for those that are told to who looks and never written down.
function kinds(): string[] {
    const folder = "../../../common/store/lua";
    const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    const areas = "agent|audit|call|contact|conversation|dead_letter|delivery|document|escalation|message|moderation|note";
    return [...new Set([...text.matchAll(new RegExp(`'((?:${areas})\\.[a-z_]+)'`, "g"))].map((found) => found[1] as string))].filter((kind) => kind !== "conversation.attended");
}

// A line as it stands on the page, in one language.
function said(language: keyof typeof languages, kind: string): string {
    words.setLocaleMessage(language, languages[language] as never);
    words.locale.value = language;
    const desk = { directory: { agents: new Map(), channels: new Map(), agentName: (id: string) => id } } as unknown as Desk;
    const { value } = mounted(useAuditWords, (app) => app.use(i18n).provide(deskKey, desk));
    return value.did(kind);
}

describe("the audit in words", () => {
    it("has words for every call that can stand there, and for no other", async () => {
        const wanted = await calls();
        expect(wanted.length).toBeGreaterThan(50);
        // The audit names a call by its method alone: two services with one name for two things would be told alike.
        expect(wanted.filter((name, at) => wanted.indexOf(name) !== at)).toEqual([]);
        for (const [language, file] of Object.entries(languages)) expect(Object.keys(file.audit.call).sort(), language).toEqual([...wanted].sort());
    });

    it("says them as they stand on the page, without the name of the call", async () => {
        for (const language of Object.keys(languages) as (keyof typeof languages)[]) {
            for (const name of await calls()) {
                const line = said(language, `call.${name}`);
                expect(line, `${language} ${name}`).toContain(languages[language].audit.call[name as keyof typeof en.audit.call]);
                expect(line, `${language} ${name}`).not.toMatch(/call\.|\{|audit\./);
            }
        }
        expect(said("en", "call.CreateToken")).toBe("Asked to make a token");
        expect(said("fr", "call.CreateToken")).toBe("Demandé\u00a0: créer un jeton");
        expect(said("nl", "call.CreateToken")).toBe("Gevraagd: een token maken");
    });

    it("shows what a newer server tells as it is", () => {
        expect(said("en", "call.DoSomethingNew")).toBe("“DoSomethingNew” was asked for");
        expect(said("nl", "call.DoSomethingNew")).toBe("‘DoSomethingNew’ is gevraagd");
        expect(said("fr", "weather.changed")).toBe("weather.changed");
    });

    it("has words for every kind of event that the store writes", () => {
        expect(kinds().length).toBeGreaterThan(30);
        for (const [language, file] of Object.entries(languages)) {
            expect(kinds().filter((kind) => !(kind.replace(".", "_") in file.audit.kind)), language).toEqual([]);
        }
    });
});
