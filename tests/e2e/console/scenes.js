// What the pictures show: each scene opens a page and brings it to the moment that is worth a look.
"use strict";

async function prepare(server, made) {
    return { made };
}

async function queue(page, server) {
    await page.goto(server.url + "/desk/queue");
    await page.locator("[data-row]").first().waitFor();
}

const list = {
    queue,
    async "queue-french"(page, server) {
        await queue(page, server);
        await page.keyboard.press("j");
        await page.keyboard.press("j");
        await page.keyboard.press("f");
        await page.locator("#filters").waitFor();
    },
    async palette(page, server) {
        await queue(page, server);
        await page.keyboard.press("Control+k");
        await page.getByRole("option").first().waitFor();
    },
};

module.exports = { prepare, list, locales: { "queue-french": "fr-BE" } };
