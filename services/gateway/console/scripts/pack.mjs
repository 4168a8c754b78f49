// One file of many: what vite built, as it is and compressed, for services/gateway/console_pack.hpp to read.
//
//   "GCP1", count, then for each file: name, type, plain, gzip, brotli; each a length (32 bits, least byte first) and bytes.
//   A length of 0 for gzip or brotli: not worth it.
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const types = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
};
const compressible = [".html", ".js", ".css", ".svg"];
// Less than this is not worth a header.
const worthwhile = 64;

function field(bytes) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
}

function variants(name, plain) {
    if (!compressible.includes(extname(name))) return [Buffer.alloc(0), Buffer.alloc(0)];
    const gzip = gzipSync(plain, { level: 9 });
    const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    return [gzip, brotli].map((bytes) => (bytes.length + worthwhile < plain.length ? bytes : Buffer.alloc(0)));
}

export function pack(folder, target) {
    const names = readdirSync(folder).sort();
    const count = Buffer.alloc(4);
    count.writeUInt32LE(names.length);
    const parts = [Buffer.from("GCP1"), count];
    for (const name of names) {
        const type = types[extname(name)];
        if (!type) throw new Error(`${name}: no content type is known for it`);
        const plain = readFileSync(join(folder, name));
        for (const bytes of [Buffer.from(name), Buffer.from(type), plain, ...variants(name, plain)]) {
            parts.push(...field(bytes));
        }
    }
    writeFileSync(target + ".new", Buffer.concat(parts));
    renameSync(target + ".new", target);
}
