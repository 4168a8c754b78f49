// The canned replies beside an answer, page by page: first those that go with the customer's language, then the others. Where somebody
// looks for one, all of them are read: the server does not search them, and what is not read cannot be found.
import { ref, shallowRef } from "vue";
import type { CannedReply, ListCannedRepliesResponse } from "gen/guichet/v1/admin_pb";
import { problemOf, type Problem } from "@/api/errors";

type Page = (request: { language: string; cursor: string; pageSize: number }) => Promise<Pick<ListCannedRepliesResponse, "cannedReplies" | "nextCursor">>;

export const CANNED_PAGE = 100;
// A limit for what is read in one go; whoever scrolls on reads more.
const MOST_PAGES = 100;

export function useCanned(page: Page) {
    const replies = shallowRef<readonly CannedReply[]>([]);
    const reading = ref(false);
    const whole = ref(false);
    const problem = shallowRef<Problem>();
    // Languages that are still to be read, "" for all; the cursor is of the first of them.
    let left: string[] = [];
    let cursor = "";
    let known = new Set<string>();
    let wanted = 0;
    // Pages of a dialog that was closed meanwhile are dropped.
    let turn = 0;

    function take(answer: Awaited<ReturnType<Page>>): void {
        const fresh = answer.cannedReplies.filter((reply) => !reply.deleted && !known.has(reply.id));
        fresh.forEach((reply) => known.add(reply.id));
        replies.value = [...replies.value, ...fresh];
        cursor = answer.nextCursor;
        if (!cursor) left.shift();
        whole.value = left.length === 0;
    }

    // Reads what is wanted, which may become more meanwhile; the pages of the second round that show nothing new do not count.
    async function read(): Promise<void> {
        if (reading.value) return;
        const asked = turn;
        reading.value = true;
        problem.value = undefined;
        try {
            for (let pages = 0; wanted > 0 && left.length && pages < 2 * MOST_PAGES; ++pages) {
                const answer = await page({ language: left[0] ?? "", cursor, pageSize: CANNED_PAGE });
                if (asked !== turn) return;
                const before = replies.value.length;
                take(answer);
                if (replies.value.length > before) --wanted;
            }
        } catch (error) {
            if (asked === turn) problem.value = problemOf(error);
        } finally {
            if (asked === turn) [reading.value, wanted] = [false, 0];
        }
    }
    function want(pages: number): void {
        if (whole.value) return;
        wanted = Math.max(wanted, pages);
        void read();
    }

    function end(): void {
        ++turn;
        [left, cursor, known, wanted] = [[], "", new Set(), 0];
        [replies.value, reading.value, whole.value, problem.value] = [[], false, false, undefined];
    }
    function begin(language: string): void {
        end();
        left = language ? [language, ""] : [""];
        want(1);
    }
    return { replies, reading, whole, problem, begin, end, more: () => want(1), rest: () => want(MOST_PAGES) };
}
