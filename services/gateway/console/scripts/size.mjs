// node scripts/size.mjs <folder>: the compressed script of the first view: what index.html loads, and all that this imports
// at once. Fails above the limit.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const limit = 250 * 1024;

// The names of the scripts that a page needs before it shows anything.
export function firstScripts(html, read) {
    const wanted = [...html.matchAll(/(?:src|href)="\/static\/([^"]+\.js)"/g)].map((found) => found[1]);
    const seen = new Set();
    while (wanted.length) {
        const name = wanted.pop();
        if (seen.has(name)) continue;
        seen.add(name);
        const script = read(name);
        for (const found of script.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) wanted.push(found[1]);
    }
    return [...seen];
}

if (process.argv[2]) {
    const read = (name) => readFileSync(join(process.argv[2], name), "utf8");
    const sizes = firstScripts(read("index.html"), read).map((name) => [name, gzipSync(read(name), { level: 9 }).length]);
    const sum = sizes.reduce((total, [, size]) => total + size, 0);
    console.log(`${(sum / 1024).toFixed(1)} KB of ${limit / 1024} KB in ${sizes.length} files`);
    if (sizes.length === 0 || sum > limit) process.exitCode = 1;
}
