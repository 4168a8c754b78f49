// What the live log tells of each channel while this page is open.
import { ref, type Ref } from "vue";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Desk } from "@/app/desk";
import { nothingSeen, see, type Seen } from "@/channels/kinds";

export function useSeen(desk: Desk): Ref<ReadonlyMap<string, Seen>> {
    const all = ref<ReadonlyMap<string, Seen>>(new Map());
    desk.listen({
        onEvents: (events) => {
            const fresh = new Map(all.value);
            for (const event of events) {
                if (event.channel) fresh.set(event.channel, see(fresh.get(event.channel) ?? nothingSeen, event, event.at ? timestampMs(event.at) : 0));
            }
            all.value = fresh;
        },
    });
    return all;
}
