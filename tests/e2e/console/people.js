// People in front of browsers: Debian's Chromium, every complaint of a page kept.
"use strict";
const path = require("node:path");
const { root, PASSWORD } = require("./desk.js");
const { chromium } = require(path.join(root, "tools/npm/node_modules/playwright-core"));

const phone = { width: 390, height: 844 };
const desktop = { width: 1360, height: 860 };

class People {
    constructor() {
        this.faults = [];
        // While a test takes the server away, its absence is no fault.
        this.expectsAbsence = false;
    }

    async start() {
        this.browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
        return this;
    }

    async end() {
        await this.browser?.close();
    }

    async open(options = {}) {
        const context = await this.browser.newContext({ viewport: desktop, locale: "en-GB", ...options });
        context.setDefaultTimeout(45000);
        await context.addInitScript(() => addEventListener("securitypolicyviolation",
            (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)));
        const page = await context.newPage();
        page.on("console", (message) => {
            const loud = message.type() === "error" || message.type() === "warning";
            // What is refused on purpose is told as an answer of 4xx.
            if (loud && !/status of (?:4\d\d)/.test(message.text())) this.fault(`${page.url()}: ${message.text()} ${message.location().url}`);
        });
        page.on("pageerror", (error) => this.fault(`${page.url()}: ${error.stack}`));
        return page;
    }

    fault(words) {
        if (!this.expectsAbsence) this.faults.push(words);
    }

    // By the one-time link, as the first time.
    async signIn(link, options) {
        const page = await this.open(options);
        await page.goto(link);
        await page.getByLabel("Choose a new password").fill(PASSWORD);
        await page.getByRole("button", { name: "Set the password and sign in" }).click();
        await page.waitForURL(/\/desk\//);
        await page.locator("#main h1").waitFor();
        return page;
    }
}

module.exports = { People, phone, desktop };
