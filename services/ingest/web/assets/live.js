// The private page's only script: fetches new messages and shows them. Without it a reload does the same.
"use strict";
(function () {
    const list = document.getElementById("messages");
    if (!list || !window.fetch) return;
    const waiting = document.getElementById("waiting");
    const language = document.documentElement.lang;
    let state = list.dataset.state;
    let failures = 0;

    function localTime(element) {
        const at = new Date(element.dateTime);
        if (isNaN(at)) return;
        element.textContent = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(at);
    }

    function make(tag, className, text) {
        const element = document.createElement(tag);
        if (className) element.className = className;
        if (text) element.textContent = text;
        return element;
    }

    function bubble(message) {
        const item = make("li", "bubble " + (message.ours ? "ours" : "theirs"));
        item.dataset.seq = message.seq;
        const meta = make("p", "meta");
        meta.append(make("span", "who", message.ours ? message.name || list.dataset.us : list.dataset.you));
        const time = make("time");
        time.dateTime = message.at;
        localTime(time);
        meta.append(time);
        if (message.mark) meta.append(make("span", "mark", message.mark));
        const text = make("div", "text");
        for (const part of message.text.split(/\n\s*\n/)) {
            const paragraph = make("p");
            part.split("\n").forEach(function (line, index) {
                if (index > 0) paragraph.append(document.createElement("br"));
                paragraph.append(line);
            });
            text.append(paragraph);
        }
        if (message.attached) text.append(make("p", "hint", message.attached));
        item.append(meta, text);
        return item;
    }

    function show(answer) {
        state = answer.state;
        const typed = document.querySelector("textarea");
        if (answer.proof !== list.dataset.proof && !(typed && typed.value)) {
            // Who he is has been proven, or his code has run out: the page says so. Nothing typed is lost for it.
            location.reload();
            return;
        }
        const known = new Map();
        for (const item of list.children) known.set(item.dataset.seq, item);
        let fresh = null;
        for (const message of answer.messages) {
            const old = known.get(String(message.seq));
            const item = bubble(message);
            if (old) {
                if (old.querySelector(".text").textContent !== item.querySelector(".text").textContent) {
                    old.replaceWith(item);
                }
                continue;
            }
            const next = Array.from(list.children).find(function (other) {
                return Number(other.dataset.seq) > message.seq;
            });
            list.insertBefore(item, next || null);
            if (message.ours) fresh = item;
        }
        if (answer.messages.some(function (message) { return message.ours; })) waiting.hidden = true;
        if (!fresh) return;
        fresh.classList.add("fresh");
        if (document.hidden) document.title = list.dataset.new + " – " + document.title.split(" – ").pop();
    }

    function pause(milliseconds) {
        return new Promise(function (resolve) { setTimeout(resolve, milliseconds); });
    }

    async function follow() {
        for (;;) {
            const started = Date.now();
            try {
                const url = list.dataset.url + "?after=" + encodeURIComponent(state) + "&lang=" + language;
                const response = await fetch(url, { credentials: "same-origin", cache: "no-store" });
                if (response.status === 401 || response.status === 404) return;
                if (!response.ok) throw new Error(String(response.status));
                const answer = await response.json();
                failures = 0;
                if (answer.state !== state) show(answer);
                // A server that is too busy to let us wait.
                else if (Date.now() - started < 2000) await pause(5000);
            } catch (error) {
                failures = Math.min(failures + 1, 6);
                await pause(1000 * 2 ** failures);
            }
        }
    }

    for (const time of list.querySelectorAll("time")) localTime(time);
    const live = document.querySelector(".live");
    if (live) {
        live.hidden = false;
        document.querySelector(".reload").hidden = true;
    }
    follow();
})();
