// Canned replies beside an answer, read page by page.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { CannedReplySchema } from "gen/guichet/v1/admin_pb";
import { CANNED_PAGE, useCanned } from "@/composer/use_canned";

// A server that keeps so many in each language, asked as it is (services/gateway/admin/texts.cpp).
function server(numbers: Record<string, number>) {
    const all = Object.entries(numbers).flatMap(([language, number]) =>
        Array.from({ length: number }, (_, at) => create(CannedReplySchema, { id: `${language || "any"}-${at}`, title: `${language} ${at}`, language })));
    return vi.fn(async ({ language, cursor, pageSize }: { language: string; cursor: string; pageSize: number }) => {
        const fit = all.filter((reply) => !language || !reply.language || reply.language === language);
        const from = Number(cursor || 0);
        return { cannedReplies: fit.slice(from, from + pageSize), nextCursor: from + pageSize < fit.length ? String(from + pageSize) : "" };
    });
}
const settled = async () => { for (let i = 0; i < 1000; ++i) await Promise.resolve(); };

describe("canned replies", () => {
    it("come a page at a time, those of the customer's language first, each once", async () => {
        const page = server({ fr: 150, nl: 120, "": 10 });
        const canned = useCanned(page);
        canned.begin("nl");
        await settled();
        expect(canned.replies.value.length).toBe(CANNED_PAGE);
        expect(canned.replies.value.every((reply) => reply.language !== "fr")).toBe(true);
        expect(canned.whole.value).toBe(false);
        for (let times = 0; times < 10 && !canned.whole.value; ++times) {
            canned.more();
            await settled();
        }
        expect(canned.whole.value).toBe(true);
        const ids = canned.replies.value.map((reply) => reply.id);
        expect(ids.length).toBe(280);
        expect(new Set(ids).size).toBe(280);
        expect(ids.slice(0, 130).some((id) => id.startsWith("fr"))).toBe(false);
        const calls = page.mock.calls.length;
        canned.more();
        await settled();
        expect(page.mock.calls.length).toBe(calls);
    });

    it("are all read where somebody looks for one, also while the first page is on its way", async () => {
        const canned = useCanned(server({ en: 730 }));
        canned.begin("");
        canned.rest();
        await settled();
        expect([canned.replies.value.length, canned.whole.value, canned.reading.value]).toEqual([730, true, false]);
    });

    it("that could not be read are told and read again from there; none is lost or doubled", async () => {
        const page = server({ en: 250 });
        const canned = useCanned(page);
        canned.begin("en");
        await settled();
        page.mockRejectedValueOnce(new ConnectError("away", Code.Unavailable));
        canned.more();
        await settled();
        expect(canned.problem.value?.away).toBe(true);
        expect([canned.replies.value.length, canned.whole.value, canned.reading.value]).toEqual([CANNED_PAGE, false, false]);
        canned.rest();
        await settled();
        expect(canned.problem.value).toBeUndefined();
        expect([canned.replies.value.length, canned.whole.value]).toEqual([250, true]);
    });

    it("of a dialog that was closed meanwhile are dropped", async () => {
        const canned = useCanned(server({ en: 20, fr: 5 }));
        canned.begin("en");
        canned.end();
        await settled();
        expect(canned.replies.value).toEqual([]);
        expect(canned.reading.value).toBe(false);
        canned.begin("fr");
        canned.rest();
        await settled();
        expect(canned.replies.value[0]?.language).toBe("fr");
        expect(canned.replies.value.length).toBe(25);
    });
});
