// The scheduler shares the processor out by session (autogroup), and Chromium is started in a session of its own, where `nice` reaches
// nothing: so the run and all its processes are given their precedence here.
"use strict";
const fs = require("node:fs");

function childrenOf(pid) {
    const tasks = `/proc/${pid}/task`;
    return fs.readdirSync(tasks).flatMap((task) => fs.readFileSync(`${tasks}/${task}/children`, "utf8").split(" ").filter(Boolean));
}

function withDescendants(pid) {
    return [pid, ...childrenOf(pid).flatMap(withDescendants)];
}

// -20 (first) to 19, by somebody who may; 0 leaves everything as it is.
function prefer(precedence) {
    if (!precedence) return;
    for (const pid of withDescendants(String(process.pid))) {
        const file = `/proc/${pid}/autogroup`;
        // Those of one session share it, and the kernel takes one change at a time.
        if (!fs.readFileSync(file, "utf8").includes(`nice ${precedence}\n`)) fs.writeFileSync(file, String(precedence));
    }
}

module.exports = { prefer };
