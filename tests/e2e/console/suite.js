// Named tests one after the other, on one server and by the same people; said as TAP. A page that complained fails its test.
//   GUICHET_PICTURE=<start of a path>: a picture of each page of `seats` where a test fails
"use strict";
const { check } = require("./checks.js");

async function pictures(seats, number) {
    for (const [who, page] of Object.entries(seats)) {
        if (page?.screenshot) await page.screenshot({ path: `${process.env.GUICHET_PICTURE}-${number}-${who}.png` }).catch(() => undefined);
    }
}

async function run({ server, people, tests, seats = {} }) {
    const names = Object.keys(tests);
    console.log(`1..${names.length}`);
    let failed = 0;
    try {
        await server.start();
        await people.start();
        for (const [index, name] of names.entries()) {
            let error;
            try {
                await tests[name]();
                check(!people.faults.length, people.faults.splice(0).join("\n"));
            } catch (thrown) {
                error = thrown;
                people.faults.splice(0);
                ++failed;
            }
            console.log(`${error ? "not ok" : "ok"} ${index + 1} - ${name}`);
            if (error) console.log(String(error.stack).replace(/^/gm, "# "));
            if (error && process.env.GUICHET_PICTURE) await pictures(seats, index + 1);
        }
    } finally {
        await people.end();
        await server.end();
    }
    process.exitCode = failed ? 1 : 0;
}

module.exports = { run };
