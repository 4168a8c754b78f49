// Unsent words are never lost: every change is kept in this browser at once, and with the server a moment later. Pure but for
// the storage it is given.
export interface Draft {
    text: string;
    // What the server is known to have.
    saved: string;
}

const PREFIX = "guichet.draft.";
// Beyond these some go; each is some hundred bytes.
const MOST = 200;

export class Drafts {
    constructor(private readonly workspace: string, private readonly agent: string,
        private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">) {}

    private key(conversation: string): string {
        return `${PREFIX}${this.workspace}.${this.agent}.${conversation}`;
    }

    read(conversation: string): Draft | undefined {
        try {
            const kept = JSON.parse(this.storage.getItem(this.key(conversation)) ?? "") as Draft;
            return typeof kept.text === "string" && typeof kept.saved === "string" ? kept : undefined;
        } catch {
            return undefined;
        }
    }

    keep(conversation: string, draft: Draft): void {
        if (!draft.text && !draft.saved) return this.forget(conversation);
        this.makeRoom(this.key(conversation));
        this.storage.setItem(this.key(conversation), JSON.stringify(draft));
    }

    forget(conversation: string): void {
        this.storage.removeItem(this.key(conversation));
    }

    private makeRoom(except: string): void {
        const keys: string[] = [];
        for (let i = 0; i < this.storage.length; ++i) {
            const key = this.storage.key(i);
            if (key?.startsWith(PREFIX) && key !== except) keys.push(key);
        }
        for (const key of keys.slice(0, Math.max(0, keys.length - MOST + 1))) this.storage.removeItem(key);
    }
}

// Which words to go on with: what this browser has and the server does not know of; else the server's.
export function choose(kept: Draft | undefined, server: string): string {
    return kept && kept.text !== kept.saved ? kept.text : server;
}
