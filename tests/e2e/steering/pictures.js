// Pictures of the pages, when GUICHET_PICTURES names a folder: to be looked at, never compared.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { phone, desktop } = require("../console/people.js");

const shown = ["board", "channels", "agents", "dead-letters", "tokens", "queue"];

async function pictures(people, server, storageState) {
    const folder = process.env.GUICHET_PICTURES;
    if (!folder) return;
    fs.mkdirSync(folder, { recursive: true });
    for (const [size, viewport] of [["desktop", desktop], ["phone", phone]]) {
        for (const colorScheme of ["light", "dark"]) {
            const page = await people.open({ viewport, colorScheme, storageState });
            for (const name of shown) {
                await page.goto(`${server.url}/desk/${name}`);
                await page.waitForLoadState("networkidle");
                await page.waitForTimeout(800);
                await page.screenshot({ path: path.join(folder, `${name}-${size}-${colorScheme}.png`) });
            }
            await page.context().close();
        }
    }
}

module.exports = { pictures };
