// While the console is open its agent is there and what he owns stays his: presence is said again and leases are renewed well
// before either ends (60 s and 600 s as configured by default; the server tells the end of presence).
import { Presence } from "gen/guichet/v1/types_pb";
import type { Clients } from "@/api/clients";
import { problemOf } from "@/api/errors";
import { Code } from "@connectrpc/connect";

// Between two signs of life; presence lasts three of them.
export const SIGN_EVERY_MS = 20_000;

export interface Standing {
    presence: Presence;
    load: number;
    capacity: number;
}

export class PresenceKeeper {
    private last = -Infinity;
    private busy = false;
    // Somebody who may only look has no presence.
    private viewer = false;
    // What the server knows; of "offline" it needs no sign of life.
    private known: Presence | undefined;

    constructor(
        private readonly routing: Pick<Clients["routing"], "setPresence" | "renew">,
        private readonly onStanding: (standing: Standing) => void,
        private readonly onRefused: (error: unknown) => void,
        public wanted: Presence = Presence.ONLINE,
    ) {}

    async say(presence: Presence): Promise<void> {
        this.wanted = presence;
        this.last = -Infinity;
        await this.sign();
    }

    // Called often; acts when it is time.
    async tick(now: number): Promise<void> {
        if (this.busy || this.viewer || now - this.last < SIGN_EVERY_MS) return;
        // Said again it would take from him what he was given since.
        if (this.wanted === Presence.OFFLINE && this.known === Presence.OFFLINE) return;
        this.last = now;
        await this.sign();
    }

    private async sign(): Promise<void> {
        this.busy = true;
        try {
            const answer = await this.routing.setPresence({ presence: this.wanted });
            this.known = answer.presence;
            this.onStanding({ presence: answer.presence, load: answer.load, capacity: answer.capacity });
            if (this.wanted !== Presence.OFFLINE) await this.routing.renew({});
        } catch (error) {
            const problem = problemOf(error);
            if (problem.code === Code.PermissionDenied) this.viewer = true;
            else if (!problem.away) this.onRefused(error);
        } finally {
            this.busy = false;
        }
    }
}
