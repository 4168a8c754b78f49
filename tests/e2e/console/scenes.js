// What the pictures show: each scene opens a page and brings it to the moment that is worth a look.
"use strict";
const { until } = require("./desk.js");

// Anna's case, offered by the private link and accepted; a dispute with an edit and a note; one that is being answered.
async function prepare(server, made, people) {
    const claire = await server.tokenOf("claire");
    const stage = { made, anna: made[0], julien: made[1], unanswered: [11, 21, 16, 26] };
    await server.write("AdminService/PutAgent", { agent: { id: "bob", name: "Bob Vermeulen", capacity: 50, grants: [{ role: "ROLE_AGENT" }] } });
    await server.write("AdminService/PutCannedReply", { cannedReply: { id: "sorry", title: "We are sorry", language: "en",
        text: "Dear {{contact.name}}, we are sorry. Your reference is {{reference}}. {{agent.name}}" } }, claire);
    await server.says("square", "Lotte Claes", "@Anna Peeters ik had net hetzelfde, bel hen eens op.", { thread: "other", parentThread: "post-1" });
    const again = await server.says("square", "Anna Peeters", "Nog altijd niets gehoord. Ik ben woedend, dit is ronduit schandalig.", {});
    await server.says("square", "Anna Peeters", "Nog altijd niets gehoord. Ik ben woedend, zie https://example.com/mijn-pakket.",
        { kind: "edited", externalId: again.externalId, ordinal: "2" });
    const claim = async (conversation) => (await server.write("RoutingService/Claim", { conversation }, claire)).conversation;
    let anna = await claim(stage.anna);
    const routes = await server.call("EscalationService/ListRoutes", { conversation: anna.id }, claire);
    const link = routes.routes.find((route) => route.kind === "ROUTE_KIND_PRIVATE_LINK" && !route.closed);
    const offered = await server.write("EscalationService/Escalate", { conversation: anna.id, epoch: anna.epoch, routes: [link.id],
        publicText: "Dag Anna, we zoeken het samen uit: {{link}}", reason: "drie weken zonder antwoord" }, claire);
    stage.escalation = offered.escalation.id;
    stage.accepted = await accept(server, people, await claim(made[5]), claire);
    await server.write("ReplyService/AddNote", { conversation: anna.id, text: "@Bob Vermeulen kan jij bij de koerier navragen?", mentions: ["bob"] }, claire);
    const julien = await claim(stage.julien);
    await server.write("ReplyService/Send", { conversation: julien.id, epoch: julien.epoch, inboundSeq: julien.inboundSeq, undoWindow: "0s", after: "AFTER_SEND_KEEP",
        text: "Bonjour Julien, je vérifie votre facture et je reviens vers vous aujourd’hui." }, claire);
    await server.says("desk", "Julien Lambert", "Merci. Voici le détail de mes deux paiements.",
        { attachments: [{ name: "paiements-novembre.pdf", mediaType: "application/pdf", size: "184320" }] });
    // One that waits for its customer, and two that are done: their pages are worth a look, too.
    const pending = await claim(made[8]);
    await server.write("ReplyService/Send", { conversation: pending.id, epoch: pending.epoch, inboundSeq: pending.inboundSeq, undoWindow: "0s", after: "AFTER_SEND_WAIT",
        text: "Bonjour Ahmed, envoyez-nous une photo du colis et nous le remplaçons." }, claire);
    for (const id of [made[4], made[9]]) {
        const done = await claim(id);
        await server.write("RoutingService/Resolve", { conversation: id, epoch: done.epoch, outcome: "OUTCOME_SOLVED" }, claire);
    }
    await server.write("RoutingService/SetLabels", { conversation: julien.id, add: ["facture", "double paiement"] }, claire);
    await until(async () => (await server.call("InboxService/GetConversation", { conversation: julien.id })).messages.length >= 3, "Julien wrote again");
    return stage;
}

