// What can be done now, and by which key: one registry for the keyboard, the command palette and the list of keys.
import { onBeforeUnmount, onMounted, shallowReactive } from "vue";

export interface Command {
    // A key of locales/: commands.<id>.
    id: string;
    // "t", "ctrl+k", "?", "shift+j"; several with spaces between. None: by the palette only.
    keys?: string;
    run: () => void;
    // False: not now.
    when?: () => boolean;
    // Also while somebody types.
    whileTyping?: boolean;
    // Words already in his language, where they come from data (a conversation's name).
    title?: string;
}

export const commands = shallowReactive<Command[]>([]);

export function isPossible(command: Command): boolean {
    return command.when?.() ?? true;
}

export interface KeyPress {
    key: string;
    ctrlKey: boolean;
    metaKey: boolean;
    altKey: boolean;
    shiftKey: boolean;
}

// "ctrl" is also the Command key of a Mac. Shift counts for letters only: "?" is typed differently on every keyboard.
export function matchesKeys(press: KeyPress, keys: string): boolean {
    return keys.split(" ").some((choice) => {
        const parts = choice.split("+");
        const key = parts.pop() ?? "";
        const ctrl = press.ctrlKey || press.metaKey;
        if (ctrl !== parts.includes("ctrl") || press.altKey !== parts.includes("alt")) return false;
        const isLetter = /^[a-z]$/i.test(key);
        if (isLetter && press.shiftKey !== parts.includes("shift")) return false;
        return press.key.toLowerCase() === key.toLowerCase();
    });
}

export function isTyping(target: EventTarget | null): boolean {
    if (!(target instanceof HTMLElement)) return false;
    return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

// A dialog or a menu has the keyboard for itself.
function isInLayer(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}

// The newest first: a page's key goes before the shell's.
export function commandFor(press: KeyPress, typing: boolean, layer: boolean, all: readonly Command[] = commands): Command | undefined {
    return all.findLast((command) =>
        command.keys && matchesKeys(press, command.keys) && (command.whileTyping || (!typing && !layer)) && isPossible(command));
}

export function listenToKeys(): void {
    document.addEventListener("keydown", (event) => {
        if (event.defaultPrevented || event.isComposing || event.repeat) return;
        const command = commandFor(event, isTyping(event.target), isInLayer(event.target));
        if (!command) return;
        event.preventDefault();
        command.run();
    });
}

// For as long as the component is shown.
export function useCommands(list: Command[]): void {
    onMounted(() => commands.push(...list));
    onBeforeUnmount(() => {
        for (const command of list) {
            const at = commands.indexOf(command);
            if (at >= 0) commands.splice(at, 1);
        }
    });
}
