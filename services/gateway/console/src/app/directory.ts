// Names for ids: agents, teams, channels, personas. Read at the start and when a page asks for it anew.
import { reactive } from "vue";
import type { Agent, Channel, Persona, Team } from "gen/guichet/v1/admin_pb";
import type { Clients } from "@/api/clients";
import { words } from "@/i18n";

// As the server allows at most.
export const PAGE = 200;
// A workspace of more is named by ids beyond it.
export const MOST_PAGES = 25;

interface Paged {
    nextCursor: string;
}

// The items of a list that comes in pages, of so many pages at most; `whole`: there are no others.
export async function first<Answer extends Paged, Item>(pages: number, page: (cursor: string) => Promise<Answer>, items: (answer: Answer) => Item[]): Promise<{ items: Item[]; whole: boolean }> {
    const found: Item[] = [];
    let cursor = "";
    for (let i = 0; i < pages; ++i) {
        const answer = await page(cursor);
        found.push(...items(answer));
        cursor = answer.nextCursor;
        if (!cursor) break;
    }
    return { items: found, whole: !cursor };
}
export const all = async <Answer extends Paged, Item>(page: (cursor: string) => Promise<Answer>, items: (answer: Answer) => Item[]): Promise<Item[]> =>
    (await first(MOST_PAGES, page, items)).items;

export class Directory {
    readonly agents = reactive(new Map<string, Agent>());
    readonly teams = reactive(new Map<string, Team>());
    readonly channels = reactive(new Map<string, Channel>());
    readonly personas = reactive(new Map<string, Persona>());

    constructor(private readonly admin: Clients["admin"]) {}

    async load(): Promise<void> {
        const [agents, teams, channels, personas] = await Promise.all([
            all((cursor) => this.admin.listAgents({ cursor, pageSize: PAGE }), (answer) => answer.agents),
            all((cursor) => this.admin.listTeams({ cursor, pageSize: PAGE }), (answer) => answer.teams),
            all((cursor) => this.admin.listChannels({ cursor, pageSize: PAGE }), (answer) => answer.channels),
            all((cursor) => this.admin.listPersonas({ cursor, pageSize: PAGE }), (answer) => answer.personas),
        ]);
        fill(this.agents, agents);
        fill(this.teams, teams);
        fill(this.channels, channels);
        fill(this.personas, personas.filter((persona) => !persona.deleted));
    }

    // Whoever is named as an actor or an owner: the one place that turns him into words.
    agentName(id: string): string {
        const [kind, rest = ""] = id.split(/:(.*)/s);
        // What the server does by itself, and what a program without an agent does by its token.
        if (kind === "system") return words.te(`actors.system_${rest}`) ? words.t(`actors.system_${rest}`) : words.t("actors.system");
        if (kind === "token" && rest) return words.t("actors.token", { id: rest });
        return this.agents.get(id)?.name || id;
    }
    teamName(id: string): string {
        return this.teams.get(id)?.name || id;
    }
    channelName(id: string): string {
        return this.channels.get(id)?.name || id;
    }
}

function fill<Item extends { id: string }>(map: Map<string, Item>, items: Item[]): void {
    const wanted = new Set(items.map((item) => item.id));
    for (const id of [...map.keys()]) if (!wanted.has(id)) map.delete(id);
    for (const item of items) map.set(item.id, item);
}
