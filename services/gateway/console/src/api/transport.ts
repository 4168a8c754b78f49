// Calls to the public API from the page it came from: the cookie says who, the header proves that the page is ours.
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { newRequestId } from "@/api/request_id";

// A call that is not answered by then has failed; every call tells the server so.
export const CALL_DEADLINE_MS = 15_000;
// How often a call is made in all when nobody answered.
const TRIES = 2;

// What changes something names itself, once: a repetition bears the same name.
export const namesWrites: Interceptor = (next) => (request) => {
    const message = request.message as { requestId?: string };
    if (!request.stream && message.requestId === "") message.requestId = newRequestId();
    return next(request);
};

export function provesOrigin(csrf: () => string): Interceptor {
    return (next) => (request) => {
        request.header.set("x-guichet-csrf", csrf());
        return next(request);
    };
}

// The browser could not reach the server at all: once more. (fetch rejects with a TypeError then.)
export const triesAgain: Interceptor = (next) => async (request) => {
    for (let tried = 1; ; ++tried) {
        try {
            return await next(request);
        } catch (error) {
            const unreachable = error instanceof ConnectError && error.cause instanceof TypeError;
            if (!unreachable || request.stream) throw error;
            if (tried >= TRIES) throw new ConnectError("the server cannot be reached", Code.Unavailable);
        }
    }
};

export function noticesSignOut(signedOut: () => void): Interceptor {
    return (next) => async (request) => {
        try {
            return await next(request);
        } catch (error) {
            if (error instanceof ConnectError && error.code === Code.Unauthenticated) signedOut();
            throw error;
        }
    };
}

export function makeTransport(csrf: () => string, signedOut: () => void): Transport {
    return createConnectTransport({
        baseUrl: location.origin,
        useBinaryFormat: true,
        defaultTimeoutMs: CALL_DEADLINE_MS,
        interceptors: [namesWrites, provesOrigin(csrf), noticesSignOut(signedOut), triesAgain],
    });
}
