// Figures beside their limits: lines to read, and the JSON of ../lib/report.hpp.
"use strict";
const fs = require("node:fs");
const os = require("node:os");

function quantile(values, part) {
    const sorted = [...values].sort((a, b) => a - b);
    if (!sorted.length) throw new Error("nothing was measured");
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

class Report {
    constructor() {
        this.figures = [];
        this.wrongs = [];
    }
    add({ of, what, unit, value, rounds = 1, atMost }) {
        const holds = atMost === undefined || value <= atMost;
        if (this.figures.at(-1)?.of !== of) console.log(`\n${of}`);
        const limit = atMost === undefined ? "" : `at most ${atMost}`;
        console.log(`  ${what.padEnd(44)} ${value.toFixed(1).padStart(10)} ${unit.padEnd(6)} ${limit.padEnd(14)} ${limit && (holds ? "holds" : "MISSED")}`.trimEnd());
        this.figures.push({ of, what, unit, median: value, low: value, high: value, rounds, holds, ...(atMost === undefined ? {} : { atMost }) });
    }
    // What must never happen, whatever the speed.
    wrong(words) {
        this.wrongs.push(words);
        console.log(`FAIL ${words}`);
    }
    sum(judged) {
        const limited = this.figures.filter((figure) => judged && figure.atMost !== undefined);
        const kept = limited.filter((figure) => figure.holds).length + (this.wrongs.length ? 0 : 1);
        const missed = limited.filter((figure) => !figure.holds).length + (this.wrongs.length ? 1 : 0);
        return `${kept} passed, ${missed} failed`;
    }
    // In one place, and as tools/prove shows it in its table, whether or not the run is judged by them.
    tellMissed() {
        for (const { of, what, unit, median, atMost } of this.figures.filter((figure) => !figure.holds)) {
            console.log(`MISSED ${of}: ${what}: ${median.toFixed(1)} ${unit}, at most ${atMost}`);
        }
    }
    write(file) {
        if (file) fs.writeFileSync(file, JSON.stringify({ figures: this.figures, wrong: this.wrongs.length, load: os.loadavg() }) + "\n");
    }
}

module.exports = { Report, quantile };
