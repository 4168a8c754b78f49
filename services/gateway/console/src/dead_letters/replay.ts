// Puts dead letters back one after the other, and keeps which ones would not go. Pure but for `call`.
import { problemOf, type Problem } from "@/api/errors";

export interface Replayed {
    done: string[];
    refused: { id: string; problem: Problem }[];
}

export async function replayAll(ids: readonly string[], call: (id: string) => Promise<unknown>, told: (now: Replayed) => void): Promise<Replayed> {
    let now: Replayed = { done: [], refused: [] };
    for (const id of ids) {
        try {
            await call(id);
            now = { ...now, done: [...now.done, id] };
        } catch (error) {
            now = { ...now, refused: [...now.refused, { id, problem: problemOf(error) }] };
        }
        told(now);
    }
    return now;
}

const MOST_BYTES = 20_000;

// A raw body as words, where it is words; what is not is shown as its first bytes.
export function bodyText(body: Uint8Array): string {
    const part = body.subarray(0, MOST_BYTES);
    try {
        const text = new TextDecoder("utf-8", { fatal: true }).decode(part, { stream: body.length > MOST_BYTES });
        return text.startsWith("{") && body.length <= MOST_BYTES ? pretty(text) : text;
    } catch {
        return Array.from(part.subarray(0, 512), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    }
}

function pretty(text: string): string {
    try {
        JSON.parse(text);
    } catch {
        return text;
    }
    // By hand: JSON.parse and back would lose the digits of long numbers.
    let depth = 0;
    let quoted = false;
    let out = "";
    for (let at = 0; at < text.length; ++at) {
        const letter = text[at] ?? "";
        if (quoted) {
            out += letter;
            if (letter === "\\") out += text[++at] ?? "";
            else if (letter === "\"") quoted = false;
        } else if (letter === "\"") {
            quoted = true;
            out += letter;
        } else if (/\s/.test(letter)) continue;
        else if (letter === "{" || letter === "[") out += letter + "\n" + "  ".repeat(++depth);
        else if (letter === "}" || letter === "]") out += "\n" + "  ".repeat(--depth) + letter;
        else out += letter + (letter === "," ? "\n" + "  ".repeat(depth) : letter === ":" ? " " : "");
    }
    return out;
}
