// Only the rows in sight are on the page; the next page of a list is asked for before its end comes into sight.
import { computed, watch, type Ref } from "vue";
import { useVirtualizer } from "@tanstack/vue-virtual";

const OVERSCAN = 8;
const AHEAD = 40;

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

export function useVirtualRows<Row>(parts: VirtualRows<Row>) {
    const { box } = parts;
    const virtual = useVirtualizer(computed(() => {
        const rows = parts.rows();
        return {
            count: rows.length, getScrollElement: () => box.value, estimateSize: () => parts.height, overscan: OVERSCAN,
            getItemKey: (index: number) => {
                const row = rows[index];
                return row === undefined ? index : parts.keyOf(row);
            },
        };
    }));
    const shown = computed(() => virtual.value.getVirtualItems().flatMap((item) => {
        const row = parts.rows()[item.index];
        return row === undefined ? [] : [{ row, index: item.index, style: { transform: `translateY(${item.start}px)`, height: `${parts.height}px` } }];
    }));
    watch(() => [virtual.value.range?.endIndex ?? 0, parts.rows().length, parts.more()] as const, ([end, count, more]) => {
        if (more && end + AHEAD >= count) parts.onMore();
    });
    // The row comes into sight and has the keyboard.
    function focus(index: number): void {
        if (index < 0) return;
        virtual.value.scrollToIndex(index);
        requestAnimationFrame(() => box.value?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row]`)?.focus({ preventScroll: true }));
    }
    return { virtual, shown, focus };
}
