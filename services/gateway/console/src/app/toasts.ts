// Short words about what has just happened, with at most one thing to do about it.
import { ref } from "vue";

export interface Toast {
    id: number;
    text: string;
    tone: "plain" | "urgent" | "good";
    action?: { label: string; run: () => void };
}

// More than these nobody reads: the oldest goes.
const MOST = 4;
let last = 0;
export const toasts = ref<Toast[]>([]);

export function toast(text: string, options: Partial<Pick<Toast, "tone" | "action">> = {}): void {
    const fresh: Toast = { id: ++last, text, tone: options.tone ?? "plain", ...(options.action ? { action: options.action } : {}) };
    // The same words twice are one thing.
    toasts.value = [...toasts.value.filter((shown) => shown.text !== text), fresh].slice(-MOST);
}

export function dismiss(id: number): void {
    toasts.value = toasts.value.filter((shown) => shown.id !== id);
}
