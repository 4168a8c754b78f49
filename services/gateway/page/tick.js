// A clock of its own: browsers slow down the timers of a page that nobody looks at, not those of a worker.
"use strict";
setInterval(() => postMessage("tick"), 20000);
