import { nextTick, ref, type Ref } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useVirtualRows } from "@/lib/use_virtual_rows";
import { useIdle } from "@/lib/when_idle";
import { mounted } from "./mounted";

afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

describe("idle", () => {
    it("begins once the page is shown and the browser has nothing better to do", () => {
        const waiting: (() => void)[] = [];
        vi.stubGlobal("requestIdleCallback", (work: () => void) => waiting.push(work));
        let early = 0;
        const { value: idle } = mounted(() => { const made = useIdle(); early = waiting.length; return made; });
        expect([early, waiting.length, idle.value]).toEqual([0, 1, false]);
        waiting[0]?.();
        expect(idle.value).toBe(true);
    });

    it("comes a moment later where the browser cannot tell", () => {
        vi.useFakeTimers();
        vi.stubGlobal("requestIdleCallback", undefined);
        const { value: idle } = mounted(useIdle);
        expect(idle.value).toBe(false);
        vi.runAllTimers();
        expect(idle.value).toBe(true);
    });
});

// What scrolls, as far as the virtualizer looks at it: 400 pixels high.
class Box {
    clientWidth = 300;
    clientHeight = 400;
    scrollTop = 0;
    scrollHeight = 1_000_000;
    readonly ownerDocument = { defaultView: globalThis, documentElement: {} };
    readonly focused: string[] = [];
    private readonly handlers = new Set<() => void>();
    addEventListener(type: string, handler: () => void) { if (type === "scroll") this.handlers.add(handler); }
    removeEventListener(_: string, handler: () => void) { this.handlers.delete(handler); }
    scrollTo({ top }: { top: number }) { this.scrollsTo(top); }
    scrollsTo(top: number) {
        this.scrollTop = top;
        this.handlers.forEach((handler) => handler());
    }
    contains() { return false; }
    querySelector(selector: string) { return { focus: () => this.focused.push(selector) }; }
}

describe("rows of a long list", () => {
    const HEIGHT = 40;
    let box: Box;
    const list = (number: number) => Array.from({ length: number }, (_, at) => `row ${at}`);
    beforeEach(() => {
        vi.useFakeTimers();
        vi.stubGlobal("document", { activeElement: null, body: {} });
        vi.stubGlobal("HTMLElement", Box);
        vi.stubGlobal("requestAnimationFrame", (work: () => void) => setTimeout(work, 16));
        vi.stubGlobal("cancelAnimationFrame", (timer: number) => clearTimeout(timer));
        box = new Box();
    });
    function shows(rows: Ref<readonly string[]>, more = ref(false), onMore: () => void = () => undefined) {
        const scrolls = ref(box) as unknown as Ref<HTMLElement | null>;
        return mounted(() => useVirtualRows({ box: scrolls, rows: () => rows.value, height: HEIGHT, keyOf: (row) => row, more: () => more.value, onMore }));
    }
    const indices = (shown: readonly { index: number }[]) => shown.map(({ index }) => index).sort((a, b) => a - b);

    it("are on the page only where they are in sight, each at its place", () => {
        const { value } = shows(ref(list(5000)));
        const seen = indices(value.shown.value);
        expect(seen[0]).toBe(0);
        expect(seen.length).toBeGreaterThanOrEqual(10);
        expect(seen.length).toBeLessThan(40);
        expect(value.shown.value.find(({ index }) => index === 3)?.style).toEqual({ transform: "translateY(120px)", height: "40px" });
        expect(value.total.value).toEqual({ height: "200000px" });
        expect(value.unread.value).toBeUndefined();
    });

    it("take over the elements of those that went out of sight", async () => {
        const { value } = shows(ref(list(5000)));
        const before = value.shown.value.length;
        box.scrollsTo(2000 * HEIGHT);
        await nextTick();
        const seen = indices(value.shown.value);
        expect(seen).toContain(2000);
        expect(seen).not.toContain(0);
        const slots = value.shown.value.map(({ slot }) => slot);
        expect(new Set(slots).size).toBe(slots.length);
        // Eight more above than at the beginning, where there is nothing above.
        expect(Math.max(...slots)).toBeLessThanOrEqual(before + 8);
    });

    it("are asked for before the end comes into sight, and have their places meanwhile", async () => {
        const onMore = vi.fn();
        const rows = ref<readonly string[]>(list(500));
        const { value } = shows(rows, ref(true), onMore);
        expect(value.total.value).toEqual({ height: "40000px" });
        expect(value.unread.value).toMatchObject({ top: "20000px", height: "20000px" });
        box.scrollsTo(300 * HEIGHT);
        await nextTick();
        expect(onMore).not.toHaveBeenCalled();
        box.scrollsTo(420 * HEIGHT);
        await nextTick();
        expect(onMore).toHaveBeenCalled();
        rows.value = list(700);
        await nextTick();
        expect(value.unread.value).toMatchObject({ top: "28000px", height: "12000px" });
    });

    it("get the keyboard when they are chosen; none is chosen by -1", () => {
        const { value } = shows(ref(list(100)));
        value.focus(-1);
        expect(box.focused).toEqual([]);
        value.focus(7);
        expect(box.focused).toEqual(['[data-index="7"] [data-row]']);
    });
});
