// Which of the elements on the page shows which row of a list: who stays in sight keeps his; those who come take over the
// elements of those who went, so that scrolling makes none. Pure.
export type Slots = ReadonlyMap<string | number, number>;

export function slotsFor(before: Slots, keys: readonly (string | number)[]): Slots {
    const now = new Map<string | number, number>();
    const coming = keys.filter((key) => !before.has(key));
    const staying = new Set(keys);
    const free = [...before].filter(([key]) => !staying.has(key)).map(([, slot]) => slot);
    let fresh = Math.max(-1, ...before.values());
    const taken = new Map(coming.map((key) => [key, free.shift() ?? ++fresh]));
    for (const key of keys) now.set(key, before.get(key) ?? taken.get(key) ?? ++fresh);
    return now;
}
