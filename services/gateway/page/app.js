// Take and answer.
"use strict";
(async () => {
    const { at, element } = guichet.show;
    let view = null;      // the GetConversationResponse that is shown
    let held = null;      // the answer that can still be undone: { id, text, conversation, until, length }
    let savedDraft = "";

    function notice(text) {
        at("notice").textContent = text || "";
        at("notice").hidden = !text;
    }

    // Runs an action of the person: one at a time for each button, errors in words.
    async function act(button, work) {
        if (button) button.disabled = true;
        if (button) notice("");
        try {
            await work();
        } catch (error) {
            notice(error.message);
            if (view && (error.code === "failed_precondition" || error.code === "not_found")) await reload();
        } finally {
            if (button) button.disabled = false;
        }
    }

    const owned = () => ({ conversation: view.conversation.id, epoch: view.conversation.epoch });
    const isMine = () => view && view.conversation.owner === guichet.session().agent;

    function showView() {
        guichet.show.conversation(view);
        for (const id of ["answer", "moves"]) at(id).hidden = !isMine();
    }

    async function read(id) {
        return guichet.call("InboxService/GetConversation", { conversation: id, messageLimit: 100 });
    }

    async function reload() {
        if (!view) return;
        const id = view.conversation.id;
        try {
            const fresh = await read(id);
            if (!view || view.conversation.id !== id) return;
            view = fresh;
            showView();
        } catch (error) {
            if (error.code !== "not_found") throw error;
            leave();
        }
    }

    async function openConversation(id) {
        await saveDraft();
        view = await read(id);
        savedDraft = view.draft || "";
        at("text").value = savedDraft;
        showView();
        at("title").focus();
        await Promise.all([listMine(), listCanned()]);
    }

    function leave() {
        view = null;
        savedDraft = "";
        at("text").value = "";
        at("conversation").hidden = true;
        at("take").focus();
    }

    async function listMine() {
        const answer = await guichet.call("InboxService/ListConversations",
            { filter: { owners: ["me"], states: ["CONVERSATION_STATE_OWNED"] } });
        guichet.show.mine(answer.conversations || [], view ? view.conversation.id : "");
    }

    async function listQueues() {
        guichet.show.queues(await guichet.call("InboxService/Stats", {}));
    }

    async function listCanned() {
        const language = (view.conversation.triage || {}).language || "";
        const answer = await guichet.call("AdminService/ListCannedReplies", { language, pageSize: 200 });
        const options = (answer.cannedReplies || []).map((reply) => {
            const option = element("option", "", reply.title);
            option.value = reply.text;
            return option;
        });
        const none = element("option", "", "choose");
        none.value = "";
        at("canned").replaceChildren(none, ...options);
    }

    async function saveDraft() {
        if (!isMine() || at("text").value === savedDraft) return;
        const text = at("text").value;
        await guichet.write("ReplyService/SaveDraft", { conversation: view.conversation.id, text });
        savedDraft = text;
    }

    // Many events make one refresh.
    function soon(work, delay) {
        let timer = 0;
        return () => {
            clearTimeout(timer);
            timer = setTimeout(() => act(null, work), delay);
        };
    }
    const refreshLists = soon(async () => { await listMine(); await listQueues(); }, 700);
    const refreshView = soon(reload, 200);
    const draftSoon = soon(saveDraft, 2000);

    function showHeld() {
        at("held").hidden = !held;
        if (!held) return;
        const left = held.until - Date.now();
        if (left <= 0) {
            held = null;
            at("held").hidden = true;
            refreshView();
            return;
        }
        at("held-text").textContent = "The answer leaves in " + Math.ceil(left / 1000) + " s";
        at("held-bar").value = left / held.length;
    }
    setInterval(showHeld, 250);

    at("take").onclick = () => act(at("take"), async () => {
        const answer = await guichet.write("RoutingService/ClaimNext", {});
        if (!answer.conversation) return notice("Nothing waits that you may take.");
        await openConversation(answer.conversation.id);
        refreshLists();
    });
    at("mine").onclick = (event) => {
        const id = event.target.dataset.conversation;
        if (id) act(event.target, () => openConversation(id));
    };
    at("canned").onchange = () => {
        const values = { "contact.name": view.conversation.contactName, reference: view.conversation.reference,
            "agent.name": guichet.session().name };
        const text = at("canned").value.replace(/\{\{([a-z.]+)\}\}/g, (all, name) => values[name] || all);
        at("text").value += (at("text").value && text ? "\n" : "") + text;
        at("canned").value = "";
        at("text").focus();
        draftSoon();
    };
    at("text").oninput = draftSoon;
    at("answer").onsubmit = (event) => {
        event.preventDefault();
        act(at("send"), async () => {
            const text = at("text").value;
            const conversation = view.conversation.id;
            const answer = await guichet.write("ReplyService/Send",
                { ...owned(), inboundSeq: view.conversation.inboundSeq || "0", text, after: at("after").value });
            const delivery = answer.delivery;
            const length = delivery.heldUntil ? new Date(delivery.heldUntil) - new Date(delivery.createdAt) : 0;
            held = length > 0 ? { id: delivery.id, text, conversation, until: Date.now() + length, length } : null;
            at("text").value = savedDraft = "";
            showHeld();
            await reload();
        });
    };
    at("undo").onclick = () => act(at("undo"), async () => {
        const undone = held;
        await guichet.write("ReplyService/Undo", { delivery: undone.id });
        held = null;
        showHeld();
        if (!view || view.conversation.id !== undone.conversation) await openConversation(undone.conversation);
        else await reload();
        at("text").value = undone.text;
        at("text").focus();
    });
    at("note").onsubmit = (event) => {
        event.preventDefault();
        act(event.submitter, async () => {
            await guichet.write("ReplyService/AddNote",
                { conversation: view.conversation.id, text: at("note-text").value });
            at("note-text").value = "";
            await reload();
        });
    };
    at("release").onclick = () => act(at("release"), async () => {
        await guichet.write("RoutingService/Release", owned());
        leave();
        refreshLists();
    });
    at("snooze").onsubmit = (event) => {
        event.preventDefault();
        act(event.submitter, async () => {
            const until = new Date(Date.now() + Number(at("snooze-for").value) * 1000).toISOString();
            await guichet.write("RoutingService/Snooze", { ...owned(), until });
            leave();
            refreshLists();
        });
    };
    at("resolve").onsubmit = (event) => {
        event.preventDefault();
        act(event.submitter, async () => {
            await guichet.write("RoutingService/Resolve", { ...owned(), outcome: at("outcome").value });
            leave();
            refreshLists();
        });
    };
    at("messages").onclick = (event) => {
        const { settle, delivery } = event.target.dataset;
        if (!settle) return;
        act(event.target, async () => {
            await guichet.write("ReplyService/Settle", { delivery, settlement: settle });
            await reload();
        });
    };

    // Present while the page is open; what is owned stays owned.
    async function stay() {
        try {
            await guichet.write("RoutingService/SetPresence", { presence: at("presence").value });
            await guichet.write("RoutingService/Renew", {});
        } catch (error) {
            // Somebody who only looks on has nothing to keep.
            if (error.code !== "permission_denied") throw error;
        }
    }
    at("presence").onchange = () => act(null, stay);
    at("sign-out").onsubmit = (event) => {
        event.preventDefault();
        act(event.submitter, async () => {
            await saveDraft();
            await guichet.write("RoutingService/SetPresence", { presence: "PRESENCE_OFFLINE" }).catch(() => {});
            at("sign-out").submit();
        });
    };

    await act(null, async () => {
        await guichet.open();
        const me = await guichet.call("AdminService/WhoAmI", {});
        guichet.session().name = me.agent.name || me.agent.id;
        at("who").textContent = guichet.session().name;
        guichet.watch(
            (events) => {
                refreshLists();
                if (view && events.some((event) => event.conversation === view.conversation.id)) refreshView();
            },
            () => { refreshLists(); refreshView(); },
            (live) => { at("live").textContent = live ? "live" : "connecting"; });
        await stay();
        await listMine();
        await listQueues();
    });
    // More often than presence lasts; see tick.js.
    new Worker(document.body.dataset.tick).onmessage = () => stay().catch((error) => notice(error.message));
})();
