// What both programs share: the signature, the shop's address, answers as JSON.
import { createHmac, timingSafeEqual } from "node:crypto";
import { Agent, request } from "node:http";

export const secret = process.env.PEER_SECRET;
const TOLERANCE = 300;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** Whether `header` signs the bytes at `stamp`, in constant time. */
export function signed(stamp, header, body) {
  if (!/^\d{1,12}$/.test(stamp ?? "") || Math.abs(Date.now() / 1000 - Number(stamp)) > TOLERANCE) return false;
  const wanted = Buffer.from("v1=" + createHmac("sha256", secret).update(`${stamp}.`).update(body).digest("hex"));
  const given = Buffer.from(header ?? "");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Hands a reply to the shop; fails unless it takes it. */
export function deliver(delivery, text) {
  const body = JSON.stringify({ delivery, text });
  return new Promise((resolve, reject) => {
    const post = request(process.env.PEER_SHOP, {
      method: "POST", agent,
      headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), "Guichet-Delivery": delivery },
    }, (answer) => {
      answer.resume();
      answer.on("end", () => (answer.statusCode < 300 ? resolve() : reject(new Error(`the shop says ${answer.statusCode}`))));
    });
    post.on("error", reject);
    post.end(body);
  });
}

/** A Fastify with the four routes of a peer; `job` does the work. */
export async function serve(fastify, job) {
  // A connection that is closed while the next request is on its way would end a round.
  const app = fastify({ bodyLimit: 1 << 20, keepAliveTimeout: 600_000 });
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_, body, done) => done(null, body));
  app.post("/webhooks/custom/shop", async (asked, answer) => {
    if (!signed(asked.headers["guichet-timestamp"], asked.headers["guichet-signature"], asked.body)) return answer.code(401).send();
    const message = JSON.parse(asked.body);
    if (typeof message.externalId !== "string" || typeof message.text !== "string") return answer.code(400).send();
    await job.store(message);
    return { results: [{ id: message.externalId }] };
  });
  app.post("/claim", async (asked) => (await job.claim(JSON.parse(asked.body).agent)) ?? {});
  app.post("/reply", async (asked) => {
    await job.reply(JSON.parse(asked.body));
    return {};
  });
  app.get("/sent", async () => ({ sent: await job.sent() }));
  await app.listen({ host: "127.0.0.1", port: 0 });
  console.log(`listening ${app.server.address().port}`);
}
