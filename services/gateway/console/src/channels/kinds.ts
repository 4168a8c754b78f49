// What each kind of channel asks for (common/channels/<kind>/README.md), in the order in which it is asked. Pure.
import { ChannelKind, type Channel } from "gen/guichet/v1/admin_pb";
import type { IconName } from "@/ui/icons";

export interface Asked {
    // A setting's or a secret's name; its words: channels.fields.<kind>.<name>.
    name: string;
    secret?: boolean;
    required?: boolean;
    // One of these; else a line of text. "": as the server has it. "true": a box to tick.
    choices?: readonly string[];
    // Seldom wanted: folded away.
    rare?: boolean;
    // We can make one up that nobody guesses.
    make?: boolean;
    least?: number;
    // Several lines: what is pasted keeps them.
    long?: boolean;
}

export interface Kind {
    name: "form" | "custom" | "facebook" | "mail";
    kind: ChannelKind;
    icon: IconName;
    asked: readonly Asked[];
    // How many lines of what to prepare, and of what to do afterwards: channels.before.<kind>.<n>, channels.after.<kind>.<n>.
    before: number;
    after: number;
    // There is something to try: TestChannel reaches out.
    tries: boolean;
}

const flag = ["true"] as const;

export const kinds: readonly Kind[] = [
    { name: "form", kind: ChannelKind.FORM, icon: "form", before: 1, after: 2, tries: false, asked: [
        { name: "template", choices: ["contact", "complaint"] }, { name: "brand" },
        { name: "return_origins", rare: true }, { name: "frame_ancestors", rare: true },
    ] },
    { name: "custom", kind: ChannelKind.CUSTOM, icon: "plug", before: 2, after: 3, tries: true, asked: [
        { name: "secret", secret: true, required: true, make: true, least: 16 }, { name: "webhook_url" }, { name: "visibility", choices: ["private", "public"] },
        { name: "old_secret", secret: true, rare: true, least: 16 }, { name: "allow_private", choices: flag, rare: true },
        { name: "files_url", rare: true },
    ] },
    { name: "facebook", kind: ChannelKind.FACEBOOK, icon: "globe", before: 3, after: 3, tries: true, asked: [
        { name: "app", required: true }, { name: "app_secret", secret: true, required: true, least: 16 }, { name: "page_id", required: true },
        { name: "page_token", secret: true, required: true }, { name: "verify_token", secret: true, required: true, make: true, least: 8 },
        { name: "page_name" }, { name: "human_agent", choices: flag }, { name: "graph_version", rare: true }, { name: "graph_url", rare: true },
        { name: "old_app_secret", secret: true, rare: true }, { name: "allow_private", choices: flag, rare: true }, { name: "files_url", rare: true },
    ] },
    { name: "mail", kind: ChannelKind.MAIL, icon: "mail", before: 2, after: 2, tries: true, asked: [
        { name: "address", required: true }, { name: "password", secret: true }, { name: "imap_host" }, { name: "smtp_host" },
        { name: "from_name" }, { name: "aliases" }, { name: "sent_folder" }, { name: "bcc_self", choices: flag },
        { name: "refresh_token", secret: true, rare: true }, { name: "token_url", rare: true }, { name: "client_id", rare: true },
        { name: "client_secret", secret: true, rare: true }, { name: "token_scope", rare: true }, { name: "access_token", secret: true, rare: true },
        { name: "imap_port", rare: true }, { name: "imap_tls", choices: ["tls", "starttls", "none"], rare: true }, { name: "imap_user", rare: true },
        { name: "smtp_port", rare: true }, { name: "smtp_tls", choices: ["starttls", "tls", "none"], rare: true }, { name: "smtp_user", rare: true },
        { name: "folder", rare: true }, { name: "save_sent", choices: flag, rare: true }, { name: "mark_seen", choices: flag, rare: true },
        { name: "from_start", choices: flag, rare: true }, { name: "take_lists", choices: flag, rare: true }, { name: "ca_pem", long: true, rare: true }, { name: "allow_private", choices: flag, rare: true },
    ] },
];

export function kindOf(kind: ChannelKind): Kind | undefined {
    return kinds.find((one) => one.kind === kind);
}

const MAIN = "main";

// Where the other side sends to, or customers go; "": we fetch.
export function addressOf(channel: Pick<Channel, "id" | "kind" | "settings">, workspace: string, origin: string): string {
    const other = workspace !== MAIN;
    if (channel.kind === ChannelKind.FORM) return `${origin}/f/${other ? `${workspace}/` : ""}${channel.id}`;
    if (channel.kind === ChannelKind.CUSTOM) return `${origin}/webhooks/custom/${other ? `${workspace}.` : ""}${channel.id}`;
    if (channel.kind === ChannelKind.FACEBOOK) return `${origin}/webhooks/facebook/${channel.settings.app ?? ""}`;
    return "";
}

// What a form holds, as the server takes it. A secret that was not typed stays as it is; an emptied setting goes.
export function valuesOf(kind: Kind, typed: Readonly<Record<string, string>>, before?: Pick<Channel, "settings">): Pick<Channel, "settings" | "secrets"> {
    const mine = new Set(kind.asked.map((one) => one.name));
    // What this page does not know of stays.
    const settings = Object.fromEntries(Object.entries(before?.settings ?? {}).filter(([name]) => !mine.has(name)));
    const secrets: Record<string, string> = {};
    for (const { name, secret } of kind.asked) {
        const value = (typed[name] ?? "").trim();
        if (value) (secret ? secrets : settings)[name] = value;
    }
    return { settings, secrets };
}

export interface Missing {
    name: string;
    key: "required" | "short";
    least: number;
}

export function missing(kind: Kind, typed: Readonly<Record<string, string>>, set: Readonly<Record<string, string>> = {}): Missing[] {
    return kind.asked.flatMap(({ name, required, least = 0 }): Missing[] => {
        const value = (typed[name] ?? "").trim();
        if (!value) return required && !(name in set) ? [{ name, key: "required", least }] : [];
        return value.length < least ? [{ name, key: "short", least }] : [];
    });
}

// What kinds of events say of a channel while somebody looks: the last thing that went wrong, and that something came or went.
export interface Seen {
    lastIn: number;
    lastOut: number;
    lastError: string;
    lastErrorAt: number;
    firstConversation: string;
}

export const nothingSeen: Seen = { lastIn: 0, lastOut: 0, lastError: "", lastErrorAt: 0, firstConversation: "" };

export function see(seen: Seen, event: { type: string; detail: string; conversation: string }, at: number): Seen {
    if (event.type === "conversation.created" || event.type === "message.received") {
        return { ...seen, lastIn: at, firstConversation: seen.firstConversation || event.conversation };
    }
    if (event.type === "delivery.sent") return { ...seen, lastOut: at };
    if (["delivery.retry", "delivery.failed", "delivery.unconfirmed"].includes(event.type)) {
        return { ...seen, lastError: event.detail || event.type, lastErrorAt: at };
    }
    return seen;
}
