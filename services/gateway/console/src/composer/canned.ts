// {{contact.name}} and the like in canned replies, filled in before the eyes of the writer. What is not known stays: the server
// refuses it (services/reply/engine/render.hpp).
export type Variables = Partial<Record<"contact.name" | "agent.name" | "reference", string>>;

export function fill(text: string, variables: Variables): string {
    return text.replace(/\{\{\s*([a-z.]+)\s*\}\}/g, (all, name: string) => variables[name as keyof Variables] || all);
}

// Put where the writer is: on a line of its own unless the text is empty.
export function insertAt(text: string, at: number, words: string): { text: string; at: number } {
    const before = text.slice(0, at);
    const gap = before && !/\s$/.test(before) ? "\n" : "";
    return { text: before + gap + words + text.slice(at), at: at + gap.length + words.length };
}
