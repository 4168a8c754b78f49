// The other sides: the stand-in's Facebook page, and a mail provider (Exim and Dovecot), each a program of its own.
"use strict";
const { spawn } = require("node:child_process");
const path = require("node:path");
const { root, until } = require("../console/desk.js");

// Its first line of output is its facts.
async function begin(file, input) {
    const program = spawn(file, [], { stdio: [input, "pipe", "inherit"] });
    let printed = "";
    program.stdout.on("data", (part) => { printed += part; });
    await until(() => {
        if (program.exitCode !== null) throw new Error(`${file} ended`);
        return printed.includes("\n");
    }, `${file} is ready`, 60000);
    return { program, facts: JSON.parse(printed.split("\n")[0]) };
}

async function ended(program) {
    if (!program || program.exitCode !== null || program.signalCode !== null) return;
    await new Promise((resolve) => program.once("exit", resolve));
}

class Page {
    async start() {
        const build = process.env.GUICHET_BUILD || path.join(root, "build/dev");
        ({ program: this.program, facts: this.facts } = await begin(path.join(build, "tests/bin/guichet_stand_in"), "ignore"));
        return this;
    }
    async tell(what, more = {}) {
        const answer = await fetch(`${this.facts.url}/_control/${what}`, { method: "POST", body: JSON.stringify(more), headers: { "content-type": "application/json" } });
        if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
        return await answer.json().catch(() => ({}));
    }
    async end() {
        this.program?.kill();
        await ended(this.program);
    }
}

class Mailbox {
    async start() {
        ({ program: this.program, facts: this.facts } = await begin(path.join(__dirname, "mailbox"), "pipe"));
        return this;
    }
    writes(mail) {
        this.program.stdin.write(JSON.stringify(mail) + "\n");
    }
    async end() {
        this.program?.stdin.end();
        await ended(this.program);
    }
}

module.exports = { Page, Mailbox };
