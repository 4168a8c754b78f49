// The last hour as the server kept it, minute by minute. Pure.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { AgentAction, RateMinute } from "gen/guichet/v1/desk_pb";

export const MINUTES = 60;
const MINUTE_MS = 60_000;

export const rates = ["received", "sent", "resolved"] as const;
export type Rate = (typeof rates)[number];

// One number a minute, the oldest first, for the 60 minutes up to now.
export function series(minutes: readonly RateMinute[], rate: Rate, now: number): number[] {
    const last = Math.floor(now / MINUTE_MS);
    const kept = new Map(minutes.map((minute) => [minute.at ? Math.floor(timestampMs(minute.at) / MINUTE_MS) : 0, Number(minute[rate])]));
    return Array.from({ length: MINUTES }, (_, index) => kept.get(last - MINUTES + 1 + index) ?? 0);
}

// The list behind a sum of the last hour: the lines of the audit from the first minute that is counted, so that it holds what was
// counted, once for each time. An address takes moments to the minute, in the browser's own time.
export function listOf(rate: Rate, now: number): { name: string; query: Record<string, string> } {
    const from = new Date(now - (MINUTES - 1) * MINUTE_MS);
    const two = (part: number) => String(part).padStart(2, "0");
    const moment = `${from.getFullYear()}-${two(from.getMonth() + 1)}-${two(from.getDate())}T${two(from.getHours())}:${two(from.getMinutes())}`;
    return { name: "audit", query: { about: rate, from: moment } };
}

export const byAgent = (actions: readonly AgentAction[]): ReadonlyMap<string, AgentAction> => new Map(actions.map((action) => [action.agent, action]));
