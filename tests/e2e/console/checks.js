// What is asked of every page: accessible (axe: nothing serious), no wider than its window, no word missing.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root } = require("./desk.js");

const axe = fs.readFileSync(path.join(root, "tools/npm/node_modules/axe-core/axe.min.js"), "utf8");
// Keys of locales/ that were shown instead of their words.
const keys = Object.keys(JSON.parse(fs.readFileSync(path.join(root, "services/gateway/console/locales/en.json"), "utf8"))).join("|");
const missing = new RegExp(`\\b(?:${keys})\\.[a-z_]+(?:\\.[a-z_]+)*\\b`);

function check(holds, words) {
    if (!holds) throw new Error(words);
}

async function accessible(page, name) {
    // evaluate is the debugger's: the page's own content policy stays as it is.
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    const bad = found.violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
    check(!bad.length, `${name}: ` + bad.map((violation) => `${violation.id} (${violation.impact}): ` +
        violation.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary?.replace(/\s+/g, " ").slice(0, 200)}`).join(" | ")).join("\n"));
}

async function narrow(page, name) {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(wide <= 0, `${name}: ${wide} px wider than its window`);
}

async function fits(page, name) {
    await narrow(page, name);
    const text = await page.evaluate(() => document.body.innerText);
    const found = missing.exec(text);
    check(!found, `${name}: a key is shown instead of words: ${found?.[0]}`);
}

async function sound(page, name) {
    await accessible(page, name);
    await fits(page, name);
}

module.exports = { check, accessible, narrow, fits, sound };
