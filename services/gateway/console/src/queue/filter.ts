// What a list shows: from the address and back, as the server takes it, and whether an event concerns it. Pure.
import { create } from "@bufbuild/protobuf";
import { ConversationFilterSchema, type ConversationFilter } from "gen/guichet/v1/inbox_pb";
import type { Event } from "gen/guichet/v1/events_pb";
import { ConversationState, Intent, Sentiment, Visibility, type Conversation } from "gen/guichet/v1/types_pb";

export const views = {
    queue: { states: [ConversationState.WAITING], owners: [] },
    mine: { states: [ConversationState.OWNED], owners: ["me"] },
    owned: { states: [ConversationState.OWNED], owners: [] },
    snoozed: { states: [ConversationState.SNOOZED], owners: [] },
    pending: { states: [ConversationState.PENDING_CUSTOMER], owners: [] },
    resolved: { states: [ConversationState.RESOLVED], owners: [] },
} as const;
export type View = keyof typeof views;

// As it stands in the address: names, several with commas between.
export interface Choice {
    channel: string[];
    team: string[];
    language: string[];
    visibility: string[];
    intent: string[];
    sentiment: string[];
    label: string[];
    // Agent ids; only where the list is not one owner's already.
    owner: string[];
}
export const fields = ["channel", "team", "language", "visibility", "intent", "sentiment", "label", "owner"] as const;

export const visibilities: Record<string, Visibility> = { public: Visibility.PUBLIC, private: Visibility.PRIVATE };
export const intents: Record<string, Intent> = { complaint: Intent.COMPLAINT, question: Intent.QUESTION, praise: Intent.PRAISE, other: Intent.OTHER, spam: Intent.SPAM };
export const sentiments: Record<string, Sentiment> = { negative: Sentiment.NEGATIVE, neutral: Sentiment.NEUTRAL, positive: Sentiment.POSITIVE };

// As many values as the server takes in one field.
const MOST = 50;

export function choiceOf(query: Record<string, unknown>): Choice {
    const read = (name: string, known?: Record<string, unknown>) => {
        const value = query[name];
        const words = typeof value === "string" ? value.split(",").filter(Boolean) : [];
        return words.filter((word) => !known || word in known).slice(0, MOST);
    };
    return { channel: read("channel"), team: read("team"), language: read("language"), visibility: read("visibility", visibilities).slice(0, 1),
        intent: read("intent", intents), sentiment: read("sentiment", sentiments), label: read("label"),
        owner: read("owner") };
}

export function queryOf(choice: Choice): Record<string, string> {
    return Object.fromEntries(fields.filter((field) => choice[field].length).map((field) => [field, choice[field].join(",")]));
}

const numbers = <Value>(names: string[], known: Record<string, Value>) => names.map((name) => known[name]).filter((value) => value !== undefined);

export function filterOf(view: View, choice: Choice): ConversationFilter {
    return create(ConversationFilterSchema, {
        states: [...views[view].states], owners: views[view].owners.length ? [...views[view].owners] : choice.owner, channels: choice.channel, teams: choice.team, languages: choice.language,
        visibility: visibilities[choice.visibility[0] ?? ""] ?? Visibility.UNSPECIFIED,
        intents: numbers(choice.intent, intents), sentiments: numbers(choice.sentiment, sentiments), labels: choice.label,
    });
}

// The queue's own order holds where its keys alone decide; else the newest change is first (InboxService.ListConversations).
export function isByDue(filter: ConversationFilter): boolean {
    return filter.states.length === 1 && filter.states[0] === ConversationState.WAITING && !filter.owners.length && !filter.intents.length &&
        !filter.sentiments.length && !filter.labels.length && !filter.contact;
}

function takes(list: string[], value: string): boolean {
    return !list.length || list.includes(value);
}

// Does it stand in the list? The server's word on one conversation, by all that the filter names.
export function fits(filter: ConversationFilter, row: Conversation, me: string): boolean {
    const triage = row.triage;
    const owners = filter.owners.map((owner) => (owner === "me" ? me : owner));
    return (!filter.states.length || filter.states.includes(row.state)) && takes(filter.channels, row.channel) && takes(filter.teams, row.team) &&
        takes(filter.languages, triage?.language ?? "") && takes(owners, row.owner) &&
        (filter.visibility === Visibility.UNSPECIFIED || filter.visibility === row.visibility) &&
        (!filter.intents.length || filter.intents.includes(triage?.intent ?? Intent.UNSPECIFIED)) &&
        (!filter.sentiments.length || filter.sentiments.includes(triage?.sentiment ?? Sentiment.UNSPECIFIED)) &&
        filter.labels.every((label) => row.labels.includes(label));
}

// May the conversation of this event stand in the list now? An event does not tell everything: true may turn out to be no.
export function mayShow(filter: ConversationFilter, event: Event, me: string): boolean {
    const owners = filter.owners.map((owner) => (owner === "me" ? me : owner));
    return (!filter.states.length || filter.states.includes(event.state)) && takes(filter.channels, event.channel) && takes(filter.teams, event.team) &&
        takes(filter.languages, event.language) && takes(owners, event.owner) &&
        (filter.visibility === Visibility.UNSPECIFIED || filter.visibility === event.visibility);
}
