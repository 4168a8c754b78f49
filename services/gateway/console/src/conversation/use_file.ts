// One file: fetched when it is asked for, saved under its name, or said why not.
import { ref } from "vue";
import { troubleOf, type Trouble } from "@/conversation/files";

const WAIT_MS = 120_000;

export function useFile(address: () => string, name: () => string) {
    const trouble = ref<Trouble>();
    const busy = ref(false);

    async function ask(method: "GET" | "HEAD"): Promise<Response | undefined> {
        try {
            const answer = await fetch(address(), { method, signal: AbortSignal.timeout(WAIT_MS) });
            trouble.value = answer.ok ? undefined : troubleOf(answer.status);
            return answer.ok ? answer : undefined;
        } catch {
            trouble.value = "unreachable";
            return undefined;
        }
    }
    async function save() {
        busy.value = true;
        try {
            const bytes = await (await ask("GET"))?.blob();
            if (!bytes) return;
            const link = document.createElement("a");
            link.href = URL.createObjectURL(bytes);
            link.download = name();
            link.click();
            URL.revokeObjectURL(link.href);
        } catch {
            // It was cut off on its way.
            trouble.value = "unreachable";
        } finally {
            busy.value = false;
        }
    }
    // A picture that did not come tells no reason by itself.
    async function explain() {
        trouble.value = "unreachable";
        if (await ask("HEAD")) trouble.value = "unreachable";
    }
    return { trouble, busy, save, explain };
}
