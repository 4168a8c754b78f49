// An id out of a name: letters, digits and - ; free among those that are taken. Pure.
export function idFrom(name: string, taken: { has(id: string): boolean }): string {
    const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);
    const base = plain || "x";
    if (!taken.has(base)) return base;
    for (let number = 2; ; ++number) if (!taken.has(`${base}-${number}`)) return `${base}-${number}`;
}

// Words between commas, none twice.
export function listOf(text: string): string[] {
    return [...new Set(text.split(/[,;\s]+/).filter(Boolean))];
}

// As hard to guess as a key; letters and digits only, so that it is copied whole by a double click.
export function newSecret(bytes = crypto.getRandomValues(new Uint8Array(24))): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
