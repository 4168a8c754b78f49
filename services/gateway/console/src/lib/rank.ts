// Finds by a few letters: every word typed must begin a word of the text, or stand in it; beginnings go first, order else stays.
function plain(text: string): string {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function score(text: string, wanted: string[]): number {
    let sum = 0;
    for (const word of wanted) {
        const at = text.indexOf(word);
        if (at < 0) return -1;
        sum += at === 0 ? 3 : text.includes(" " + word) ? 2 : 1;
    }
    return sum;
}

export function rank<Item>(items: readonly Item[], typed: string, label: (item: Item) => string): Item[] {
    const wanted = plain(typed).split(/\s+/).filter(Boolean);
    if (!wanted.length) return [...items];
    return items.map((item, index) => ({ item, index, points: score(plain(label(item)), wanted) }))
        .filter(({ points }) => points >= 0)
        .sort((a, b) => b.points - a.points || a.index - b.index)
        .map(({ item }) => item);
}
