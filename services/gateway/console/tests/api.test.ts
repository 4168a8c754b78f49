import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { isStale, problemOf, wordsOf } from "@/api/errors";
import { newRequestId } from "@/api/request_id";
import { openSession, placeToReturn, SignedOut, toSignIn } from "@/api/session";
import { namesWrites, noticesSignOut, provesOrigin, triesAgain } from "@/api/transport";
import { ErrorDetailSchema, Presence } from "gen/guichet/v1/types_pb";
import { RoutingService, SetPresenceResponseSchema } from "gen/guichet/v1/routing_pb";
import { ChosenPresence, CHOICE_LASTS_MS, KEPT_PRESENCE } from "@/live/chosen_presence";
import { PresenceKeeper, SIGN_EVERY_MS } from "@/live/presence";

function memory(): Storage {
    const map = new Map<string, string>();
    return { getItem: (key: string) => map.get(key) ?? null, setItem: (key: string, value: string) => map.set(key, value),
        removeItem: (key: string) => map.delete(key) } as unknown as Storage;
}

describe("calls", () => {
    it("name themselves once, prove where they come from, and are repeated under the same name when nobody answers", async () => {
        const seen: { id: string; csrf: string | null }[] = [];
        const transport = createRouterTransport(({ service }) => {
            service(RoutingService, { claim: (request, context) => {
                seen.push({ id: request.requestId, csrf: context.requestHeader.get("x-guichet-csrf") });
                return {};
            } });
        }, { transport: { interceptors: [namesWrites, provesOrigin(() => "proof"), triesAgain, (next) => {
            let failed = false;
            return async (request) => {
                const answer = await next(request);
                if (failed) return answer;
                failed = true;
                throw new ConnectError("unreachable", Code.Unknown, undefined, undefined, new TypeError("Failed to fetch"));
            };
        }] } });
        await createClient(RoutingService, transport).claim({ conversation: "c" });
        expect(seen).toHaveLength(2);
        expect(seen[0]?.id).toMatch(/^[0-9a-f]{32}$/);
        expect(seen[1]).toEqual(seen[0]);
        expect(seen[0]?.csrf).toBe("proof");
    });

    it("tell when the session is over", async () => {
        const out = vi.fn();
        const transport = createRouterTransport(({ service }) => {
            service(RoutingService, { claim: () => { throw new ConnectError("who?", Code.Unauthenticated); } });
        }, { transport: { interceptors: [noticesSignOut(out)] } });
        await expect(createClient(RoutingService, transport).claim({})).rejects.toThrow();
        expect(out).toHaveBeenCalledOnce();
    });

    it("have ids that differ", () => {
        expect(newRequestId()).not.toBe(newRequestId());
    });
});

describe("errors", () => {
    const said = { t: (key: string, values?: Record<string, unknown>) => `${key} ${JSON.stringify(values)}`, te: (key: string) => key !== "errors.odd" };

    it("carry the server's reason and speak of it", () => {
        const detail = create(ErrorDetailSchema, { reason: "owned_by_other", owner: "bob" });
        const problem = problemOf(new ConnectError("owned", Code.FailedPrecondition, undefined, [{ desc: ErrorDetailSchema, value: detail }]));
        expect(problem).toMatchObject({ reason: "owned_by_other", code: Code.FailedPrecondition, away: false });
        expect(isStale(problem)).toBe(true);
        expect(wordsOf(problem, said, (id) => id.toUpperCase())).toContain('errors.owned_by_other {"owner":"BOB"');
    });

    it("fall back to the kind of error, then to the server's words", () => {
        const detail = create(ErrorDetailSchema, { reason: "odd" });
        const problem = problemOf(new ConnectError("odd words", Code.Internal, undefined, [{ desc: ErrorDetailSchema, value: detail }]));
        expect(wordsOf(problem, said)).toContain("errors.code.Internal");
        expect(wordsOf(problem, { ...said, te: () => false })).toContain("errors.other");
        expect(problemOf(new TypeError("x")).away).toBe(true);
    });
});

