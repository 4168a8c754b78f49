// Each measure acts in the page as a person would and times there, until the frame that shows the answer has been handed over.
"use strict";
const LIMIT_MS = 60_000;
// A fling of a wheel: five rows a frame, for ten seconds of 60 frames.
const PIXELS = 340;
const FRAMES = 600;

// Runs in the page, before its scripts. `settled(condition)`: the moment when the frame that fulfils it is done.
function instruments() {
    globalThis.bench = {
        settled(condition, limit) {
            return new Promise((resolve, reject) => {
                const end = performance.now() + limit;
                const look = () => {
                    if (performance.now() > end) return reject(new Error(`not within ${limit} ms: ${condition}`));
                    if (!condition()) return requestAnimationFrame(look);
                    // Behind the frame's own work: layout and paint are done.
                    const channel = new MessageChannel();
                    channel.port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
                    channel.port2.postMessage(0);
                };
                look();
            });
        },
        pressed: 0,
        arrivals: [],
    };
    addEventListener("keydown", (event) => { globalThis.bench.pressed = performance.timeOrigin + event.timeStamp; }, true);
    const Real = globalThis.WebSocket;
    globalThis.WebSocket = class extends Real {
        constructor(...words) {
            super(...words);
            this.addEventListener("message", (message) => globalThis.bench.arrivals.push([performance.timeOrigin + performance.now(), String(message.data)]));
        }
    };
}

async function opened(server, page, name) {
    await page.goto(`${server.url}/desk/${name}`);
    await page.locator("#main h1").waitFor();
}

// From the key to the frame that shows its answer; `condition` is an expression of the page.
async function press(page, key, condition) {
    // A string, which the debugger runs: the page's content policy lets nobody make functions of words. Armed before the key is
    // hit, which takes another way into the browser and would overtake it.
    await page.evaluate(`void (() => {
        globalThis.bench.pressed = 0;
        globalThis.bench.answer = globalThis.bench.settled(() => globalThis.bench.pressed > 0 && (${condition}), ${LIMIT_MS}).then((at) => at - globalThis.bench.pressed);
        globalThis.bench.answer.catch(() => undefined);
    })()`);
    await page.keyboard.press(key);
    return await page.evaluate("globalThis.bench.answer");
}

