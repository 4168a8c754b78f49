// What a person does, counted, and how long he takes for it at an ordinary pace.
"use strict";

// Seconds. Pointing and pressing, one character, making up one's mind before each step, one word read (240 a minute).
const CLICK = 1.3;
const CHARACTER = 0.28;
const DECIDES = 1.35;
const WORD = 0.25;

class Pace {
    constructor() {
        this.clicks = this.fields = this.characters = this.keys = this.words = 0;
        this.began = Date.now();
    }
    async click(target) {
        await target.click();
        this.clicks++;
    }
    async fill(target, text) {
        await target.fill(text);
        this.fields++;
        this.characters += text.length;
    }
    async press(page, key) {
        await page.keyboard.press(key);
        this.keys++;
    }
    // A view that is new to him is read from its top to its end.
    async read(target) {
        this.words += (await target.innerText()).split(/\s+/).filter(Boolean).length;
    }
    seconds() {
        const steps = this.clicks + this.fields + this.keys;
        return (this.clicks + this.fields) * CLICK + (this.characters + this.keys) * CHARACTER + steps * DECIDES + this.words * WORD;
    }
    told() {
        return `${this.clicks} clicks, ${this.fields} fields (${this.characters} characters), ${this.keys} keys, ${this.words} words read: ` +
            `${this.seconds().toFixed(0)} s at a person's pace; ${((Date.now() - this.began) / 1000).toFixed(1)} s here`;
    }
}

module.exports = { Pace };
