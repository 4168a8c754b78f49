// Who is signed in, and the proof that a call by cookie needs (services/gateway/README.md, "Calling").
export interface Session {
    workspace: string;
    agent: string;
    csrf: string;
    expiresAt: string;
}

export class SignedOut extends Error {}

export async function openSession(get: typeof fetch = fetch): Promise<Session> {
    const answer = await get("/session", { headers: { accept: "application/json" } });
    if (answer.status === 401) throw new SignedOut();
    if (!answer.ok) throw new Error(`session: ${answer.status}`);
    return await answer.json() as Session;
}

const RETURN_KEY = "guichet.return";

// Leaves for the sign-in page; who signs in again comes back to where he was.
export function toSignIn(where: Location = location, kept: Storage = sessionStorage): void {
    kept.setItem(RETURN_KEY, where.pathname + where.search);
    where.assign("/sign-in");
}

// The place to come back to, once; only an address of the console's own.
export function placeToReturn(kept: Storage = sessionStorage): string {
    const place = kept.getItem(RETURN_KEY) ?? "";
    kept.removeItem(RETURN_KEY);
    return place.startsWith("/desk/") ? place : "";
}
