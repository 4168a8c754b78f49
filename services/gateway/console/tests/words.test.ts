import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createI18n } from "vue-i18n";
import en from "locales/en.json";
import fr from "locales/fr.json";
import nl from "locales/nl.json";
import { pages } from "@/pages";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): Map<string, string> {
    const out = new Map<string, string>();
    for (const [key, value] of Object.entries(tree)) {
        if (typeof value === "string") out.set(prefix + key, value);
        else for (const [inner, text] of flat(value, `${prefix}${key}.`)) out.set(inner, text);
    }
    return out;
}

function sources(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? sources(path) : /\.(?:ts|vue)$/.test(entry.name) ? [readFileSync(path, "utf8")] : [];
    });
}

const languages = { en: flat(en as Tree), fr: flat(fr as Tree), nl: flat(nl as Tree) };
const variables = (text: string) => [...new Set(text.match(/\{[^}]+\}/g) ?? [])].sort().join(" ");
const spoken = createI18n({ legacy: false, locale: "en", messages: { en, fr, nl } as never }).global as unknown as
    { locale: { value: string }; t: (key: string, values: object) => string };
const text = sources("src").join("\n");

describe("words", () => {
    for (const [name, words] of Object.entries(languages)) {
        it(`${name}: the same keys, variables and number of forms as English, nothing empty`, () => {
            expect([...words.keys()].sort()).toEqual([...languages.en.keys()].sort());
            for (const [key, value] of words) {
                const english = languages.en.get(key) ?? "";
                expect(value.trim(), key).not.toBe("");
                expect(variables(value), key).toBe(variables(english));
                expect(value.split(" | ").length, key).toBe(english.split(" | ").length);
            }
        });
    }

    // Thousands of words are read: on a machine that is busy the usual five seconds are not enough.
    it("can be said: no sign that means something to vue-i18n stands bare", { timeout: 60_000 }, () => {
        for (const language of ["en", "fr", "nl"]) {
            spoken.locale.value = language;
            for (const key of languages.en.keys()) expect(spoken.t(key, { n: 2 }), key).not.toBe(key);
        }
    });

    it("French keeps its signs with the word before them, whatever the width of a line", () => {
        const loose = [...languages.fr].filter(([, words]) => / [:;?!»]|« /.test(words)).map(([key]) => key);
        expect(loose).toEqual([]);
    });

    // "u" is an hour there, too.
    it("Dutch calls everybody je, as one colleague the other", () => {
        const formal = [...languages.nl].filter(([key, words]) => !key.startsWith("time.") && /\b(?:u|uw|uzelf)\b/i.test(words)).map(([key]) => key);
        expect(formal).toEqual([]);
    });

    it("every key that is asked for is there", () => {
        const asked = [...text.matchAll(/\bt\(\s*["']([a-z_]+\.[\w.]+)["']/g)].map((found) => found[1] as string);
        expect(asked.length).toBeGreaterThan(50);
        expect(asked.filter((key) => !languages.en.has(key))).toEqual([]);
    });

    it("every key that is made of parts has its words", () => {
        const starts = [...text.matchAll(/\bt\(\s*`([a-z_]+\.[\w.]*)\$\{/g)].map((found) => found[1] as string);
        const keys = [...languages.en.keys()];
        expect(starts.filter((start) => !keys.some((key) => key.startsWith(start)))).toEqual([]);
        for (const page of pages) if (page.part) expect(languages.en.has(`nav.${page.name}`), page.name).toBe(true);
        for (const page of pages) if (page.part) expect(languages.en.has(`commands.go.${page.name}`), page.name).toBe(true);
        const commands = [...text.matchAll(/\{ id: "(\w+)", (?:keys|run)/g)].map((found) => found[1] as string);
        expect(commands.filter((id) => !languages.en.has(`commands.${id}`))).toEqual([]);
    });

    it("nothing stands in the files that nobody says", () => {
        const dynamic = [...text.matchAll(/\b(?:t|te)\(\s*`([a-z_]+\.[\w.]*)\$\{/g)].map((found) => found[1] as string);
        dynamic.push("nav.", "commands.");
        const unused = [...languages.en.keys()].filter((key) => !text.includes(`"${key}"`) && !text.includes(`'${key}'`) && !dynamic.some((start) => key.startsWith(start)));
        expect(unused).toEqual([]);
    });
});
