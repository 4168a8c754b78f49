// A clock of its own: browsers slow down the timers of a page that nobody looks at, not those of a worker.
const EVERY_MS = 1000;
setInterval(() => postMessage(0), EVERY_MS);
