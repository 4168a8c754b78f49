// The job on Fastify and PostgreSQL: SELECT … FOR UPDATE SKIP LOCKED for agents and for what is to be sent.
import fastify from "fastify";
import pg from "pg";
import { deliver, serve } from "./common.mjs";

const SENDERS = 16;
const PAUSE_MS = 20;
const pool = new pg.Pool({ host: process.env.PEER_POSTGRES, user: "postgres", database: "postgres", max: 40 });

await pool.query(`
  CREATE TABLE messages (
    id text PRIMARY KEY, thread text NOT NULL, author jsonb NOT NULL, text text NOT NULL, raw jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting', owner text, arrived bigserial);
  CREATE INDEX waiting ON messages (arrived) WHERE state = 'waiting';
  CREATE TABLE replies (
    message text PRIMARY KEY REFERENCES messages, text text NOT NULL, state text NOT NULL DEFAULT 'pending', written bigserial);
  CREATE INDEX pending ON replies (written) WHERE state = 'pending';`);

/** Sends one reply, if there is one; the row stays locked meanwhile. */
async function send() {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const found = await client.query(
      "SELECT message, text FROM replies WHERE state = 'pending' ORDER BY written LIMIT 1 FOR UPDATE SKIP LOCKED");
    if (found.rows.length > 0) {
      await deliver(found.rows[0].message, found.rows[0].text);
      await client.query("UPDATE replies SET state = 'sent' WHERE message = $1", [found.rows[0].message]);
    }
    await client.query("COMMIT");
    return found.rows.length > 0;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

async function sender() {
  for (;;) if (!(await send())) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
for (let i = 0; i < SENDERS; ++i) sender();

await serve(fastify, {
  store: (message) => pool.query(
    "INSERT INTO messages (id, thread, author, text, raw) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    [message.externalId, message.thread, message.author, message.text, message]),
  async claim(agent) {
    const taken = await pool.query(
      `UPDATE messages SET state = 'owned', owner = $1 WHERE id = (
         SELECT id FROM messages WHERE state = 'waiting' ORDER BY arrived LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING id, text`, [agent]);
    return taken.rows.length > 0 ? { conversation: taken.rows[0].id, text: taken.rows[0].text } : null;
  },
  reply: ({ conversation, agent, text }) => pool.query(
    `WITH answered AS (UPDATE messages SET state = 'answered' WHERE id = $1 AND owner = $2 RETURNING id)
     INSERT INTO replies (message, text) SELECT id, $3 FROM answered`, [conversation, agent, text]),
  sent: async () => Number((await pool.query("SELECT count(*) FROM replies WHERE state = 'sent'")).rows[0].count),
});
