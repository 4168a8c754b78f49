// A bot that claims conversations, answers questions and hands everything else to people. See README.md.
import { randomUUID } from "node:crypto";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const { values: options } = parseArgs({ options: {
    server: { type: "string", default: process.env.GUICHET_SERVER ?? "127.0.0.1:8081" },
    team: { type: "string" },                        // whom it hands off to
    take: { type: "string", default: "" },           // claim this conversation, not the next one
    once: { type: "boolean", default: false },       // stop after one conversation
} });

if (!options.team || !process.env.GUICHET_TOKEN) {
    console.error("bot.js needs --team, whom it hands off to, and GUICHET_TOKEN; see README.md");
    process.exit(2);
}

const protos = path.resolve(import.meta.dirname, "../../../proto");
const files = ["routing", "reply"].map((name) => `guichet/v1/${name}.proto`);
const loaded = grpc.loadPackageDefinition(protoLoader.loadSync(files,
    { includeDirs: [protos], longs: String, enums: String, defaults: true }));
const api = loaded.guichet.v1;
const bearer = new grpc.Metadata();
bearer.set("authorization", `Bearer ${process.env.GUICHET_TOKEN}`);
const routing = new api.RoutingService(options.server, grpc.credentials.createInsecure());
const reply = new api.ReplyService(options.server, grpc.credentials.createInsecure());

let stopping = false;
let waiting = null;  // the ClaimNext that may be cancelled

class Refused extends Error {
    constructor(error) {
        super(error.details);
        this.code = error.code;
        const [bytes] = error.metadata?.get("guichet-error-bin") ?? [];
        this.detail = bytes ? api.ErrorDetail.deserialize(bytes) : {};
    }
}

function callOnce(client, method, request, seconds) {
    return new Promise((resolve, reject) => {
        const call = client[method](request, bearer, { deadline: Date.now() + seconds * 1000 },
            (error, answer) => (error ? reject(new Refused(error)) : resolve(answer)));
        if (method !== "ClaimNext") return;
        waiting = call;
        if (stopping) call.cancel();  // told so before there was a call to cancel
    });
}

// Every write may be repeated under its request_id: the server does it once and answers the same.
async function call(client, method, request, seconds = 10) {
    const named = { requestId: randomUUID(), ...request };
    for (let attempt = 1; ; attempt++) {
        try {
            return await callOnce(client, method, named, seconds);
        } catch (error) {
            const passing = error.code === grpc.status.UNAVAILABLE || error.detail.retryable;
            if (!passing || attempt === 6 || stopping) throw error;
            await pause((error.detail.retryAfter || 0.2 * 2 ** attempt) * 1000);
        }
    }
}

// Without these the server takes the bot for gone, and what it owns returns to the queue.
async function stayPresent() {
    await call(routing, "SetPresence", { presence: "PRESENCE_ONLINE" });
    await call(routing, "Renew", {});
}

// An answer may wait in its undo window: the conversation is ours until it has left.
async function finish() {
    for (let attempt = 0; attempt < 60; attempt++) {
        const { conversations } = await call(routing, "Renew", {});
        if (conversations.length === 0) return;
        await pause(500);
    }
}

async function handle({ conversation, messages }) {
    const owned = { conversation: conversation.id, epoch: conversation.epoch };
    const words = messages.filter((message) => message.kind === "MESSAGE_KIND_INBOUND").map((message) => message.text);
    const intent = conversation.triage?.intent ?? "INTENT_UNSPECIFIED";
    console.log(`claimed ${conversation.id} ${intent}: ${words.length} message(s)`);
    if (intent !== "INTENT_QUESTION") {
        await call(routing, "Handoff", { ...owned, reason: `${intent} is for people`,
            summary: `The customer wrote: ${words.join(" / ").slice(0, 500)}`, target: { team: options.team } });
        console.log(`handed off ${conversation.id}`);
        return;
    }
    const text = `Thank you for your question. Our opening hours are 9:00 to 17:00, Monday to Friday. ` +
        `Your reference is ${conversation.reference}.`;
    const { delivery } = await call(reply, "Send",
        { ...owned, inboundSeq: conversation.inboundSeq, text, after: "AFTER_SEND_WAIT" });
    console.log(`answered ${conversation.id} delivery ${delivery.id}`);
}

function explain({ code, message, detail }) {
    const owner = detail.owner ? `, owner ${detail.owner}` : "";
    console.log(`refused: ${detail.reason || grpc.status[code]}${owner}: ${message}`);
}

// What was refused about one conversation is no reason to stop; another one waits.
async function handleSafely(claimed) {
    try {
        await handle(claimed);
    } catch (error) {
        if (!(error instanceof Refused)) throw error;
        explain(error);
        const { id: conversation, epoch } = claimed.conversation;
        // The customer wrote meanwhile: whoever claims it next reads the new words. Otherwise it is no longer ours.
        if (error.detail.reason === "stale_inbound")
            await call(routing, "Release", { conversation, epoch, reason: "the customer wrote again" });
    }
}

async function claim() {
    if (options.take) return call(routing, "Claim", { conversation: options.take });
    try {
        return await call(routing, "ClaimNext", { wait: { seconds: 20 } }, 30);
    } catch (error) {
        if (stopping) return {};
        throw error;
    }
}

process.on("SIGINT", () => {
    stopping = true;
    waiting?.cancel();
});

let heart;
try {
    await stayPresent();
    heart = setInterval(() => stayPresent().catch(explain), 15000);
    while (!stopping) {
        const claimed = await claim();
        if (claimed.conversation) await handleSafely(claimed);
        if (options.take || (options.once && claimed.conversation)) break;
    }
    await finish();
} catch (error) {
    if (!(error instanceof Refused)) throw error;
    explain(error);
    process.exitCode = 1;
} finally {
    clearInterval(heart);
    // What it still owns returns to the queue at once, a claim that was cut off included.
    await call(routing, "SetPresence", { presence: "PRESENCE_OFFLINE" }).catch(() => {});
    routing.close();
    reply.close();
}
