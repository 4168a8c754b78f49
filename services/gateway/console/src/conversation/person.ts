// Two contacts that may be one person: what they have in common, and what one would be. Pure.
import type { ContactSuggestion } from "gen/guichet/v1/inbox_pb";
import type { Contact, Identity } from "gen/guichet/v1/types_pb";

// What speaks for it first, the heaviest first; what speaks against it last.
export function reasonsOf(suggestion: ContactSuggestion): { rule: string; text: string; against: boolean }[] {
    return [...suggestion.reasons].sort((a, b) => b.weight - a.weight).map(({ rule, text, weight }) => ({ rule, text, against: weight < 0 }));
}

// Each account once, those of the one that stays first.
export function together(into: Contact, from: Contact): Identity[] {
    const seen = new Set<string>();
    return [...into.identities, ...from.identities].filter(({ channel, externalId }) => {
        const key = `${channel}|${externalId}`;
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
    });
}
