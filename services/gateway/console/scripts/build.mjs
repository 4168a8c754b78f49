// node scripts/build.mjs <folder> <pack>: generates the clients, builds the console into <folder>, packs it into <pack>.
import { resolve } from "node:path";
import { build } from "vite";
import { generate } from "./gen.mjs";
import { pack } from "./pack.mjs";

const [folder = "dist", target = "dist.pack"] = process.argv.slice(2).map((path) => resolve(path));
process.chdir(resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, ".."));
generate();
await build({ logLevel: "warn", build: { outDir: folder, emptyOutDir: true } });
pack(folder, target);
