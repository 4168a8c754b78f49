// What can be done with the move from public to private, by where the case stands. Pure.
import { EscalationState, RouteKind, type Escalation, type Route } from "gen/guichet/v1/escalation_pb";
import { IdentityProof, Visibility, type Conversation } from "gen/guichet/v1/types_pb";

export interface CaseMoves {
    // A private way may be offered.
    offer: boolean;
    decline: boolean;
    close: boolean;
}

export function movesOf(escalation: Pick<Escalation, "state"> | undefined): CaseMoves {
    const state = escalation?.state ?? EscalationState.UNSPECIFIED;
    return {
        offer: [EscalationState.UNSPECIFIED, EscalationState.PROPOSED, EscalationState.DECLINED, EscalationState.EXPIRED].includes(state),
        decline: state === EscalationState.PROPOSED,
        close: state === EscalationState.ACCEPTED || state === EscalationState.RESOLVED,
    };
}

// The way a case goes, for showing how far it has come; 0 before its first step.
export const steps = [EscalationState.PROPOSED, EscalationState.OFFERED, EscalationState.ACCEPTED, EscalationState.CLOSED_IN_PUBLIC] as const;

export function stepOf(state: EscalationState): number {
    if (state === EscalationState.RESOLVED) return 3;
    if (state === EscalationState.DECLINED || state === EscalationState.EXPIRED) return 1;
    return steps.indexOf(state as never) + 1;
}

export function openRoutes(routes: readonly Route[]): Route[] {
    return routes.filter((route) => !route.closed);
}

// Somebody who wrote in private and has not proven who he is; before his first word there is nobody to verify.
export function canVerify(conversation: Pick<Conversation, "visibility" | "identity" | "inboundSeq"> | undefined): boolean {
    return conversation?.visibility === Visibility.PRIVATE && conversation.identity === IdentityProof.CLAIMED && conversation.inboundSeq > 0n;
}

export interface Call {
    number: string;
    // In the customer's words.
    wanted: string;
    consent: boolean;
}

// "+32 470 12 34 56": in groups that can be read aloud; what is no plain number stays as it is.
export function sayable(number: string): string {
    const parts = /^(\+\d\d)?(\d+)$/.exec(number);
    if (!parts) return number;
    const [, country = "", rest = ""] = parts;
    const odd = rest.length % 2 ? 3 : 0;
    const groups = [rest.slice(0, odd), ...(rest.slice(odd).match(/\d\d/g) ?? [])];
    return [country, ...groups].filter(Boolean).join(" ");
}

// The link stands in public words exactly when the way is the link (services/escalation/README.md).
export const LINK = "{{link}}";

// By how many an agent is above what he may have, once he has offered this way; 0: he is not. What waits elsewhere counts
// against nobody.
export function aboveAfter(kind: RouteKind | undefined, load: number, capacity: number): number {
    const opens = kind !== undefined && kind !== RouteKind.CALL_BACK && kind !== RouteKind.PRIVATE_LINK;
    if (!opens || capacity <= 0) return 0;
    return Math.max(0, load + 1 - capacity);
}
