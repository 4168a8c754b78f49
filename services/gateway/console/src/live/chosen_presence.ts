// What somebody chose to be holds over a reload and in all his tabs: one that went on saying "available" would undo "offline".
import { Presence } from "gen/guichet/v1/types_pb";

export const KEPT_PRESENCE = "guichet.presence";
// Who was away in the evening is not for ever.
export const CHOICE_LASTS_MS = 12 * 3_600_000;

export class ChosenPresence {
    constructor(private readonly who: string, private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">, private readonly now: () => number = Date.now) {}

    read(): Presence {
        const [presence, since, who] = (this.storage.getItem(KEPT_PRESENCE) ?? "").split(/ (.*?) (.*)/);
        const age = this.now() - Number(since);
        if (who !== this.who || !(age >= 0 && age < CHOICE_LASTS_MS)) return Presence.ONLINE;
        return { AWAY: Presence.AWAY, OFFLINE: Presence.OFFLINE }[presence as string] ?? Presence.ONLINE;
    }
    keep(presence: Presence): void {
        this.storage.setItem(KEPT_PRESENCE, `${Presence[presence]} ${this.now()} ${this.who}`);
    }
    forget(): void {
        this.storage.removeItem(KEPT_PRESENCE);
    }
}
