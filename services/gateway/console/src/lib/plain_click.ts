// A click that stays on this page: what is meant for another tab or window, or was answered already, is left to the browser.
export function isPlainClick(event: Pick<MouseEvent, "button" | "defaultPrevented" | "metaKey" | "altKey" | "ctrlKey" | "shiftKey">): boolean {
    return event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.altKey && !event.ctrlKey && !event.shiftKey;
}
