// What every page works with: who is signed in, the clients, the live log, the clock, names. Made once, before anything is shown.
import { inject, onBeforeUnmount, ref, type InjectionKey, type Ref } from "vue";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Agent } from "gen/guichet/v1/admin_pb";
import type { Event } from "gen/guichet/v1/events_pb";
import { Presence } from "gen/guichet/v1/types_pb";
import { makeClients, type Clients } from "@/api/clients";
import { problemOf, wordsOf, type Problem } from "@/api/errors";
import { openSession, toSignIn, type Session } from "@/api/session";
import { makeTransport } from "@/api/transport";
import { Directory } from "@/app/directory";
import { rightsOf, type Rights } from "@/app/rights";
import { toast } from "@/app/toasts";
import { words } from "@/i18n";
import { ChosenPresence, KEPT_PRESENCE } from "@/live/chosen_presence";
import { PresenceKeeper, type Standing } from "@/live/presence";
import { ServerClock } from "@/live/server_clock";
import { parted } from "@/live/attention";
import { openSocket, Watch, type LiveState } from "@/live/watch";

export interface Listener {
    // What happened; nothing in it of who looks.
    onEvents?: (events: Event[]) => void;
    // Who looks or writes, and where: nothing has changed there.
    onAttention?: (events: Event[]) => void;
    // Something may have been missed: read anew what is shown.
    onResync?: () => void;
}

export class Desk {
    readonly live: Ref<LiveState> = ref("connecting");
    readonly standing: Ref<Standing | undefined> = ref();
    readonly clock = new ServerClock();
    readonly directory: Directory;
    readonly rights: Rights;
    readonly presence: PresenceKeeper;
    private readonly chosen: ChosenPresence;
    readonly watch: Watch;
    private readonly listeners = new Set<Listener>();

    constructor(readonly session: Session, readonly me: Agent, grants: Agent["grants"], readonly clients: Clients) {
        this.rights = rightsOf(grants);
        this.directory = new Directory(clients.admin);
        this.chosen = new ChosenPresence(`${session.workspace}/${me.id}`, localStorage);
        this.presence = new PresenceKeeper(clients.routing, (standing) => { this.standing.value = standing; },
            (error) => this.report(error), this.chosen.read());
        this.watch = new Watch({
            open: openSocket,
            onEvents: (events) => this.deliver(events),
            onResync: () => this.tell((listener) => listener.onResync?.()),
            onState: (state) => { this.live.value = state; },
            onSignedOut: () => toSignIn(),
        });
    }

    // For as long as the component is shown.
    listen(listener: Listener): void {
        this.listeners.add(listener);
        onBeforeUnmount(() => this.listeners.delete(listener));
    }

    // For good.
    listenAlways(listener: Listener): void {
        this.listeners.add(listener);
    }

    // Runs an action; what goes wrong is told in words, and handed back for who wants to act on it.
    async attempt<Value>(work: () => Promise<Value>): Promise<{ value: Value } | { problem: Problem }> {
        try {
            return { value: await work() };
        } catch (error) {
            return { problem: this.report(error) };
        }
    }

    report(error: unknown): Problem {
        const problem = problemOf(error);
        toast(this.say(problem), { tone: "urgent" });
        return problem;
    }

    say(problem: Problem): string {
        return wordsOf(problem, { t: words.t as never, te: words.te }, (id) => this.directory.agentName(id));
    }

    // The server's clock, by a cheap answer that bears its time.
    async setClock(): Promise<void> {
        const asked = Date.now();
        const stats = await this.clients.inbox.stats({});
        if (stats.at) this.clock.learn(timestampMs(stats.at), asked, Date.now());
    }

    // As he chose.
    async be(presence: Presence): Promise<void> {
        this.chosen.keep(presence);
        await this.presence.say(presence);
    }

    // Who takes something is there: what he owns while he is offline nobody keeps for him.
    async beHere(): Promise<void> {
        if (this.presence.wanted === Presence.OFFLINE) await this.be(Presence.ONLINE);
    }

    async signOut(): Promise<void> {
        try {
            await this.presence.say(Presence.OFFLINE);
        } finally {
            this.chosen.forget();
            const form = document.createElement("form");
            form.method = "post";
            form.action = "/sign-out";
            document.body.append(form);
            form.submit();
        }
    }

    start(): void {
        this.watch.start();
        const beat = () => {
            this.clock.tick();
            void this.presence.tick(Date.now());
        };
        beat();
        const ticker = new Worker(new URL("../live/tick_worker.ts", import.meta.url), { type: "module" });
        ticker.onmessage = beat;
        addEventListener("online", () => this.watch.hurry());
        // Another tab of his; forgotten is what was chosen when he signs out.
        window.addEventListener("storage", (event) => {
            if (event.key === KEPT_PRESENCE && event.newValue !== null) void this.presence.say(this.chosen.read());
        });
        document.addEventListener("visibilitychange", () => {
            if (!document.hidden) this.watch.hurry();
        });
    }

    private deliver(events: Event[]): void {
        const [attention, happened] = parted(events);
        if (happened.length) this.tell((listener) => listener.onEvents?.(happened));
        if (attention.length) this.tell((listener) => listener.onAttention?.(attention));
    }

    private tell(work: (listener: Listener) => void): void {
        for (const listener of this.listeners) work(listener);
    }
}

export async function openDesk(): Promise<Desk> {
    const session = await openSession();
    const clients = makeClients(makeTransport(() => session.csrf, () => toSignIn()));
    const who = await clients.admin.whoAmI({});
    if (!who.agent) throw new Error("nobody is signed in");
    const desk = new Desk(session, who.agent, who.grants, clients);
    await Promise.all([desk.directory.load(), desk.setClock()]);
    return desk;
}

export const deskKey: InjectionKey<Desk> = Symbol("desk");

export function useDesk(): Desk {
    const desk = inject(deskKey);
    if (!desk) throw new Error("no desk: this component is shown outside the console");
    return desk;
}
