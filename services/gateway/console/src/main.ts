import { createApp } from "vue";
import App from "@/App.vue";
import { openDesk, deskKey } from "@/app/desk";
import { listenToKeys } from "@/app/commands";
import { applyKeptTheme } from "@/app/theme";
import { SignedOut, toSignIn } from "@/api/session";
import { i18n, speakFirst, words } from "@/i18n";
import { makeRouter } from "@/router";
import "@/styles/main.css";

// Before there is an application: words on an empty page, and a way to go on.
function sayWhyNot(): void {
    const box = document.createElement("main");
    box.setAttribute("role", "alert");
    box.className = "m-8 max-w-lg";
    const text = document.createElement("p");
    text.textContent = words.t("errors.start");
    const again = document.createElement("button");
    again.className = "mt-4 underline";
    again.textContent = words.t("errors.reload");
    again.onclick = () => location.reload();
    box.append(text, again);
    document.body.replaceChildren(box);
}

async function start(): Promise<void> {
    applyKeptTheme();
    await speakFirst();
    try {
        const desk = await openDesk();
        createApp(App).use(i18n).use(makeRouter(desk)).provide(deskKey, desk).mount("#app");
        listenToKeys();
        desk.start();
    } catch (error) {
        if (error instanceof SignedOut) toSignIn();
        else sayWhyNot();
    }
}

void start();
