// Shows one conversation. Text of customers is always text: textContent, never markup.
"use strict";
guichet.show = (() => {
    const at = (id) => document.getElementById(id);

    function words(name, prefix) {
        return (name || "").replace(prefix, "").toLowerCase().replace(/_/g, " ");
    }

    function time(text) {
        return text ? new Date(text).toLocaleString() : "";
    }

    function element(tag, className, text) {
        const made = document.createElement(tag);
        if (className) made.className = className;
        if (text !== undefined) made.textContent = text;
        return made;
    }

    const kinds = {
        MESSAGE_KIND_INBOUND: ["", "wrote"],
        MESSAGE_KIND_OUTBOUND: ["ours", "answered"],
        MESSAGE_KIND_NOTE: ["note", "noted"],
        MESSAGE_KIND_EDIT: ["", "changed what was written before to"],
        MESSAGE_KIND_DELETION: ["", "took a message back"],
    };

    function settlements(delivery) {
        const row = element("div", "row");
        const choices = [["SETTLEMENT_SENT", "It is there"], ["SETTLEMENT_RESEND", "Send it again"],
            ["SETTLEMENT_CANCEL", "Drop it"]];
        for (const [value, label] of choices) {
            const button = element("button", "", label);
            button.type = "button";
            button.dataset.settle = value;
            button.dataset.delivery = delivery.id;
            row.append(button);
        }
        return row;
    }

    function message(m, conversation, deliveries) {
        const [className, verb] = kinds[m.kind] || ["", "wrote"];
        const item = element("li", className);
        const who = m.actor || (m.author && m.author.name) || conversation.contactName || "Customer";
        const head = [who, verb, "·", time(m.createdAt || m.storedAt)].join(" ");
        const delivery = deliveries.get(m.delivery);
        item.append(element("div", "quiet", head));
        if (m.subject) item.append(element("strong", "", m.subject));
        item.append(element("p", "text", m.text || ""));
        for (const field of m.fields || []) item.append(element("div", "quiet", field.name + ": " + field.value));
        for (const file of m.attachments || []) item.append(element("div", "quiet", "File: " + file.name));
        const state = (delivery && delivery.state) || m.deliveryState;
        if (state) {
            let text = words(state, "DELIVERY_STATE_");
            if (delivery && delivery.error) text += ": " + delivery.error;
            item.append(element("div", "quiet", text));
        }
        if (delivery && (state === "DELIVERY_STATE_UNCONFIRMED" || state === "DELIVERY_STATE_FAILED")) {
            item.append(settlements(delivery));
        }
        return item;
    }

    // `view`: a GetConversationResponse.
    function conversation(view) {
        const c = view.conversation;
        const triage = c.triage || {};
        at("conversation").hidden = false;
        at("title").textContent = (c.contactName || "Customer") + (c.subject ? " · " + c.subject : "");
        at("facts").textContent = [c.reference, c.channel, words(c.visibility, "VISIBILITY_"),
            words(c.state, "CONVERSATION_STATE_"), c.owner && "with " + c.owner, c.dueAt && "due " + time(c.dueAt)]
            .filter(Boolean).join(" · ");
        at("triage").textContent = [triage.language, words(triage.intent, "INTENT_"),
            words(triage.sentiment, "SENTIMENT_"), triage.priority && words(triage.priority, "PRIORITY_") + " priority"]
            .filter(Boolean).join(" · ");
        const reasons = (triage.reasons || []).map((r) =>
            element("li", "", r.kind + ": “" + r.text + "”" + (r.rule ? " (" + r.rule + ")" : "")));
        at("reasons").replaceChildren(...reasons);
        at("why").hidden = reasons.length === 0;
        at("more").hidden = !view.more;
        const deliveries = new Map((view.deliveries || []).map((d) => [d.id, d]));
        at("messages").replaceChildren(...(view.messages || []).map((m) => message(m, c, deliveries)));
    }

    function list(id, items) {
        at(id).replaceChildren(...items);
        at(id + "-empty").hidden = items.length > 0;
    }

    function mine(conversations, current) {
        list("mine", conversations.map((c) => {
            const item = element("li");
            const button = element("button", "", (c.contactName || "Customer") + ": " + (c.preview || c.reference));
            button.dataset.conversation = c.id;
            button.setAttribute("aria-current", c.id === current ? "true" : "false");
            item.append(button);
            return item;
        }));
    }

    function queues(stats) {
        const waiting = (stats.queues || []).filter((q) => Number(q.waiting) > 0);
        list("queues", waiting.map((q) => {
            const name = [q.team, q.language, q.channel, words(q.visibility, "VISIBILITY_")].filter(Boolean).join(" · ");
            const item = element("li", "", name);
            item.append(element("span", "number", String(q.waiting)));
            if (q.oldestDueAt) item.append(element("div", "quiet", "first due " + time(q.oldestDueAt)));
            return item;
        }));
    }

    return { at, element, conversation, mine, queues };
})();
