// What somebody wrote before: pages put together, and which side of a case one is.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { GetHistoryResponseSchema } from "gen/guichet/v1/contacts_pb";
import { ConversationSchema, Visibility } from "gen/guichet/v1/types_pb";
import { longer, renewed, sideOfCase } from "@/conversation/history";

const page = (ids: string[], nextCursor: string, total: number) =>
    create(GetHistoryResponseSchema, { conversations: ids.map((id) => create(ConversationSchema, { id })), nextCursor, total: BigInt(total) });
const ids = (past: { rows: readonly { id: string }[] }) => past.rows.map((one) => one.id);

describe("the history of a person", () => {
    it("grows page by page, each conversation once", () => {
        const first = renewed(undefined, page(["e", "d"], "after d", 5));
        expect([ids(first), first.cursor, first.total]).toEqual([["e", "d"], "after d", 5]);
        const second = longer(first, page(["d", "c"], "after c", 5));
        expect([ids(second), second.cursor]).toEqual([["e", "d", "c"], "after c"]);
        const third = longer(second, page(["b", "a"], "", 5));
        expect([ids(third), third.cursor]).toEqual([["e", "d", "c", "b", "a"], ""]);
    });
    it("keeps what was read beyond the first page when that is read anew", () => {
        const three = longer(renewed(undefined, page(["e", "d"], "after d", 4)), page(["c", "b"], "after b", 4));
        const moved = renewed(three, page(["c", "e"], "after e", 5));
        expect(ids(moved)).toEqual(["c", "e", "d", "b"]);
        expect([moved.cursor, moved.total]).toEqual(["after b", 5]);
    });
    it("is what the first page says where nothing lies beyond it", () => {
        const long = longer(renewed(undefined, page(["b"], "after b", 2)), page(["a"], "", 2));
        const whole = renewed(long, page(["b"], "", 1));
        expect([ids(whole), whole.cursor, whole.total]).toEqual([["b"], "", 1]);
    });
    it("says which side of a case one is", () => {
        const one = (visibility: Visibility, counterpart: string) => sideOfCase(create(ConversationSchema, { id: "a", visibility, counterpart }));
        expect(one(Visibility.PUBLIC, "b")).toBe("went_private");
        expect(one(Visibility.PRIVATE, "b")).toBe("private_side");
        expect(one(Visibility.PUBLIC, "")).toBeUndefined();
    });
});
