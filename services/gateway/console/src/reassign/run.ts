// Carries a reassignment out, batch after batch, and keeps what became of each conversation.
import { Code } from "@connectrpc/connect";
import type { BulkAssignResult } from "gen/guichet/v1/routing_pb";
import { problemOf, type Problem } from "@/api/errors";
import { newRequestId } from "@/api/request_id";
import type { Batch } from "@/reassign/plan";

// A batch whose answer did not come is asked for again by its name: it finishes what the first call began.
const TRIES = 3;

export interface Moved {
    id: string;
    version: bigint;
}

export interface Refused {
    id: string;
    problem: Problem;
    batch: Batch;
}

export interface Progress {
    total: number;
    moved: Moved[];
    refused: Refused[];
    // Stopped before these were asked for.
    skipped: string[];
}

export type Call = (batch: Batch, requestId: string) => Promise<BulkAssignResult[]>;

export function noProgress(total = 0): Progress {
    return { total, moved: [], refused: [], skipped: [] };
}

function problemIn(result: BulkAssignResult): Problem {
    const away = result.code === Code.Unavailable || result.code === Code.DeadlineExceeded;
    return { reason: result.detail?.reason ?? "", code: result.code as Code, message: result.message, detail: result.detail, away };
}

async function ask(batch: Batch, call: Call): Promise<BulkAssignResult[] | Problem> {
    const name = newRequestId();
    for (let tried = 1; ; ++tried) {
        try {
            return await call(batch, name);
        } catch (error) {
            const problem = problemOf(error);
            if (!problem.away || tried >= TRIES) return problem;
        }
    }
}

export async function run(plan: readonly Batch[], call: Call, told: (progress: Progress) => void, isStopped: () => boolean): Promise<Progress> {
    let progress = noProgress(plan.reduce((sum, batch) => sum + batch.ids.length, 0));
    for (const batch of plan) {
        if (isStopped()) {
            progress = { ...progress, skipped: [...progress.skipped, ...batch.ids] };
            continue;
        }
        const answer = await ask(batch, call);
        const moved: Moved[] = [];
        const refused: Refused[] = [];
        if (Array.isArray(answer)) {
            for (const result of answer) {
                if (result.code === 0) moved.push({ id: result.conversation, version: result.version });
                else refused.push({ id: result.conversation, problem: problemIn(result), batch });
            }
        } else {
            refused.push(...batch.ids.map((id) => ({ id, problem: answer, batch })));
        }
        progress = { ...progress, moved: [...progress.moved, ...moved], refused: [...progress.refused, ...refused] };
        told(progress);
    }
    told(progress);
    return progress;
}

// The same again for those that were refused, or never asked for.
export function again(progress: Progress, plan: readonly Batch[]): Batch[] {
    const wanted = new Set([...progress.refused.map((one) => one.id), ...progress.skipped]);
    return plan.map((batch) => ({ ...batch, ids: batch.ids.filter((id) => wanted.has(id)) })).filter((batch) => batch.ids.length > 0);
}

export interface Reason {
    key: string;
    problem: Problem;
    count: number;
}

// Why, the most frequent first.
export function reasons(refused: readonly Refused[]): Reason[] {
    const found = new Map<string, Reason>();
    for (const { problem } of refused) {
        const key = problem.reason || `${problem.code} ${problem.message}`;
        const known = found.get(key);
        found.set(key, { key, problem, count: (known?.count ?? 0) + 1 });
    }
    return [...found.values()].sort((a, b) => b.count - a.count);
}
