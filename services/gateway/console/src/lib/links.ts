// Addresses within a text. What customers write is text: an address becomes a link only when it is plain http(s).
export interface Piece {
    text: string;
    href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"'“”«»]+/gi;
// They end a sentence, not an address.
const TRAIL = /[.,;:!?)\]}…]+$/;

export function pieces(text: string): Piece[] {
    const out: Piece[] = [];
    let from = 0;
    for (const found of text.matchAll(ADDRESS)) {
        const address = found[0].replace(TRAIL, "");
        if (!URL.canParse(address)) continue;
        if (found.index > from) out.push({ text: text.slice(from, found.index) });
        out.push({ text: address, href: address });
        from = found.index + address.length;
    }
    if (from < text.length) out.push({ text: text.slice(from) });
    return out;
}