describe("the session", () => {
    it("is read, or says that nobody is signed in", async () => {
        const ok = { workspace: "main", agent: "a", csrf: "x", expiresAt: "" };
        expect(await openSession(async () => new Response(JSON.stringify(ok)))).toEqual(ok);
        await expect(openSession(async () => new Response("", { status: 401 }))).rejects.toBeInstanceOf(SignedOut);
        await expect(openSession(async () => new Response("", { status: 503 }))).rejects.toThrow("503");
    });

    it("returns to where it was, once, and to no foreign place", () => {
        const kept = memory();
        const where = { pathname: "/desk/mine", search: "?team=a", assign: vi.fn() };
        toSignIn(where as never, kept);
        expect(where.assign).toHaveBeenCalledWith("/sign-in");
        expect(placeToReturn(kept)).toBe("/desk/mine?team=a");
        expect(placeToReturn(kept)).toBe("");
        kept.setItem("guichet.return", "//evil.example/desk/");
        expect(placeToReturn(kept)).toBe("");
    });
});

describe("presence", () => {
    const answer = create(SetPresenceResponseSchema, { presence: Presence.ONLINE, load: 2, capacity: 5 });

    it("is said again before it ends, and leases are renewed with it", async () => {
        const routing = { setPresence: vi.fn(async () => answer), renew: vi.fn(async () => ({})) };
        const standing = vi.fn();
        const keeper = new PresenceKeeper(routing as never, standing, vi.fn());
        await keeper.tick(0);
        await keeper.tick(SIGN_EVERY_MS - 1);
        await keeper.tick(SIGN_EVERY_MS);
        expect(routing.setPresence).toHaveBeenCalledTimes(2);
        expect(routing.renew).toHaveBeenCalledTimes(2);
        expect(standing).toHaveBeenLastCalledWith({ presence: Presence.ONLINE, load: 2, capacity: 5 });
        await keeper.say(Presence.OFFLINE);
        expect(routing.renew).toHaveBeenCalledTimes(2);
    });

    it("offline is said until the server knows it, and then no more; who is there again says so", async () => {
        let reached = false;
        const routing = {
            setPresence: vi.fn(async ({ presence }: { presence: Presence }) => {
                if (!reached) throw new ConnectError("away", Code.Unavailable);
                return create(SetPresenceResponseSchema, { presence });
            }),
            renew: vi.fn(async () => ({})),
        };
        const keeper = new PresenceKeeper(routing as never, vi.fn(), vi.fn(), Presence.OFFLINE);
        await keeper.tick(0);
        reached = true;
        await keeper.tick(SIGN_EVERY_MS);
        await keeper.tick(2 * SIGN_EVERY_MS);
        await keeper.tick(3 * SIGN_EVERY_MS);
        expect(routing.setPresence).toHaveBeenCalledTimes(2);
        expect(routing.renew).not.toHaveBeenCalled();
        await keeper.say(Presence.ONLINE);
        await keeper.tick(4 * SIGN_EVERY_MS);
        expect(routing.setPresence.mock.calls.slice(2).map(([said]) => said.presence)).toEqual([Presence.ONLINE, Presence.ONLINE]);
        expect(routing.renew).toHaveBeenCalledTimes(2);
    });

    it("what was chosen is kept for him alone, for half a day, until he signs out", () => {
        const kept = memory();
        let now = 1000;
        const mine = new ChosenPresence("main/bob", kept, () => now);
        expect(mine.read()).toBe(Presence.ONLINE);
        mine.keep(Presence.OFFLINE);
        expect(mine.read()).toBe(Presence.OFFLINE);
        expect(new ChosenPresence("main/eve", kept, () => now).read()).toBe(Presence.ONLINE);
        now += CHOICE_LASTS_MS;
        expect(mine.read()).toBe(Presence.ONLINE);
        mine.keep(Presence.AWAY);
        expect(mine.read()).toBe(Presence.AWAY);
        mine.forget();
        expect(mine.read()).toBe(Presence.ONLINE);
        kept.setItem(KEPT_PRESENCE, "rubbish");
        expect(mine.read()).toBe(Presence.ONLINE);
    });

    it("stops for somebody who may only look, and passes over an absent server", async () => {
        const refused = vi.fn();
        const viewer = { setPresence: vi.fn(async () => { throw new ConnectError("no", Code.PermissionDenied); }), renew: vi.fn() };
        const keeper = new PresenceKeeper(viewer as never, vi.fn(), refused);
        await keeper.tick(0);
        await keeper.tick(SIGN_EVERY_MS);
        expect(viewer.setPresence).toHaveBeenCalledOnce();
        const away = { setPresence: vi.fn(async () => { throw new ConnectError("away", Code.Unavailable); }), renew: vi.fn() };
        await new PresenceKeeper(away as never, vi.fn(), refused).tick(0);
        expect(refused).not.toHaveBeenCalled();
    });
});
