// Makes the typed clients in gen/ from the contract in proto/, with Debian's protoc. Files that would not change stay as
// they are, so that nothing is built anew for nothing.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const proto = resolve(here, "../../../proto");
const contract = "guichet/v1";

export function generate() {
    const made = mkdtempSync(join(tmpdir(), "gen-"));
    try {
        const files = readdirSync(join(proto, contract)).filter((name) => name.endsWith(".proto"));
        execFileSync("protoc", [
            `--plugin=protoc-gen-es=${join(here, "node_modules/.bin/protoc-gen-es")}`, `--es_out=${made}`,
            "--es_opt=target=ts,import_extension=none", `-I${proto}`, ...files.map((name) => `${contract}/${name}`),
        ], { stdio: ["ignore", "inherit", "inherit"] });
        const target = join(here, "gen", contract);
        mkdirSync(target, { recursive: true });
        const fresh = readdirSync(join(made, contract));
        for (const name of readdirSync(target)) if (!fresh.includes(name)) rmSync(join(target, name));
        for (const name of fresh) {
            const text = readFileSync(join(made, contract, name), "utf8");
            const old = join(target, name);
            if (!existsSync(old) || readFileSync(old, "utf8") !== text) writeFileSync(old, text);
        }
    } finally {
        rmSync(made, { recursive: true, force: true });
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generate();
