// Of two classes for one property the order of the stylesheet decides, not that of the markup: what is chosen by a condition would have no effect.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const colours = [...readFileSync("src/styles/tokens.css", "utf8").matchAll(/--color-([a-z-]+): /g)].map((found) => found[1]).join("|");
const properties = {
    colour: `text-(?:${colours})`, ground: `bg-(?:${colours})`, edge: `border-(?:${colours})`, size: "text-(?:xs|sm|base|lg|xl)", display: "(?:block|flex|grid|inline|inline-flex|inline-block|contents|line-clamp-\\d)",
};

function templates(folder: string): [path: string, text: string][] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return templates(path);
        return entry.name.endsWith(".vue") ? [[path, readFileSync(path, "utf8").split("<template>")[1] ?? ""]] : [];
    });
}

describe("classes of one element", () => {
    const all = templates("src");
    const fixed = /(?<![:\w-])class="([^"]*)"/;
    const chosen = /(?<![\w-]):class="([^"]*)"/;
    const named = (classes: string, pattern: string) => classes.match(new RegExp(`(?<![\\w:-])${pattern}(?![\\w/-])`, "g")) ?? [];

    it("name each property once: always, or by a condition", () => {
        expect(all.length).toBeGreaterThan(50);
        const twice = all.flatMap(([path, text]) => [...text.matchAll(/<[A-Za-z][^<]*/g)].flatMap(([tag]) => {
            const [always, sometimes] = [fixed.exec(tag)?.[1] ?? "", chosen.exec(tag)?.[1] ?? ""];
            return Object.entries(properties).flatMap(([property, pattern]) => {
                const [base, other] = [named(always, pattern), named(sometimes, pattern)];
                return base.length > 1 || (base.length && other.length) ? [`${path}: ${property} ${[...base, ...other].join(" ")}`] : [];
            });
        }));
        expect(twice).toEqual([]);
    });
});
