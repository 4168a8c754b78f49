// Agents from a table: a header line, then a line for each. Pure: text in, lines with what is wrong with each out.
import { idFrom } from "@/setup/ids";

export const columns = ["name", "email", "role", "teams", "languages", "capacity", "id"] as const;
export type Column = (typeof columns)[number];

// As many as somebody can look through; a larger company invites in parts.
export const MOST_LINES = 500;
const inviteRoles = ["viewer", "agent", "supervisor", "admin"] as const;
export type InviteRole = (typeof inviteRoles)[number];

export interface Line {
    // As it is counted in the file, from 1.
    line: number;
    id: string;
    name: string;
    email: string;
    role: InviteRole;
    teams: string[];
    languages: string[];
    capacity: number;
    // Keys of locales/: csv.wrong.<key>; what concerns it in `value`.
    wrong: { key: string; value: string }[];
    // Somebody has this address, or this id: the line changes nothing.
    known: boolean;
}

export interface Table {
    lines: Line[];
    // The whole table is wrong: csv.wrong.<key>.
    problem: { key: string; value: string } | undefined;
}

// RFC 4180, with whichever of , ; and tab the first line uses most.
export function cells(text: string): string[][] {
    const first = text.slice(0, text.search(/\r|\n|$/));
    const count = (letter: string) => first.split(letter).length;
    const comma = [",", ";", "\t"].sort((a, b) => count(b) - count(a))[0];
    const rows: string[][] = [];
    let row: string[] = [];
    let cell = "";
    let quoted = false;
    const endRow = () => {
        row.push(cell);
        rows.push(row);
        row = [];
        cell = "";
    };
    for (let at = 0; at < text.length; ++at) {
        const letter = text[at] ?? "";
        if (quoted) {
            if (letter !== "\"") cell += letter;
            else if (text[at + 1] === "\"") cell += text[++at];
            else quoted = false;
        } else if (letter === "\"" && !cell.trim()) {
            cell = "";
            quoted = true;
        } else if (letter === comma) {
            row.push(cell);
            cell = "";
        } else if (letter === "\n") endRow();
        else if (letter !== "\r") cell += letter;
    }
    if (cell || row.length) endRow();
    return rows.map((list) => list.map((one) => one.trim()));
}

export interface Known {
    ids: { has(id: string): boolean };
    // In lower case.
    emails: ReadonlySet<string>;
    // By id, and by name in lower case.
    teams: ReadonlyMap<string, string>;
}

export function readTable(text: string, known: Known): Table {
    const rows = cells(text.replace(/^\uFEFF/, ""));
    const header = (rows[0] ?? []).map((name) => name.toLowerCase());
    const place = (column: Column) => header.indexOf(column);
    if (place("name") < 0 || place("email") < 0) return { lines: [], problem: { key: "header", value: columns.join(", ") } };
    const strange = header.filter((name) => name && !(columns as readonly string[]).includes(name));
    if (strange.length) return { lines: [], problem: { key: "column", value: strange.join(", ") } };
    const filled = rows.map((row, at) => ({ row, line: at + 1 })).slice(1).filter(({ row }) => row.some(Boolean));
    if (filled.length > MOST_LINES) return { lines: [], problem: { key: "too_many", value: String(MOST_LINES) } };
    const taken = new Set<string>();
    const emails = new Set<string>();
    const lines = filled.map(({ row, line }) => {
        const get = (column: Column) => row[place(column)] ?? "";
        return readLine(line, get, known, taken, emails);
    });
    return { lines, problem: undefined };
}

function readLine(line: number, get: (column: Column) => string, known: Known, taken: Set<string>, emails: Set<string>): Line {
    const wrong: Line["wrong"] = [];
    const fault = (key: string, value: string) => wrong.push({ key, value });
    const [name, email] = [get("name"), get("email").toLowerCase()];
    if (!name) fault("name", "");
    if (!/^[^@\s<>,;"]+@[^@\s<>,;"]+$/.test(email)) fault("email", email);
    if (email && emails.has(email)) fault("twice", email);
    emails.add(email);
    const role = get("role").toLowerCase() || "agent";
    if (!(inviteRoles as readonly string[]).includes(role)) fault("role", role);
    const listed = get("teams").split(/[;,|]/).map((one) => one.trim()).filter(Boolean);
    const teams = listed.map((team) => known.teams.get(team.toLowerCase()));
    listed.filter((_, at) => teams[at] === undefined).forEach((team) => fault("team", team));
    const languages = get("languages").toLowerCase().split(/[;,|\s]+/).filter(Boolean);
    languages.filter((code) => !/^[a-z]{2}$/.test(code)).forEach((code) => fault("language", code));
    const capacity = Number(get("capacity") || "0");
    if (!Number.isInteger(capacity) || capacity < 0 || capacity > 1000) fault("capacity", get("capacity"));
    const asked = get("id");
    if (asked && !/^[A-Za-z0-9._@+-]{1,128}$/.test(asked)) fault("id", asked);
    const id = asked || idFrom(email.split("@")[0] || name, { has: (one) => taken.has(one) || known.ids.has(one) });
    if (taken.has(id)) fault("twice", id);
    taken.add(id);
    return { line, id, name, email, role: role as InviteRole, teams: teams.filter((one) => one !== undefined), languages, capacity, wrong,
        known: known.emails.has(email) || (asked !== "" && known.ids.has(asked)) };
}

// A cell that a table program would take for a formula bears a quote before it.
export function writeCsv(rows: readonly (readonly string[])[]): string {
    const safe = (cell: string) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
    return rows.map((row) => row.map((cell) => `"${safe(cell).replaceAll("\"", "\"\"")}"`).join(",")).join("\r\n") + "\r\n";
}
