// Figures follow the language of the console: the one place that makes Intl's formats, and that nobody goes round it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesIn } from "@/lib/bytes";
import { compareIn, dayIn, momentIn, monthIn, namesOf, numberIn, percentIn, soonIn, weightIn, wholeMomentIn } from "@/lib/figures";

const noon = new Date(2026, 10, 23, 12, 5, 9).getTime();
// Whatever kind of space a language puts there.
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

function sources(folder: string): [path: string, text: string][] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? sources(path) : /\.(?:ts|vue)$/.test(entry.name) ? [[path, readFileSync(path, "utf8")]] : [];
    });
}

describe("figures", () => {
    it("are written as the language writes them", () => {
        expect(["en", "fr", "nl"].map((language) => plain(numberIn(language, 1234567)))).toEqual(["1,234,567", "1 234 567", "1.234.567"]);
        expect(numberIn("nl", 1234n)).toBe("1.234");
        expect(["en", "fr", "nl"].map((language) => plain(percentIn(language, 0.872)))).toEqual(["87%", "87 %", "87%"]);
        expect(["en", "fr", "nl"].map((language) => weightIn(language, 1.25, true).slice(0, 2))).toEqual(["+1", "+1", "+1"]);
        expect(["en", "fr", "nl"].map((language) => weightIn(language, 2))).toEqual(["2.0", "2,0", "2,0"]);
        expect(plain(bytesIn("fr", 1536))).toBe("1,5 ko");
    });

    it("moments: British in English, by the clock of 24 hours everywhere", () => {
        expect(momentIn("en", noon)).toBe("23 Nov 2026, 12:05");
        expect(dayIn("en", noon)).toBe("23 Nov 2026");
        expect(dayIn("fr", noon)).toBe("23 nov. 2026");
        expect(monthIn("en", noon)).toBe("November 2026");
        expect(monthIn("fr", noon)).toBe("novembre 2026");
        expect(monthIn("nl", noon)).toBe("november 2026");
        expect(soonIn("nl", noon)).toMatch(/^ma.* 12:05$/);
        expect(wholeMomentIn("fr", noon)).toMatch(/^lundi 23 novembre 2026.* 12:05:09$/);
    });

    it("names stand in the order of the language", () => {
        const sorted = (language: string) => ["Zoé", "Éva", "eline", "Oskar", "Ö"].sort((a, b) => compareIn(language, a, b));
        expect(sorted("fr")).toEqual(["eline", "Éva", "Ö", "Oskar", "Zoé"]);
        expect(compareIn("sv", "Ö", "Zoé")).toBeGreaterThan(0);
        expect(compareIn("nl", "Ö", "Zoé")).toBeLessThan(0);
    });

    it("names of languages are said in the language, too", () => {
        expect(namesOf("nl", { type: "language" }).of("fr")).toBe("Frans");
    });
});

describe("the sources", () => {
    const all = sources("src");
    const breaches = (pattern: RegExp, but: string[] = []) => all.filter(([path]) => !but.includes(path)).flatMap(([path, text]) => (text.match(pattern) ?? []).map((found) => `${path}: ${found}`));

    it("leave no number or moment to the browser's language", () => {
        expect(all.length).toBeGreaterThan(100);
        expect(breaches(/\.toLocale\w+\(\s*(?:\)|undefined|\[\])/g)).toEqual([]);
        expect(breaches(/\.localeCompare\(/g)).toEqual([]);
        expect(breaches(/\bIntl\.\w+\(\s*(?:\)|undefined|\[\])/g)).toEqual([]);
    });

    it("write figures by lib/figures.ts alone", () => {
        const helper = [join("src", "lib", "figures.ts")];
        expect(breaches(/\.toLocale(?:Date|Time)?String\b|\bnew Intl\.(?!Segmenter)\w+/g, helper)).toEqual([]);
        // What is shown with digits behind the point is a figure; what goes into an address or a style is not shown.
        expect(breaches(/\.to(?:Fixed|Precision)\(/g)).toEqual([]);
    });
});
