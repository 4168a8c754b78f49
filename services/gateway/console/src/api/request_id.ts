// A write names itself: the same id again is the same write, so a call whose answer was lost may be repeated.
export function newRequestId(bytes = crypto.getRandomValues(new Uint8Array(16))): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
