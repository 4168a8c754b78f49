// The visitor's pages: asks what there is to show, shows it as text, sends what the visitor writes.
"use strict";

const AGAIN = 400;
const ANGRY = [
  "Votre service est une honte, rien ne marche !",
  "Trois semaines sans réponse, c'est scandaleux, honteux !",
  "Je suis furieuse, votre service est vraiment nul.",
];
const find = (id) => document.getElementById(id);
const street = document.body.dataset.page === "street";
let answering = "";
let shown = "";
let angry = 0;

function make(tag, words, name) {
  const element = document.createElement(tag);
  if (words) element.textContent = words;
  if (name) element.className = name;
  return element;
}

function said(one, who, extra) {
  const item = make("li", "", (one.brand ? "brand" : "") + (one.parent ? " answer" : ""));
  item.append(make("span", who, "who"), make("p", one.text));
  if (extra) item.append(extra);
  return item;
}

function answerButton(comment) {
  const button = make("button", "Answer here");
  button.type = "button";
  button.addEventListener("click", () => {
    answering = comment.parent || comment.id;
    find("answering").textContent = `Below: ${comment.text.slice(0, 60)}`;
    find("answering").hidden = false;
    find("say-text").focus();
  });
  return button;
}

// Answers stand below what they answer.
function inThreads(comments) {
  const roots = comments.filter((one) => !one.parent || !comments.some((other) => other.id === one.parent));
  return roots.flatMap((root) => [root, ...comments.filter((one) => one.parent === root.id)]);
}

function showStreet(state) {
  find("post-text").textContent = state.post;
  find("comments").replaceChildren(...inThreads(state.comments)
    .map((one) => said(one, one.author, one.mine || one.brand ? answerButton(one) : null)));
  find("more").hidden = state.more === 0;
  find("more").textContent = `${state.more} older threads of others are not shown.`;
  find("steps").replaceChildren(...state.steps.map((step) => {
    const item = make("li", "", step.state);
    if (step.state === "now") item.setAttribute("aria-current", "step");
    item.append(make("strong", step.title), make("span", step.words));
    return item;
  }));
  find("break").disabled = state.breaking;
}

function showPhone(state) {
  find("messages").replaceChildren(...state.messages.map((one) => said(one, one.brand ? state.page : "Anna")));
  find("empty").hidden = state.messages.length > 0;
}

async function look() {
  try {
    const answer = await fetch("/demo/state", { cache: "no-store" });
    const words = await answer.text();
    if (words !== shown) {
      shown = words;
      const state = JSON.parse(words);
      find("page-name").textContent = state.page;
      (street ? showStreet : showPhone)(state);
    }
  } catch {
    find("wrong").textContent = "The demonstration has ended. Start it again: guichet demo";
  }
  setTimeout(look, AGAIN);
}

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const failed = answer.ok ? "" : (await answer.json()).message || `It was refused (${answer.status}).`;
  find("wrong").textContent = failed;
  return answer.ok;
}

find("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = find("say-text").value.trim();
  const body = street && answering ? { text, parent: answering } : { text };
  if (!await post(street ? "/demo/say" : "/demo/message", body)) return;
  find("say-text").value = "";
  if (street) {
    answering = "";
    find("answering").hidden = true;
  }
});

if (street) {
  find("angry").addEventListener("click", () => {
    find("say-text").value = ANGRY[angry++ % ANGRY.length];
    find("say-text").focus();
  });
  find("break").addEventListener("click", () => post("/demo/break", {}));
}
look();
