// Only the rows in sight are on the page; the next page of a list is asked for before its end comes into sight. What is not read
// yet has its place already: nobody waits for it to scroll on.
import { computed, nextTick, shallowRef, watch, type Ref } from "vue";
import { useVirtualizer } from "@tanstack/vue-virtual";
import { slotsFor, type Slots } from "@/lib/slots";

const OVERSCAN = 8;
const AHEAD = 100;
// The list grows by so many at a time: the virtualizer lays out all of it whenever their number changes.
const STEP = 1000;
// Frames until a row that was far away is on the page.
const MOST_FRAMES = 20;

export interface VirtualRows<Row> {
    // What scrolls.
    box: Ref<HTMLElement | null>;
    rows: () => readonly Row[];
    // Of each row, in pixels.
    height: number;
    keyOf: (row: Row) => string | number;
    more: () => boolean;
    onMore: () => void;
}

// How many places there are: as many as rows, and where more follow, some for those.
export function placesFor(rows: number, more: boolean): number {
    return more ? (Math.floor(rows / STEP) + 1) * STEP : rows;
}

// Elements made meanwhile come behind the others.
function placeOf(places: Slots, slot: number): number {
    return places.get(slot) ?? places.size + slot;
}

export function useVirtualRows<Row>(parts: VirtualRows<Row>) {
    const { box, height } = parts;
    const count = computed(() => placesFor(parts.rows().length, parts.more()));
    const virtual = useVirtualizer(computed(() => ({
        count: count.value, getScrollElement: () => box.value, estimateSize: () => height, overscan: OVERSCAN,
    })));
    const inSight = computed(() => virtual.value.getVirtualItems().flatMap(({ index }) => {
        const row = parts.rows()[index];
        return row === undefined ? [] : [{ row, index, key: parts.keyOf(row) }];
    }));
    const slots = shallowRef<Slots>(new Map());
    // While it scrolls, elements stay where they are in the document: to move one costs as much as to make it. They are put
    // into the order that is seen, which is the keyboard's, when it comes to rest.
    let rested: Slots = new Map();
    const shown = computed(() => {
        const items = inSight.value.map(({ row, index, key }) =>
            ({ row, index, slot: slots.value.get(key) ?? 0, style: { transform: `translateY(${index * height}px)`, height: `${height}px` } }));
        if (virtual.value.isScrolling) return items.sort((a, b) => placeOf(rested, a.slot) - placeOf(rested, b.slot));
        rested = new Map(items.map(({ slot }, place) => [slot, place]));
        return items;
    });
    const total = computed(() => ({ height: `${count.value * height}px` }));
    // The places of those that are not read yet.
    const unread = computed(() => {
        const known = parts.rows().length;
        return known < count.value ? { top: `${known * height}px`, height: `${(count.value - known) * height}px`, backgroundSize: `40% ${height}px` } : undefined;
    });
    let wanted = -1;

    function elementOf(index: number): HTMLElement | null | undefined {
        return box.value?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row]`);
    }
    watch(inSight, (now) => {
        const keys = now.map(({ key }) => key);
        // An element that shows another row from now on must not keep the keyboard for it.
        const held = box.value?.contains(document.activeElement) ? document.activeElement?.closest("[data-index]")?.querySelector<HTMLElement>("[data-row]") : undefined;
        if (held && !keys.some((key) => String(key) === held.dataset.row)) (document.activeElement as HTMLElement).blur();
        slots.value = slotsFor(slots.value, keys);
    }, { immediate: true, flush: "sync" });
    // Who is moved in the document loses the keyboard.
    watch(shown, () => {
        const held = document.activeElement;
        if (!(held instanceof HTMLElement) || !box.value?.contains(held)) return;
        void nextTick(() => { if (held.isConnected && document.activeElement === document.body) held.focus({ preventScroll: true }); });
    });
    watch(() => [virtual.value.range?.endIndex ?? 0, parts.rows().length, parts.more()] as const, ([end, known, more]) => {
        if (more && end + AHEAD >= known) parts.onMore();
    });

    // The row comes into sight and has the keyboard: at once where it is on the page.
    function focus(index: number): void {
        wanted = index;
        if (index < 0) return;
        virtual.value.scrollToIndex(index);
        const look = (frames: number) => {
            const element = elementOf(index);
            if (element) element.focus({ preventScroll: true });
            else if (frames > 0 && wanted === index) requestAnimationFrame(() => look(frames - 1));
        };
        look(MOST_FRAMES);
    }
    return { total, unread, shown, focus };
}
