// The pictures that the main README shows.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root } = require("../console/desk.js");
const { phone } = require("../console/people.js");
const { check } = require("../console/checks.js");
const scenes = require("../console/scenes.js");

const place = "services/gateway/console/pictures";
const QUALITY = 0.82;
const MOST_BYTES = 1 << 20;
const small = { width: 1200, height: 760 };
const shown = {
    queue: { scene: scenes.list.queue, viewport: small, colorScheme: "light" },
    conversation: { scene: scenes.list["conversation-both"], viewport: small, colorScheme: "light" },
    board: { scene: (page, server) => page.goto(`${server.url}/desk/board`).then(() => page.locator("[data-tiles]").waitFor()), viewport: small, colorScheme: "dark" },
    phone: { scene: scenes.list["conversation-public"], viewport: phone, colorScheme: "light" },
};

// Name -> bytes of a WebP.
async function take({ server, people, inks, stage }) {
    const fresh = new Map();
    for (const [name, { scene, viewport, colorScheme }] of Object.entries(shown)) {
        const page = await people.open({ viewport, colorScheme, storageState: stage.state, locale: "en-GB" });
        await scene(page, server, stage.set);
        await page.waitForLoadState("networkidle");
        fresh.set(name, await inks.webp(await page.screenshot({ animations: "disabled" }), QUALITY));
        await page.context().close();
    }
    return fresh;
}

function write(fresh) {
    fs.mkdirSync(path.join(root, place), { recursive: true });
    for (const [name, bytes] of fresh) fs.writeFileSync(path.join(root, place, `${name}.webp`), bytes);
}

async function readable(name, bytes, inks) {
    const seen = await inks.of(bytes, "image/webp");
    const { viewport, colorScheme } = shown[name];
    check(seen.width === viewport.width && seen.height === viewport.height, `${name}: ${seen.width} x ${seen.height}`);
    check(seen.colours >= 20 && seen.most < 0.98, `${name} is blank: ${seen.colours} colours`);
    check(colorScheme === "light" ? seen.light > 0.6 : seen.light < 0.4, `${name} is not ${colorScheme}: ${seen.light}`);
}

// Those that were just taken, and those that lie where the README looks for them.
async function judge(fresh, inks) {
    const sum = [...fresh.values()].reduce((total, bytes) => total + bytes.length, 0);
    check(sum <= MOST_BYTES, `${sum} bytes together`);
    for (const [name, bytes] of fresh) await readable(name, bytes, inks);
    const said = fs.readFileSync(path.join(root, "README.md"), "utf8");
    const named = [...said.matchAll(/[("](services\/gateway\/console\/pictures\/[\w.]+)[)"]/g)].map((found) => found[1]);
    check(named.length === Object.keys(shown).length, `the README shows ${named.length} pictures of ${Object.keys(shown).length}`);
    let kept = 0;
    for (const file of named) {
        const bytes = fs.readFileSync(path.join(root, file));
        kept += bytes.length;
        await readable(path.basename(file, ".webp"), bytes, inks);
    }
    check(kept <= MOST_BYTES, `the README's are ${kept} bytes together`);
}

module.exports = { take, write, judge };
