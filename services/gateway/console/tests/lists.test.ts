import { describe, expect, it } from "vitest";
import { slotsFor } from "@/lib/slots";
import { placesFor } from "@/lib/use_virtual_rows";

const after = (...steps: string[]) => steps.reduce<ReadonlyMap<string | number, number>>((before, keys) => slotsFor(before, keys.split("")), new Map());

describe("elements of a list", () => {
    it("stay with the rows that stay, and pass from those that went to those that come", () => {
        expect([...after("abcd")]).toEqual([["a", 0], ["b", 1], ["c", 2], ["d", 3]]);
        expect([...after("abcd", "cdef")]).toEqual([["c", 2], ["d", 3], ["e", 0], ["f", 1]]);
        expect([...after("abcd", "cdef", "xyz")].map(([, slot]) => slot)).toEqual([2, 3, 0]);
    });

    it("are made only for more rows than there were, each for one row", () => {
        const grown = after("ab", "wxyz");
        expect(new Set(grown.values())).toEqual(new Set([0, 1, 2, 3]));
        const back = after("abcd", "", "ab");
        expect(new Set(back.values()).size).toBe(2);
        expect(after("aba").size).toBe(2);
    });
});

describe("places of a list", () => {
    it("are as many as rows, and more where more follow", () => {
        expect(placesFor(0, false)).toBe(0);
        expect(placesFor(1234, false)).toBe(1234);
        expect(placesFor(0, true)).toBe(1000);
        expect(placesFor(999, true)).toBe(1000);
        expect(placesFor(1000, true)).toBe(2000);
    });
});
