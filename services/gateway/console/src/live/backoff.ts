// How long to wait before the next try: twice as long each time, never more than the most, and never all at once (jitter:
// between half and one and a half of it), so that a thousand consoles do not come back in the same moment.
export interface Backoff {
    next(): number;
    reset(): void;
}

export function makeBackoff(first = 500, most = 15_000, random: () => number = Math.random): Backoff {
    let wait = first;
    return {
        next() {
            const now = wait * (0.5 + random());
            wait = Math.min(wait * 2, most);
            return Math.min(now, most);
        },
        reset() {
            wait = first;
        },
    };
}
