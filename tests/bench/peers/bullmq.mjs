// The job on BullMQ: messages are jobs that an agent takes by hand, replies are jobs of a worker.
import { Queue, Worker } from "bullmq";
import fastify from "fastify";
import { deliver, serve } from "./common.mjs";

const connection = { path: process.env.PEER_REDIS, maxRetriesPerRequest: null };
const LOCK_MS = 600_000;
const inbound = new Queue("inbound", { connection });
const outbound = new Queue("outbound", { connection });
const desk = new Worker("inbound", null, { connection, autorun: false, lockDuration: LOCK_MS });
new Worker("outbound", (job) => deliver(job.id, job.data.text), { connection, concurrency: 16 });
const taken = new Map();

await serve(fastify, {
  // A job whose id is known is not added again.
  store: (message) => inbound.add("message", message, { jobId: `m-${message.externalId}` }),
  async claim(agent) {
    const job = await desk.getNextJob(agent, { block: false });
    if (!job) return null;
    taken.set(job.id, { job, agent });
    return { conversation: job.id, text: job.data.text };
  },
  async reply({ conversation, text }) {
    const { job, agent } = taken.get(conversation);
    await outbound.add("reply", { text }, { jobId: `r-${conversation}` });
    await job.moveToCompleted({}, agent, false);
    taken.delete(conversation);
  },
  sent: () => outbound.getCompletedCount(),
});
