// What went wrong, in a form that pages decide by and people read. The server's reasons (ErrorDetail.reason) are stable; each
// that a person can meet has words of its own in locales/, under errors.<reason>.
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema, type ErrorDetail } from "gen/guichet/v1/types_pb";

export interface Problem {
    // "stale_epoch"; "" when the server gave none.
    reason: string;
    code: Code;
    // The server's own words, in English.
    message: string;
    detail: ErrorDetail | undefined;
    // Nobody answered, or not in time: whether the call took effect is not known.
    away: boolean;
}

export function problemOf(error: unknown): Problem {
    const wrapped = ConnectError.from(error, Code.Unavailable);
    const detail = wrapped.findDetails(ErrorDetailSchema)[0];
    return {
        reason: detail?.reason ?? "",
        code: wrapped.code,
        message: wrapped.rawMessage,
        detail,
        away: [Code.Unavailable, Code.DeadlineExceeded].includes(wrapped.code),
    };
}

// Another's work went first: what is on screen is old.
export function isStale(problem: Problem): boolean {
    return problem.code === Code.FailedPrecondition || problem.code === Code.Aborted || problem.code === Code.NotFound;
}

interface Words {
    t: (key: string, values?: Record<string, unknown>) => string;
    te: (key: string) => boolean;
}

// A sentence that says what to do. `name` turns an agent's id into his name.
export function wordsOf(problem: Problem, { t, te }: Words, name: (agent: string) => string = (id) => id): string {
    const values = { owner: name(problem.detail?.owner ?? ""), seconds: problem.detail?.retryAfter ?? 0, message: problem.message };
    if (problem.reason && te(`errors.${problem.reason}`)) return t(`errors.${problem.reason}`, values);
    const byCode = `errors.code.${Code[problem.code]}`;
    return te(byCode) ? t(byCode, values) : t("errors.other", values);
}
