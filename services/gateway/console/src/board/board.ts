// What the board shows of what the server tells. Pure.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { AgentStats, QueueStats, StatsResponse } from "gen/guichet/v1/inbox_pb";
import { Presence, Visibility } from "gen/guichet/v1/types_pb";

// Those where somebody waits; the one whose deadline comes first is first.
export function queuesInOrder(queues: readonly QueueStats[]): QueueStats[] {
    const due = (queue: QueueStats) => (queue.oldestDueAt ? timestampMs(queue.oldestDueAt) : Infinity);
    return queues.filter((queue) => queue.waiting > 0n).sort((a, b) => due(a) - due(b) || Number(b.waiting - a.waiting));
}

// The address of the list behind a queue's number.
export function queryOfQueue(queue: QueueStats): Record<string, string> {
    const all = { team: queue.team, language: queue.language, channel: queue.channel,
        visibility: queue.visibility === Visibility.PUBLIC ? "public" : queue.visibility === Visibility.PRIVATE ? "private" : "" };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

const rank: Record<number, number> = { [Presence.ONLINE]: 0, [Presence.AWAY]: 1, [Presence.OFFLINE]: 2 };

// Who is there first, the fullest of them first.
export function agentsInOrder(agents: readonly AgentStats[], compare: (a: string, b: string) => number): AgentStats[] {
    const fullness = (agent: AgentStats) => (agent.capacity > 0 ? agent.load / agent.capacity : agent.load);
    return [...agents].sort((a, b) => (rank[a.presence] ?? 3) - (rank[b.presence] ?? 3) || fullness(b) - fullness(a) ||
        compare(a.name || a.agent, b.name || b.agent));
}

// Mine as the rest of the console counts it: two readings of one number are never shown side by side.
export function withLoad(agents: readonly AgentStats[], me: string, load: number): AgentStats[] {
    return agents.map((agent) => (agent.agent === me ? { ...agent, load } : agent));
}

export function waitingIn(stats: StatsResponse): number {
    return stats.queues.reduce((sum, queue) => sum + Number(queue.waiting), 0);
}
