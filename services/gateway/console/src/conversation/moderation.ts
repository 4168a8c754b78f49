// What can be done with a customer's public message, and what became of it. Pure.
import { ModerationAct, ModerationState, type Moderation } from "gen/guichet/v1/moderation_pb";
import type { Tone } from "@/ui/Badge.vue";

// Of one message: the last word on whether it is seen, and on whether it is liked.
export type Moderated = readonly Moderation[];

const words = {
    [ModerationAct.UNSPECIFIED]: "", [ModerationAct.HIDE]: "hide", [ModerationAct.UNHIDE]: "unhide",
    [ModerationAct.LIKE]: "like", [ModerationAct.UNLIKE]: "unlike",
} as const;
const pairs = [[ModerationAct.HIDE, ModerationAct.UNHIDE], [ModerationAct.LIKE, ModerationAct.UNLIKE]] as const;

export const wordOf = (act: ModerationAct) => words[act];

export function bySeq(all: readonly Moderation[]): Map<bigint, Moderation[]> {
    const found = new Map<bigint, Moderation[]>();
    for (const one of all) found.set(one.seq, [...(found.get(one.seq) ?? []), one]);
    return found;
}

// Of each pair the one that would change something; after a failure the same again and what takes it back.
export function choicesOf(possible: readonly ModerationAct[], moderated: Moderated): ModerationAct[] {
    const choices = pairs.flatMap(([act, back]) => {
        const last = moderated.find((one) => one.act === act || one.act === back);
        if (!last) return [act];
        if (last.state === ModerationState.FAILED) return [act, back];
        return [last.act === act ? back : act];
    });
    return choices.filter((act) => possible.includes(act));
}

export interface Mark { key: string; tone: Tone; why: string }

// What is shown beside the message: nothing where it is as the customer left it.
export function marksOf(moderated: Moderated): Mark[] {
    const marks: Mark[] = [];
    for (const { act, state, error, actor } of moderated) {
        const isBack = act === ModerationAct.UNHIDE || act === ModerationAct.UNLIKE;
        if (isBack && state === ModerationState.DONE) continue;
        // Nobody here asked for it: it was done in the platform's own tools.
        const elsewhere = state === ModerationState.DONE && !actor;
        const name = elsewhere ? "elsewhere" : (ModerationState[state]?.toLowerCase() ?? "");
        marks.push({ key: `${words[act]}_${name}`, tone: state === ModerationState.FAILED ? "urgent" : "plain", why: error });
    }
    return marks;
}
