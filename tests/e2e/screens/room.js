// Has every word its room? What the console itself says is shown whole, in every language: on buttons, in headings, labels and the navigation;
// nothing stands outside its window or dialog, and no two things to press lie on each other. What customers write may be cut, in rows.
"use strict";

// Runs in the page; a list of what has no room.
function crowded() {
    const SLACK = 1.5;
    const said = (element) => `${element.tagName.toLowerCase()} "${(element.getAttribute("aria-label") ?? element.textContent).trim().replace(/\s+/g, " ").slice(0, 60)}"`;
    const dialog = [...document.querySelectorAll('[role="dialog"]')].at(-1);
    const scope = dialog ?? document.body;
    const seen = (element) => {
        const box = element.getBoundingClientRect();
        return element.checkVisibility() && box.width > 2 && box.height > 2 && box.bottom > 0 && box.top < innerHeight;
    };
    const all = [...scope.querySelectorAll("*")].filter(seen);
    const problems = [];

    const field = "input, textarea, select, svg, img";
    for (const element of all) {
        const style = getComputedStyle(element);
        const scrolls = /auto|scroll/.test(style.overflowX);
        if (style.overflowX === "visible" || scrolls || element.matches(field) || element.closest("main li, [role='dialog'] li, article, [data-theirs]")) continue;
        if (element.scrollWidth > element.clientWidth + SLACK) problems.push(`cut: ${said(element)}, ${element.scrollWidth} in ${element.clientWidth} px`);
    }

    // What lies in what scrolls is seen as far as that reaches.
    const part = (element) => {
        const own = element.getBoundingClientRect();
        const box = { left: own.left, right: own.right, top: own.top, bottom: own.bottom };
        for (let around = element.parentElement; around; around = around.parentElement) {
            if (getComputedStyle(around).overflowY === "visible") continue;
            const frame = around.getBoundingClientRect();
            box.top = Math.max(box.top, frame.top);
            box.bottom = Math.min(box.bottom, frame.bottom);
        }
        return box;
    };
    const edge = dialog ? dialog.getBoundingClientRect() : { left: 0, right: innerWidth };
    const pressed = all.filter((element) => element.matches("a, button, input, select, textarea, summary, [role='option'], [role='menuitem']"))
        .map((element) => ({ element, box: part(element) }));
    for (const { element, box } of pressed) {
        if (element.matches("button") && element.scrollWidth > element.clientWidth + SLACK) problems.push(`spills: ${said(element)}, ${element.scrollWidth} in ${element.clientWidth} px`);
        if ((box.right > edge.right + SLACK || box.left < edge.left - SLACK) && !element.closest("[class*='overflow-x-auto']")) problems.push(`outside: ${said(element)}`);
    }
    // Of those that are not scrolled away under something else.
    const onTop = pressed.filter(({ element, box }) => {
        if (box.bottom - box.top < SLACK) return false;
        const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
        return hit && (element.contains(hit) || element.closest("label")?.contains(hit));
    });
    for (const [at, one] of onTop.entries()) {
        for (const other of onTop.slice(at + 1)) {
            if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
            const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
            const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
            if (wide > SLACK && high > SLACK) problems.push(`on each other: ${said(one.element)} and ${said(other.element)}`);
        }
    }
    return problems;
}

module.exports = { room: (page) => page.evaluate(crowded) };
