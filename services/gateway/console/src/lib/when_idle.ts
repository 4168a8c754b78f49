// Work that nobody waits for yet: when the browser has nothing better to do, where it can tell; else a moment later.
import { onMounted, ref, type Ref } from "vue";

// Turns true once the page has been shown and there is time: what a key will want is made by then.
export function useIdle(): Ref<boolean> {
    const idle = ref(false);
    const turn = () => { idle.value = true; };
    onMounted(() => {
        if (typeof requestIdleCallback === "function") requestIdleCallback(turn);
        else setTimeout(turn, 1);
    });
    return idle;
}
