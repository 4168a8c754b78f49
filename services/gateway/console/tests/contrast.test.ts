import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// WCAG 2.2, 1.4.3 and 1.4.11: text 4.5 to 1, what shows where a control is 3 to 1; by its formula of relative luminance.
const tokens = new Map([...readFileSync("src/styles/tokens.css", "utf8").matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)]
    .map((found) => [found[1] as string, [found[2] as string, found[3] as string]]));

function luminance(colour: string): number {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
    return (high + 0.05) / (low + 0.05);
}

const grounds = ["paper", "surface", "raised", "sunken"];
const pairs: [string, string, number][] = [
    ...grounds.flatMap((ground): [string, string, number][] => [["ink", ground, 4.5], ["quiet", ground, 4.5], ["urgent", ground, 4.5], ["accent", ground, 4.5], ["edge", ground, 3]]),
    ["ink", "chip", 4.5], ["on-accent", "accent", 4.5], ["on-accent", "accent-strong", 4.5],
    ...["accent", "public", "private", "urgent", "good", "note"].flatMap((tone): [string, string, number][] =>
        [[tone, `${tone}-soft`, 4.5], ["ink", `${tone}-soft`, 4.5], ["quiet", `${tone}-soft`, 4.5]]),
];

describe("colours", () => {
    it.each(["light", "dark"])("can be told apart: %s", (scheme) => {
        const at = scheme === "light" ? 0 : 1;
        const weak = pairs.map(([front, back, least]) => [front, back, contrast(tokens.get(front)?.[at] ?? "#000000", tokens.get(back)?.[at] ?? "#000000"), least] as const)
            .filter(([, , found, least]) => found < least).map(([front, back, found, least]) => `${front} on ${back}: ${found.toFixed(2)} < ${least}`);
        expect(weak).toEqual([]);
    });
});
