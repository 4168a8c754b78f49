// What runs out of time, as it stands in the address: what is due, of that what is late or not yet, and reply windows. Pure.
import { Risk } from "gen/guichet/v1/desk_pb";

export const risks = { deadline: Risk.DEADLINE, late: Risk.LATE, soon: Risk.SOON, window: Risk.WINDOW } as const;
export type Kind = keyof typeof risks;

// Without a word, or with one that nobody knows: all deadlines.
export function riskOf(word: unknown): Kind {
    return typeof word === "string" && Object.hasOwn(risks, word) ? (word as Kind) : "deadline";
}

export const queryOf = (kind: Kind): Record<string, string> => (kind === "deadline" ? {} : { risk: kind });
