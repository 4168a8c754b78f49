// Calls and the live log, for the page. Everything goes through the public API, with the session of the cookie.
"use strict";
const guichet = (() => {
    let session = null;

    function requestId() {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
    }

    function toSignIn() {
        location.assign("/sign-in");
    }

    async function open() {
        const answer = await fetch("/session", { headers: { accept: "application/json" } });
        if (answer.status === 401) toSignIn();
        if (!answer.ok) throw new Error("The server does not answer well (" + answer.status + "). Reload the page.");
        session = await answer.json();
        return session;
    }

    // An error has code ("failed_precondition"), reason ("stale_epoch"), message.
    async function call(method, body) {
        const answer = await fetch("/guichet.v1." + method, {
            method: "POST",
            headers: { "content-type": "application/json", "x-guichet-csrf": session.csrf },
            body: JSON.stringify(body),
        });
        if (answer.status === 401) toSignIn();
        const text = await answer.text();
        let value = {};
        try {
            value = JSON.parse(text);
        } catch (ignored) {
            value = { message: "The server is away for the moment. Try again." };
        }
        if (answer.ok) return value;
        const error = new Error(value.message || "It did not work.");
        error.code = value.code;
        error.reason = ((value.details || [])[0] || {}).debug?.reason || "";
        throw error;
    }

    function write(method, body) {
        return call(method, { requestId: requestId(), ...body });
    }

    // Calls onEvents(events) for what happens and onResync() when something was missed; comes back by itself.
    function watch(onEvents, onResync, onState) {
        let cursor = "";
        let wait = 500;
        const connect = () => {
            const scheme = location.protocol === "https:" ? "wss://" : "ws://";
            const socket = new WebSocket(scheme + location.host + "/v1/watch");
            socket.onopen = () => {
                socket.send(JSON.stringify(cursor ? { cursor } : {}));
                onState(true);
            };
            socket.onmessage = (message) => {
                const first = wait !== 500 || !cursor;
                wait = 500;
                const response = JSON.parse(message.data);
                cursor = response.cursor || cursor;
                if (response.resync || first) onResync();
                if (response.events) onEvents(response.events);
            };
            socket.onclose = (end) => {
                onState(false);
                if (end.code === 4401) return toSignIn();
                if (end.code === 4400) cursor = "";
                setTimeout(connect, wait * (0.5 + Math.random()));
                wait = Math.min(wait * 2, 30000);
            };
        };
        connect();
    }

    return { open, call, write, watch, session: () => session };
})();
