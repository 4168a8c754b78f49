// The platform, the agents and the shop. Reads one command a line, {"kind", "address", "count", …}, answers one line each.
import { createHmac } from "node:crypto";
import { Agent, createServer, request } from "node:http";
import { createInterface } from "node:readline";

const CONNECTIONS = 32;
const AGENTS = 16;
const PATIENCE_MS = 240_000;
const secret = process.env.PEER_SECRET;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const text = "The parcel came open and one of the cups is broken. ".repeat(12).slice(0, 600);
const delivered = new Map();
let told = () => {};

const shop = createServer((asked, answer) => {
  asked.resume();
  asked.on("end", () => {
    const delivery = asked.headers["guichet-delivery"];
    if (delivery) delivered.set(delivery, (delivered.get(delivery) ?? 0) + 1);
    answer.writeHead(200, { "Content-Length": 0 }).end();
    told();
  });
});

function post(address, path, body, headers) {
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    const sent = request(address + path, {
      method: "POST", agent, headers: { "Content-Type": "application/json", "Content-Length": bytes.length, ...headers },
    }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        const words = Buffer.concat(parts).toString();
        if (answer.statusCode === 200) resolve(JSON.parse(words));
        else reject(new Error(`${path}: ${answer.statusCode} ${words.slice(0, 300)}`));
      });
    });
    sent.on("error", reject);
    sent.end(bytes);
  });
}

async function webhook(address, id) {
  const body = JSON.stringify({ externalId: id, thread: `t-${id}`, language: "en", text, author: { externalId: `a-${id}`, name: "Anna" } });
  const stamp = String(Math.floor(Date.now() / 1000));
  const signature = "v1=" + createHmac("sha256", secret).update(`${stamp}.${body}`).digest("hex");
  const answer = await post(address, "/webhooks/custom/shop", body, { "Guichet-Timestamp": stamp, "Guichet-Signature": signature });
  if (answer.results[0].error) throw new Error(JSON.stringify(answer));
}

const peer = {
  claim: async ({ address }, name) => {
    const claimed = await post(address, "/claim", JSON.stringify({ agent: name }));
    return claimed.conversation ? claimed : null;
  },
  reply: ({ address }, name, claimed) => post(address, "/reply", JSON.stringify({ agent: name, conversation: claimed.conversation, text })),
};

let requests = 0;
const fresh = () => `peers-${process.pid}-${++requests}`;
const guichet = {
  async claim({ address, tokens }, name, number) {
    const answer = await post(address, "/guichet.v1.RoutingService/ClaimNext", JSON.stringify({ requestId: fresh(), wait: "0.2s" }),
      { Authorization: `Bearer ${tokens[number % tokens.length]}` });
    return answer.conversation ?? null;
  },
  reply: ({ address, tokens }, name, claimed, number) => post(address, "/guichet.v1.ReplyService/Send", JSON.stringify({
    requestId: fresh(), conversation: claimed.id, epoch: claimed.epoch, inboundSeq: claimed.inboundSeq, text, undoWindow: "0s",
    after: "AFTER_SEND_RESOLVE",
  }), { Authorization: `Bearer ${tokens[number % tokens.length]}` }),
};

/** `count` times `work`, so many at once. */
async function atOnce(most, count, work) {
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(most, count) }, async () => {
    while (next < count) await work(next++);
  }));
}

function until(condition) {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`the shop has ${delivered.size} replies after four minutes`)), PATIENCE_MS);
    told = () => {
      if (!condition()) return;
      clearTimeout(limit);
      resolve();
    };
    told();
  });
}

async function round(job) {
  const side = job.kind === "guichet" ? guichet : peer;
  delivered.clear();
  const begun = performance.now();
  await atOnce(CONNECTIONS, job.count, (n) => webhook(job.address, `${job.round}-${n}`));
  const stored = performance.now();
  const conversations = [];
  let open = job.count;
  const deadline = stored + PATIENCE_MS;
  await Promise.all(Array.from({ length: AGENTS }, async (_, number) => {
    while (open > 0) {
      const claimed = await side.claim(job, `agent-${number}`, number);
      // What came in may not be triaged yet.
      if (!claimed && performance.now() > deadline) throw new Error(`${open} messages cannot be claimed`);
      if (!claimed) continue;
      --open;
      conversations.push(claimed.id ?? claimed.conversation);
      await side.reply(job, `agent-${number}`, claimed, number);
    }
  }));
  await until(() => delivered.size >= job.count);
  const answered = performance.now();
  return {
    stored: (stored - begun) / 1000, answered: (answered - stored) / 1000, conversations,
    twice: [...delivered.values()].filter((times) => times > 1).length + conversations.length - new Set(conversations).size,
  };
}

shop.listen(0, "127.0.0.1", () => console.log(`listening ${shop.address().port}`));
for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(await round(JSON.parse(line))));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message) }));
  }
}
process.exit(0);
