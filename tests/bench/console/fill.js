// So many conversations that wait, brought in by signed webhooks of many messages each.
"use strict";
const { until } = require("../../e2e/console/desk.js");

// Of one webhook; the server takes 1000.
const OF_ONE = 500;
const AT_ONCE = 4;
const LIMIT_MS = 15 * 60_000;

async function waitingOn(server, channel) {
    const { queues = [] } = await server.call("InboxService/Stats");
    return queues.filter((queue) => queue.channel === channel).reduce((sum, queue) => sum + Number(queue.waiting ?? 0), 0);
}

async function fill(server, channel, number) {
    const batches = [];
    for (let at = 0; at < number; at += OF_ONE) batches.push([at, Math.min(number, at + OF_ONE)]);
    const worker = async () => {
        for (let batch = batches.shift(); batch; batch = batches.shift()) {
            const messages = [];
            for (let n = batch[0]; n < batch[1]; ++n) {
                messages.push({ externalId: `fill-${n}`, thread: `fill ${n}`, author: { externalId: `fill-${n}`, name: `Customer ${n}` },
                    text: `My order ${n} has not arrived. Where is it, and who tells me?` });
            }
            await server.posts(channel, { messages });
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await until(async () => await waitingOn(server, channel) >= number, `${number} wait`, LIMIT_MS);
}

module.exports = { fill };
