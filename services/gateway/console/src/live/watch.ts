// The live log over the WebSocket /v1/watch (services/gateway/watch_socket.hpp): keeps the cursor, comes back by itself and
// resumes after the last event seen, so nothing is missed and nothing comes twice. Pure but for what it is given.
import { fromJsonString, toJsonString, create } from "@bufbuild/protobuf";
import { WatchRequestSchema, WatchResponseSchema } from "gen/guichet/v1/inbox_pb";
import type { Event } from "gen/guichet/v1/events_pb";
import { makeBackoff, type Backoff } from "@/live/backoff";

export type LiveState = "connecting" | "live" | "lost";

export interface SocketLike {
    onopen: (() => void) | null;
    onmessage: ((message: { data: unknown }) => void) | null;
    onclose: ((end: { code: number }) => void) | null;
    send(text: string): void;
    close(): void;
}

export interface WatchParts {
    open: () => SocketLike;
    onEvents: (events: Event[]) => void;
    // Something may have been missed: read the lists again.
    onResync: () => void;
    onState: (state: LiveState) => void;
    onSignedOut: () => void;
    backoff?: Backoff;
    setTimer?: (work: () => void, milliseconds: number) => unknown;
    clearTimer?: (timer: unknown) => void;
}

// The server speaks every 15 s, if only to say where it is; a connection that is silent for longer is dead.
export const SILENCE_MS = 40_000;

const CLOSE_BAD_REQUEST = 4400;
const CLOSE_SIGN_IN = 4401;

export class Watch {
    private cursor = "";
    private socket: SocketLike | undefined;
    private silence: unknown;
    private retry: unknown;
    private stopped = false;
    private readonly backoff: Backoff;

    constructor(private readonly parts: WatchParts) {
        this.backoff = parts.backoff ?? makeBackoff();
    }

    start(): void {
        this.parts.onState("connecting");
        this.connect();
    }

    stop(): void {
        this.stopped = true;
        this.clear(this.silence);
        this.clear(this.retry);
        this.socket?.close();
    }

    // Now rather than when the wait is over: the machine woke up, the network is back, the person asks.
    hurry(): void {
        if (this.socket || this.stopped) return;
        this.clear(this.retry);
        this.backoff.reset();
        this.connect();
    }

    private connect(): void {
        const socket = this.parts.open();
        const resumes = this.cursor !== "";
        let first = true;
        this.socket = socket;
        this.listen();
        socket.onopen = () => socket.send(toJsonString(WatchRequestSchema, create(WatchRequestSchema, { cursor: this.cursor })));
        socket.onmessage = (message) => {
            if (socket !== this.socket) return;
            this.listen();
            const response = fromJsonString(WatchResponseSchema, String(message.data), { ignoreUnknownFields: true });
            this.cursor = response.cursor || this.cursor;
            if (first) {
                this.backoff.reset();
                this.parts.onState("live");
            }
            // Whoever comes without a cursor has read no list since this moment.
            if (response.resync || (first && !resumes)) this.parts.onResync();
            first = false;
            if (response.events.length) this.parts.onEvents(response.events);
        };
        socket.onclose = (end) => {
            if (socket === this.socket) this.lost(end.code);
        };
    }

    private lost(code: number): void {
        this.socket = undefined;
        this.clear(this.silence);
        if (this.stopped) return;
        this.parts.onState("lost");
        if (code === CLOSE_SIGN_IN) {
            this.parts.onSignedOut();
            return;
        }
        if (code === CLOSE_BAD_REQUEST) this.cursor = "";
        this.retry = this.timer(() => this.connect(), this.backoff.next());
    }

    private listen(): void {
        this.clear(this.silence);
        this.silence = this.timer(() => {
            const silent = this.socket;
            this.lost(0);
            silent?.close();
        }, SILENCE_MS);
    }

    private timer(work: () => void, milliseconds: number): unknown {
        return this.parts.setTimer ? this.parts.setTimer(work, milliseconds) : setTimeout(work, milliseconds);
    }

    private clear(timer: unknown): void {
        if (this.parts.clearTimer) this.parts.clearTimer(timer);
        else clearTimeout(timer as ReturnType<typeof setTimeout> | undefined);
    }
}

export function openSocket(place: Location = location): SocketLike {
    const scheme = place.protocol === "https:" ? "wss://" : "ws://";
    return new WebSocket(`${scheme}${place.host}/v1/watch`) as SocketLike;
}
