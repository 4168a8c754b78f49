// "@Bob Jones" in a note calls Bob: the ids of those whose names stand behind an @. Longer names go first.
export function mentionsIn(text: string, people: Iterable<{ id: string; name: string }>): string[] {
    let rest = text;
    const found: string[] = [];
    const named = [...people].flatMap(({ id, name }) => [{ id, name }, { id, name: id }]).filter(({ name }) => name).sort((a, b) => b.name.length - a.name.length);
    for (const { id, name } of named) {
        const at = "@" + name;
        if (!rest.includes(at)) continue;
        rest = rest.replaceAll(at, " ");
        if (!found.includes(id)) found.push(id);
    }
    return found;
}