// Priya's: the link in public, her code below it, and what she writes on its page.
async function accept(server, people, conversation, token) {
    const routes = (await server.call("EscalationService/ListRoutes", { conversation: conversation.id }, token)).routes;
    const link = routes.find((route) => route.kind === "ROUTE_KIND_PRIVATE_LINK" && !route.closed);
    await server.write("ReplyService/Send", { conversation: conversation.id, epoch: conversation.epoch, inboundSeq: conversation.inboundSeq, undoWindow: "0s",
        after: "AFTER_SEND_KEEP", text: "We are sorry, Priya. We look into it at once." }, token);
    await until(() => server.taker.texts().length > 0, "the answer left");
    await server.write("EscalationService/Escalate", { conversation: conversation.id, epoch: conversation.epoch, routes: [link.id],
        publicText: "Priya, let us talk in private: {{link}}" }, token);
    const said = await until(() => server.taker.texts().find((text) => text.includes("/p/") && text.includes("Priya")), "the invitation left", 70000);
    const page = await people.open();
    await page.goto(/https?:\/\/\S+/.exec(said)[0]);
    await page.getByRole("button", { name: "Continue" }).click();
    // Her own account says it in public: the page is hers.
    await server.says("square", "Priya Nair", await page.locator(".code code").textContent(), {});
    await page.locator("#message").fill("My card ends in 42. It happened on Monday, on Wednesday and today.");
    await page.locator("form.write button").click();
    await page.getByText("It happened on Monday").waitFor();
    await page.context().close();
    return conversation.id;
}

async function queue(page, server) {
    await page.goto(server.url + "/desk/queue");
    await page.locator("[data-row]").first().waitFor();
}

async function open(page, server, conversation) {
    await page.goto(server.url + "/desk/conversation/" + conversation);
    await page.getByRole("log").locator("article").first().waitFor();
}

const list = {
    queue,
    async "queue-french"(page, server) {
        await queue(page, server);
        for (const key of ["j", "j", "f"]) await page.keyboard.press(key);
        await page.locator("#filters").waitFor();
    },
    async mine(page, server) {
        await page.goto(server.url + "/desk/mine");
        await page.locator("[data-row]").first().waitFor();
    },
    async empty(page, server) {
        await page.goto(server.url + "/desk/snoozed");
        await page.getByText("Nothing is snoozed").waitFor();
    },
    palette: async (page, server) => {
        await queue(page, server);
        await page.keyboard.press("Control+k");
        await page.getByRole("option").first().waitFor();
    },
    async "conversation-public"(page, server, stage) {
        await open(page, server, stage.anna);
    },
    async "conversation-both"(page, server, stage) {
        await open(page, server, stage.accepted);
    },
    async "conversation-private"(page, server, stage) {
        await open(page, server, stage.julien);
        await page.getByRole("textbox", { name: /Answer in private/ }).fill("Bonjour Julien, merci pour le détail. Le second paiement vous est remboursé ; il arrive sous trois jours.");
    },
    async "conversation-dutch"(page, server, stage) {
        await open(page, server, stage.julien);
    },
    async held(page, server, stage) {
        // Another one each time: once its answer has left it is not claire's any more.
        const conversation = stage.made[stage.unanswered.shift()];
        await server.write("RoutingService/Claim", { conversation }, await server.tokenOf("claire"));
        await open(page, server, conversation);
        await page.getByRole("textbox", { name: /Answer in private/ }).fill("Le remboursement est parti.");
        await page.keyboard.press("Control+Enter");
        await page.locator("[data-held]").waitFor();
        await page.waitForTimeout(300);
        const picture = page.locator("[data-held]");
        await picture.waitFor();
    },
    async "go-private"(page, server, stage) {
        await open(page, server, stage.made[3]);
        const claim = page.getByRole("main").getByRole("button", { name: /^Claim/ });
        if (await claim.count()) await claim.click();
        await page.locator("textarea").waitFor();
        await page.evaluate(() => document.activeElement?.blur());
        await page.keyboard.press("p");
        await page.getByRole("dialog").waitFor();
    },
    async resolve(page, server, stage) {
        await open(page, server, stage.anna);
        await page.evaluate(() => document.activeElement?.blur());
        await page.keyboard.press("e");
        await page.getByRole("dialog").waitFor();
    },
    async keys(page, server, stage) {
        await open(page, server, stage.anna);
        await page.keyboard.press("?");
        await page.getByRole("dialog").waitFor();
    },
};

module.exports = { prepare, list, locales: { "queue-french": "fr-BE", "conversation-dutch": "nl-BE" } };
