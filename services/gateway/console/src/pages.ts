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
    props?: Record<string, unknown>;
}

const list = () => import("@/queue/QueuePage.vue");

export const pages: Page[] = [
    { name: "queue", path: "queue", component: list, part: "work", icon: "queue", props: { view: "queue" } },
    { name: "mine", path: "mine", component: list, part: "work", icon: "mine", props: { view: "mine" } },
    { name: "snoozed", path: "snoozed", component: list, part: "work", icon: "moon", props: { view: "snoozed" } },
    { name: "pending", path: "pending", component: list, part: "work", icon: "reply", props: { view: "pending" } },
    { name: "resolved", path: "resolved", component: list, part: "work", icon: "check", props: { view: "resolved" } },
    { name: "deliveries", path: "deliveries", component: () => import("@/deliveries/DeliveriesPage.vue"), least: "agent", part: "work", icon: "send" },
    { name: "mentions", path: "mentions", component: () => import("@/mentions/MentionsPage.vue"), part: "work", icon: "note" },
    { name: "board", path: "board", component: () => import("@/board/BoardPage.vue"), least: "supervisor", part: "steer", icon: "chart" },
    { name: "owned", path: "owned", component: list, least: "supervisor", part: "steer", icon: "holder", props: { view: "owned" } },
    { name: "at_risk", path: "at-risk", component: () => import("@/at_risk/AtRiskPage.vue"), least: "supervisor", part: "steer", icon: "clock" },
    { name: "dead_letters", path: "dead-letters", component: () => import("@/dead_letters/DeadLettersPage.vue"), least: "supervisor", part: "steer", icon: "alert" },
    { name: "audit", path: "audit", component: () => import("@/audit/AuditPage.vue"), least: "supervisor", part: "steer", icon: "eye" },
    { name: "channels", path: "channels", component: () => import("@/channels/ChannelsPage.vue"), least: "supervisor", part: "setup", icon: "plug" },
    { name: "agents", path: "agents", component: () => import("@/people/AgentsPage.vue"), least: "admin", part: "setup", icon: "badge" },
    { name: "teams", path: "teams", component: () => import("@/people/TeamsPage.vue"), least: "admin", part: "setup", icon: "users" },
    { name: "tokens", path: "tokens", component: () => import("@/people/TokensPage.vue"), least: "admin", part: "setup", icon: "key" },
    { name: "replies", path: "replies", component: () => import("@/texts/RepliesPage.vue"), least: "supervisor", part: "setup", icon: "bolt" },
    { name: "positions", path: "positions", component: () => import("@/texts/PositionsPage.vue"), least: "supervisor", part: "setup", icon: "flag" },
    { name: "personas", path: "personas", component: () => import("@/texts/PersonasPage.vue"), least: "supervisor", part: "setup", icon: "pen" },
    { name: "conversation", path: "conversation/:id", component: () => import("@/conversation/ConversationPage.vue") },
];
