// When something put aside comes back: the usual moments, from now, by the person's own calendar.
export type Later = "hour" | "hours" | "tomorrow" | "monday";

const MORNING = 9;

export function laterMoments(now: Date): Record<Later, Date> {
    const at = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
    // From Sunday one day, from Monday seven.
    const toMonday = (8 - now.getDay()) % 7 || 7;
    return { hour: new Date(now.getTime() + 3_600_000), hours: new Date(now.getTime() + 3 * 3_600_000), tomorrow: at(1), monday: at(toMonday) };
}