// What was poured in before is still told for a while: until the list's first rows have stayed the same for a second.
async function settledList(server, page) {
    await opened(server, page, "queue");
    await page.locator("[data-row]").first().waitFor();
    await page.evaluate(([still, limit]) => new Promise((resolve, reject) => {
        const end = performance.now() + limit;
        let [since, before] = [performance.now(), ""];
        const look = (now) => {
            const rows = [...document.querySelectorAll("[data-row]")].map((row) => row.dataset.row).join();
            if (rows !== before) [since, before] = [now, rows];
            if (now - since > still) return resolve();
            if (now > end) return reject(new Error("the list does not come to rest"));
            requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    }), [1000, LIMIT_MS]);
}

// Of a page that does nothing but move a box, on the same machine in the same minute: what it can do at best.
async function bare(people, frameCount) {
    const page = await people.open();
    await page.setContent("<body style='margin:0'><div id='box' style='width:300px;height:600px;background:#ccc'></div></body>");
    const frames = await page.evaluate((wanted) => new Promise((resolve) => {
        const times = [];
        const box = document.getElementById("box");
        let before = 0;
        const timed = (now) => {
            if (before) times.push(now - before);
            before = now;
            box.style.transform = `translateX(${times.length % 200}px)`;
            if (times.length >= wanted) return resolve(times);
            requestAnimationFrame(timed);
        };
        requestAnimationFrame(timed);
    }), frameCount);
    await page.context().close();
    return frames;
}

async function keys(server, page, rounds) {
    await page.context().addInitScript(instruments);
    await settledList(server, page);
    const times = { "j: the next row has the keyboard": [], "?: the list of keys is shown": [], "f: the filter is shown or gone": [], "ctrl+k: the palette is shown": [] };
    const [down, list, filter, palette] = Object.values(times);
    const focused = (index) => `document.activeElement?.closest("[data-index]")?.dataset.index === "${index}"`;
    await page.evaluate(() => document.activeElement?.blur());
    const dialog = `document.querySelector('[role="dialog"]')`;
    for (let round = 0; round < rounds; ++round) {
        down.push(await press(page, "j", focused(round)));
        filter.push(await press(page, "f", `${round % 2 ? "!" : "!!"}document.querySelector("#filters")?.checkVisibility()`));
        list.push(await press(page, "?", `!!${dialog}`));
        await press(page, "Escape", `!${dialog}`);
        palette.push(await press(page, "Control+k", `!!${dialog}`));
        await press(page, "Escape", `!${dialog}`);
    }
    return times;
}

// From the message of the socket that tells of it, and from the moment when it was posted, to the frame that shows it.
async function appears(page, selector, words, post) {
    await page.evaluate(([where, text, limit]) => {
        const { bench } = globalThis;
        bench.arrivals.length = 0;
        const shown = () => [...document.querySelectorAll(where)].some((one) => one.textContent.includes(text));
        bench.answer = bench.settled(shown, limit).then((at) => ({ at, arrivals: bench.arrivals.slice() }));
        bench.answer.catch(() => undefined);
    }, [selector, words, LIMIT_MS]);
    const posted = Date.now();
    const { conversation } = await post();
    const { at, arrivals } = await page.evaluate("globalThis.bench.answer");
    // The last that came before the frame: an earlier event of it may tell of less.
    const told = arrivals.findLast(([moment, data]) => moment <= at && data.includes(conversation));
    return { conversation, shown: told ? at - told[0] : undefined, whole: at - posted };
}

// One row in a narrow list: it comes, and is resolved before the next.
async function listEvents(server, page, rounds) {
    const times = { shown: [], whole: [] };
    await opened(server, page, "queue?channel=desk");
    for (let round = 0; round < rounds; ++round) {
        const name = `Row ${round}.`;
        const seen = await appears(page, "[data-row]", name, () => server.says("desk", name, "My parcel is lost and nobody answers me!"));
        if (seen.shown === undefined) throw new Error(`"${name}" is on screen, and no event told of it`);
        times.shown.push(seen.shown);
        times.whole.push(seen.whole);
        await server.waits(seen.conversation);
        await server.write("RoutingService/Resolve", { conversation: seen.conversation, outcome: "OUTCOME_NO_ANSWER_NEEDED" });
        await page.locator("[data-row]", { hasText: name }).waitFor({ state: "detached" });
    }
    return times;
}

async function conversationEvents(server, page, rounds) {
    const times = { shown: [], whole: [] };
    const { conversation } = await server.says("desk", "Talkative Tim", "First of all, good morning.");
    await server.waits(conversation);
    await opened(server, page, `conversation/${conversation}`);
    await page.locator("article").first().waitFor();
    for (let round = 0; times.shown.length < rounds; ++round) {
        if (round > 3 * rounds) throw new Error("what is on screen is hardly ever told by an event of its own");
        const words = `And another thing, number ${round}.`;
        const seen = await appears(page, "article", words, () => server.says("desk", "Talkative Tim", words));
        // A reading that an earlier event asked for brought it before its own event came: nothing to time.
        if (seen.shown === undefined) continue;
        times.shown.push(seen.shown);
        times.whole.push(seen.whole);
    }
    return times;
}

// To the end of the list, so that all its pages are read; then frames are timed from its middle on, as a hand on a wheel scrolls.
async function scroll(server, page, wanted) {
    await settledList(server, page);
    return await page.evaluate(([rows, frameCount, pixels, limit]) => new Promise((resolve) => {
        const list = document.querySelector("[data-list]");
        const end = performance.now() + limit;
        const frames = [];
        let [onPage, before] = [0, 0];
        const look = () => { onPage = Math.max(onPage, list.querySelectorAll("[data-row]").length); };
        const timed = (now) => {
            if (before) frames.push(now - before);
            before = now;
            look();
            if (frames.length >= frameCount) return resolve({ frames, onPage, rows: known });
            list.scrollTop += list.scrollTop + list.clientHeight + pixels < list.scrollHeight ? pixels : -list.scrollHeight / 2;
            requestAnimationFrame(timed);
        };
        let known = 0;
        const read = () => {
            look();
            known = Math.max(known, ...[...list.querySelectorAll("[aria-posinset]")].map((row) => Number(row.getAttribute("aria-posinset"))));
            if (known >= rows || performance.now() > end) {
                list.scrollTop = list.scrollHeight / 2;
                return requestAnimationFrame(timed);
            }
            list.scrollTop = list.scrollHeight;
            requestAnimationFrame(read);
        };
        read();
    }), [wanted, FRAMES, PIXELS, 10 * LIMIT_MS]);
}

module.exports = { bare, keys, listEvents, conversationEvents, scroll };
