// A server of the test's own, with a public and a private channel, customers who write, and agents who can sign in.
"use strict";
const { spawn } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");

const root = path.resolve(__dirname, "../../..");
const SECRET = "a secret of sixteen";
const PASSWORD = "correct horse battery";

// Resolves with the first true value of `look`; tells what it saw last.
async function until(look, words, milliseconds = 45000) {
    const end = Date.now() + milliseconds;
    let last;
    for (;;) {
        try {
            last = await look();
            if (last) return last;
        } catch (error) {
            last = error;
        }
        if (Date.now() > end) throw new Error(`${words}: not within ${milliseconds} ms; last seen ${last}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
}

function freePort() {
    return new Promise((resolve) => {
        const probe = http.createServer().listen(0, "127.0.0.1", () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

// The other system behind the channels: takes every answer, but one that says "refuse this".
class Taker {
    constructor() {
        this.taken = [];
        this.server = http.createServer((request, response) => {
            let body = "";
            request.on("data", (part) => { body += part; });
            request.on("end", () => {
                if (body.includes("refuse this")) {
                    response.writeHead(422, { "content-type": "application/json" }).end("{}");
                    return;
                }
                if (request.headers["guichet-delivery"]) this.taken.push(JSON.parse(body));
                response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ id: crypto.randomUUID() }));
            });
        });
    }
    async start() {
        await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        this.url = `http://127.0.0.1:${this.server.address().port}/answers`;
    }
    texts() {
        return this.taken.map((answer) => answer.text);
    }
}

class Server {
    constructor(settings = {}) {
        this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "console-"));
        this.data = path.join(this.folder, "data");
        this.settings = { "metrics.address": "127.0.0.1:0", "reply.undo": "1s", "channels.allow_private": "true", ...settings };
        this.taker = new Taker();
        this.numbers = 0;
    }

    // Always on the same port: a browser comes back to it.
    async start() {
        this.port ??= await freePort();
        if (!this.taker.url) await this.taker.start();
        const binary = process.env.GUICHET_BIN || path.join(root, "build/dev/guichet");
        const set = Object.entries(this.settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
        this.process = spawn(binary, ["serve", "--data", this.data, "--http", `127.0.0.1:${this.port}`, "--grpc", "127.0.0.1:0", ...set],
            { stdio: ["ignore", "pipe", fs.openSync(path.join(this.folder, "log"), "a")] });
        this.printed = "";
        this.process.stdout.on("data", (part) => { this.printed += part; });
        await until(() => {
            if (this.process.exitCode !== null) throw new Error("the server ended");
            return this.printed.includes("Ctrl-C stops it");
        }, "the server is ready", 40000);
        this.url = `http://127.0.0.1:${this.port}`;
        this.token = fs.readFileSync(path.join(this.data, "cli.token"), "utf8").trim();
        return this;
    }

    // The one-time link of the administrator, as the first start prints it.
    firstSignIn() {
        return /first sign-in\s+(http\S+)/.exec(this.printed)[1];
    }

    async kill(signal = "SIGKILL") {
        const ended = new Promise((resolve) => this.process.once("exit", resolve));
        this.process.kill(signal);
        await ended;
    }

    async end() {
        if (this.process && this.process.exitCode === null && this.process.signalCode === null) await this.kill("SIGINT");
        this.taker.server.close();
        this.taker.server.closeAllConnections();
        fs.rmSync(this.folder, { recursive: true, force: true });
    }

    async call(method, body = {}, token = this.token) {
        const answer = await fetch(`${this.url}/guichet.v1.${method}`, { method: "POST", body: JSON.stringify(body),
            headers: { "content-type": "application/json", authorization: `Bearer ${token}` } });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method}: ${answer.status} ${text}`);
        return JSON.parse(text);
    }

    write(method, body, token) {
        return this.call(method, { requestId: `e2e-${process.pid}-${++this.numbers}`, ...body }, token);
    }

    // A public and a private channel of another system, and a team.
    async furnish() {
        await this.write("AdminService/PutTeam", { team: { id: "claims", name: "Claims" } });
        for (const [id, name, visibility] of [["square", "Town square", "public"], ["desk", "Help desk", "private"]]) {
            await this.write("AdminService/ConnectChannel", { channel: { id, name, kind: "CHANNEL_KIND_CUSTOM",
                settings: { webhook_url: this.taker.url, allow_private: "true", visibility }, secrets: { secret: SECRET } } });
        }
    }

    // He can sign in with PASSWORD once he has used the link; returns the link.
    async agent(id, role = "ROLE_AGENT", more = {}) {
        await this.write("AdminService/PutAgent", { agent: { id, name: id[0].toUpperCase() + id.slice(1), capacity: 50, grants: [{ role }], ...more } });
        return (await this.write("AdminService/CreateSignInLink", { agent: id })).url;
    }

    async tokenOf(agent) {
        return (await this.write("AdminService/CreateToken", { name: `${agent} in a test`, agent })).secret;
    }

    // Signed, as the other system would.
    async posts(channel, message) {
        const body = JSON.stringify(message);
        const stamp = Math.floor(Date.now() / 1000);
        const signature = "v1=" + crypto.createHmac("sha256", SECRET).update(`${stamp}.${body}`).digest("hex");
        const answer = await fetch(`${this.url}/webhooks/custom/${channel}`, { method: "POST", body,
            headers: { "guichet-timestamp": String(stamp), "guichet-signature": signature, "content-type": "application/json" } });
        if (!answer.ok) throw new Error(`webhook: ${answer.status} ${await answer.text()}`);
        return await answer.json();
    }

    // A customer writes.
    async says(channel, name, text, more = {}) {
        const message = { externalId: `m${++this.numbers}`, thread: `thread of ${name}`, author: { externalId: `id-${name}`, name }, text, ...more };
        const result = (await this.posts(channel, message)).results[0];
        return { conversation: result.conversation, externalId: message.externalId };
    }

    // Until it can be taken.
    async waits(conversation) {
        await until(async () => (await this.call("InboxService/GetConversation", { conversation })).conversation.state ===
            "CONVERSATION_STATE_WAITING", `${conversation} waits`);
        return conversation;
    }
}

module.exports = { Server, until, root, PASSWORD };
