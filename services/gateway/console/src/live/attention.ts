// Who looks at a conversation or writes, as the log tells it in passing. Pure.
import { create } from "@bufbuild/protobuf";
import { Attention, AttendantSchema, type Attendant } from "gen/guichet/v1/desk_pb";
import type { Event } from "gen/guichet/v1/events_pb";

// Those that tell of attention, and those that change something.
export function parted(events: readonly Event[]): [attention: Event[], happened: Event[]] {
    const told = (event: Event) => event.type === "conversation.attended";
    return [events.filter(told), events.filter((event) => !told(event))];
}

const words: Record<string, Attention> = { looking: Attention.LOOKING, writing: Attention.WRITING };

// Who is there after it; the same list where nothing of it concerns the conversation or anybody but me.
export function heard(there: readonly Attendant[], events: readonly Event[], conversation: string, me: string): readonly Attendant[] {
    let now = there;
    for (const { conversation: where, actor, detail } of events) {
        if (where !== conversation || actor === me) continue;
        const attention = words[detail];
        const others = now.filter((other) => other.agent !== actor);
        now = attention ? [...others, create(AttendantSchema, { agent: actor, attention })] : others;
    }
    return now;
}
