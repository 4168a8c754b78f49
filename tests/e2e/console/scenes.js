// What the pictures show: each scene opens a page and brings it to the moment that is worth a look.
"use strict";
const { until } = require("./desk.js");

// Anna's case, offered by the private link and accepted; a dispute with an edit and a note; one that is being answered.
async function prepare(server, made, people) {
    const claire = await server.tokenOf("claire");
    const stage = { made, anna: made[0], julien: made[1], unanswered: [11, 21, 16, 26, 12, 14, 18, 22, 24, 28] };
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
    await troubles(server, made, claim, claire);
    await until(async () => (await server.call("InboxService/GetConversation", { conversation: julien.id })).messages.length >= 3, "Julien wrote again");
    return stage;
}

// What the other pages are about: an answer that was refused, a note that names claire, texts of the brand, somebody who signs.
async function troubles(server, made, claim, claire) {
    const refused = await claim(made[13]);
    await server.write("ReplyService/Send", { conversation: refused.id, epoch: refused.epoch, inboundSeq: refused.inboundSeq, undoWindow: "0s", after: "AFTER_SEND_KEEP",
        text: "Bonjour Sophie. Please refuse this." }, claire);
    await server.write("ReplyService/AddNote", { conversation: made[5], text: "@Claire the bank says that the card was never blocked.", mentions: ["claire"] }, await server.tokenOf("bob"));
    await server.write("WritingService/PutPosition", { position: { title: "How we speak", text: "By name, in short sentences, never “unfortunately”.", houseStyle: true } }, claire);
    await server.write("WritingService/PutPosition", { position: { title: "Lost parcels", text: "We send another one after ten working days, without asking for proof.", language: "en" } }, claire);
    await server.write("AdminService/PutPersona", { persona: { id: "team", name: "The care team", signature: "^The care team" } }, claire);
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
    async filters(page, server) {
        await queue(page, server);
        for (const key of ["j", "j", "f"]) await page.keyboard.press(key);
        await page.locator("#filters").waitFor();
    },
    async narrowed(page, server) {
        await page.goto(server.url + "/desk/queue?intent=complaint&visibility=private");
        await page.locator("[data-row]").first().waitFor();
        await page.keyboard.press("f");
    },
    async mine(page, server) {
        await page.goto(server.url + "/desk/mine");
        await page.locator("[data-row]").first().waitFor();
    },
    async empty(page, server) {
        await page.goto(server.url + "/desk/snoozed");
        await page.locator("[data-empty]").waitFor();
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
        await page.locator("#main textarea").fill("Bonjour Julien, merci pour le détail. Le second paiement vous est remboursé ; il arrive sous trois jours.");
    },
    async held(page, server, stage) {
        // Another one each time: once its answer has left it is not claire's any more.
        const conversation = stage.made[stage.unanswered.shift()];
        await server.write("RoutingService/Claim", { conversation }, await server.tokenOf("claire"));
        await open(page, server, conversation);
        await page.locator("#main textarea").fill("Le remboursement est parti.");
        await page.keyboard.press("Control+Enter");
        await page.locator("[data-held]").waitFor();
        await page.waitForTimeout(300);
        const picture = page.locator("[data-held]");
        await picture.waitFor();
    },
    async "go-private"(page, server, stage) {
        const { owner } = (await server.call("InboxService/GetConversation", { conversation: stage.made[3] })).conversation;
        if (!owner) await server.write("RoutingService/Claim", { conversation: stage.made[3] }, await server.tokenOf("claire"));
        await open(page, server, stage.made[3]);
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
    async note(page, server, stage) {
        await open(page, server, stage.anna);
        await page.evaluate(() => document.activeElement?.blur());
        await page.keyboard.press("i");
        await page.locator("#main textarea").fill("@Bob Vermeulen ");
    },
    async texts(page, server, stage) {
        await open(page, server, stage.anna);
        await page.locator("#main form button[aria-expanded]").last().click();
        await page.locator("[data-positions] details").waitFor();
    },
    async snooze(page, server, stage) {
        await open(page, server, stage.anna);
        await page.evaluate(() => document.activeElement?.blur());
        await page.keyboard.press("s");
        await page.getByRole("dialog").waitFor();
    },
    async reassign(page, server) {
        await queue(page, server);
        await page.keyboard.press("Shift+R");
        await page.locator("[role=dialog] [data-count]").waitFor();
    },
    async menu(page, server) {
        await queue(page, server);
        const phone = page.viewportSize().width < 768;
        await (phone ? page.locator("nav").last().getByRole("button").last().click() : page.locator("button[aria-haspopup=menu]").first().click());
        await (phone ? page.locator(".fixed nav") : page.getByRole("menu")).waitFor();
    },
    // On a phone they lie behind a button.
    async details(page, server, stage) {
        await open(page, server, stage.accepted);
        if (page.viewportSize().width < 1344) await page.locator("#main header > button").last().click();
        await page.locator("aside:visible [data-history]").waitFor();
    },
    async "agent-form"(page, server) {
        await page.goto(server.url + "/desk/agents");
        await page.locator("#main [data-item] button").last().click();
        await page.getByRole("dialog").waitFor();
    },
    async "channel-kinds"(page, server) {
        await page.goto(server.url + "/desk/channels");
        await page.locator("#main header button").last().click();
        await page.getByRole("dialog").waitFor();
    },
    async "channel-form"(page, server) {
        await page.goto(server.url + "/desk/channels");
        await page.locator("#main header button").last().click();
        await page.locator("[role=dialog] li button").last().click();
        await page.locator("#channel").waitFor();
    },
};

module.exports = { prepare, list };
