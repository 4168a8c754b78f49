// Every page of the console. A new one is a line here: its address, its words (locales/: nav.<name>), who may see it.
import type { Component } from "vue";
import type { IconName } from "@/ui/icons";
import type { Rights } from "@/app/rights";

export interface Page {
    name: string;
    // Below /desk/.
    path: string;
    component: () => Promise<{ default: Component }>;
    // Least right to see it; none: everybody who is signed in.
    least?: keyof Rights;
    // In which part of the navigation it stands; none: it is reached from other pages.
    part?: "work" | "steer" | "setup";
    icon?: IconName;
    // Goes there: "g" then this letter.
    key?: string;
    props?: Record<string, unknown>;
}

const list = () => import("@/queue/QueuePage.vue");

export const pages: Page[] = [
    { name: "queue", path: "queue", component: list, part: "work", icon: "queue", props: { view: "queue" } },
    { name: "mine", path: "mine", component: list, part: "work", icon: "mine", props: { view: "mine" } },
    { name: "snoozed", path: "snoozed", component: list, part: "work", icon: "clock", props: { view: "snoozed" } },
    { name: "pending", path: "pending", component: list, part: "work", icon: "reply", props: { view: "pending" } },
    { name: "resolved", path: "resolved", component: list, part: "work", icon: "check", props: { view: "resolved" } },
    { name: "conversation", path: "conversation/:id", component: () => import("@/conversation/ConversationPage.vue") },
];
