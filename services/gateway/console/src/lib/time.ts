// Spans of time in words that stay short: which words, and the numbers in them.
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Ago {
    key: "now" | "m" | "h" | "d";
    n: number;
}

export function ago(milliseconds: number): Ago {
    if (milliseconds < MINUTE) return { key: "now", n: 0 };
    if (milliseconds < HOUR) return { key: "m", n: Math.floor(milliseconds / MINUTE) };
    if (milliseconds < DAY) return { key: "h", n: Math.floor(milliseconds / HOUR) };
    return { key: "d", n: Math.floor(milliseconds / DAY) };
}

export interface Left {
    key: "s" | "m" | "h" | "d";
    a: number;
    // The smaller unit, two digits where it is minutes of an hour.
    b: string;
}

// Of a span that is not negative: 42 s, 12 min, 3 h 05, 2 d 4 h.
export function left(milliseconds: number): Left {
    if (milliseconds < MINUTE) return { key: "s", a: Math.floor(milliseconds / SECOND), b: "" };
    if (milliseconds < HOUR) return { key: "m", a: Math.floor(milliseconds / MINUTE), b: "" };
    if (milliseconds < DAY) {
        return { key: "h", a: Math.floor(milliseconds / HOUR), b: String(Math.floor((milliseconds % HOUR) / MINUTE)).padStart(2, "0") };
    }
    return { key: "d", a: Math.floor(milliseconds / DAY), b: String(Math.floor((milliseconds % DAY) / HOUR)) };
}

// What is due within this time asks for attention.
export const SOON_MS = 10 * MINUTE;

export type Urgency = "late" | "soon" | "calm";

// `calm`: nothing is late when it is over.
export function urgencyOf(remaining: number, calm = false): Urgency {
    if (calm) return "calm";
    if (remaining <= 0) return "late";
    return remaining <= SOON_MS ? "soon" : "calm";
}
