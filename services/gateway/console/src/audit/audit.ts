// The audit as the page asks for it and tells it. Pure, but for the moments that are given in the browser's own time.
import { timestampFromDate, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { AuditEntry, AuditFault, VerifyAuditResponse } from "gen/guichet/v1/audit_pb";

// What the kinds of lines are about; one that ends with a dot means all that begin so.
export const abouts = {
    asked: ["call."],
    conversations: ["conversation."],
    messages: ["message.", "conversation.created"],
    moderation: ["moderation."],
    received: ["conversation.created", "message.received"],
    answers: ["delivery."],
    sent: ["delivery.sent"],
    resolved: ["conversation.resolved"],
    notes: ["note."],
    private: ["escalation."],
    contacts: ["contact."],
    presence: ["agent."],
    setup: ["document."],
    sign_in: ["sign_in.", "sign_out", "second_factor."],
    dead_letters: ["dead_letter."],
    persons: ["person.", "conversation.erased"],
    damage: ["audit.broken", "audit.accepted"],
} as const;
export type About = keyof typeof abouts;

// As it stands in the address; "" is any. Moments as datetime-local has them.
export interface Choice {
    conversation: string;
    actor: string;
    about: string;
    from: string;
    until: string;
}
export const fields = ["conversation", "actor", "about", "from", "until"] as const;
export const anything: Choice = { conversation: "", actor: "", about: "", from: "", until: "" };

function momentOf(text: string): Timestamp | undefined {
    const moment = new Date(text);
    return text && !Number.isNaN(moment.getTime()) ? timestampFromDate(moment) : undefined;
}

export function choiceOf(query: Record<string, unknown>): Choice {
    const read = (name: string) => {
        const value = query[name];
        return typeof value === "string" ? value.trim() : "";
    };
    const about = read("about");
    const moment = (name: string) => (momentOf(read(name)) ? read(name) : "");
    return { conversation: read("conversation"), actor: read("actor"), about: Object.hasOwn(abouts, about) ? about : "", from: moment("from"), until: moment("until") };
}

export function queryOf(choice: Choice): Record<string, string> {
    return Object.fromEntries(fields.filter((field) => choice[field]).map((field) => [field, choice[field]]));
}

export function requestOf(choice: Choice) {
    const [from, until] = [momentOf(choice.from), momentOf(choice.until)];
    return { conversation: choice.conversation, actor: choice.actor, kinds: [...(abouts[choice.about as About] ?? [])], ...(from ? { from } : {}), ...(until ? { until } : {}) };
}

// "conversation.claimed" and "call.PutTeam" have words of their own; a call that nobody knows those of all calls, with its name.
export function wordOf(kind: string): { key: string; name: string } {
    if (kind.startsWith("call.") && /^[A-Z]/.test(kind.slice(5))) return { key: "call", name: kind.slice(5) };
    return { key: kind.replace(".", "_"), name: kind };
}

// Of a call, what it was refused with.
export function isRefused(entry: AuditEntry): boolean {
    return entry.result !== "" && entry.result !== "ok";
}

// An end of the log that this browser has seen: it must be part of the log for ever.
export interface Head {
    number: bigint;
    hash: string;
}

export function readHead(kept: string | null): Head | undefined {
    const found = /^([1-9]\d*):([0-9a-f]{64})$/.exec(kept ?? "");
    return found ? { number: BigInt(found[1] as string), hash: found[2] as string } : undefined;
}
export const keepHead = (head: Head) => `${head.number}:${head.hash}`;

export interface Verdict {
    checked: number;
    faults: AuditFault[];
    // Damage that somebody accepted: no fault any more.
    accepted: AuditFault[];
    head: Head;
    // Above 1: what came before this line was removed.
    first: bigint;
    // The end that was known was compared, too: there was one, and it was not removed.
    compared: boolean;
}

type Ask = (request: { after: bigint; knownNumber?: bigint; knownHash?: string }) => Promise<VerifyAuditResponse>;

// As many lines as the server checks in one call, this often.
const MOST_CALLS = 10_000;

// From the first line to the last; `tell` hears how many are checked.
export async function verifyAll(ask: Ask, known: Head | undefined, tell: (checked: number) => void): Promise<Verdict> {
    const verdict: Verdict = { checked: 0, faults: [], accepted: [], head: { number: 0n, hash: "" }, first: 1n, compared: false };
    let after = 0n;
    for (let calls = 0; calls < MOST_CALLS; ++calls) {
        const answer = await ask({ after, ...(known ? { knownNumber: known.number, knownHash: known.hash } : {}) });
        verdict.checked += Number(answer.checked);
        verdict.faults.push(...answer.faults);
        verdict.accepted.push(...answer.accepted);
        tell(verdict.checked);
        if (answer.nextAfter === 0n) {
            verdict.head = { number: answer.headNumber, hash: answer.headHash };
            verdict.first = answer.firstNumber;
            verdict.compared = known !== undefined && !answer.knownRemoved;
            return verdict;
        }
        after = answer.nextAfter;
    }
    throw new Error(`the audit has not ended after ${MOST_CALLS} calls`);
}
