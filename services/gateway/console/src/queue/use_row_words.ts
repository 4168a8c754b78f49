// The words that every row of a list shares, said once for all rows and not anew for each that comes into sight.
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { Intent } from "gen/guichet/v1/types_pb";
import { intents } from "@/queue/filter";

export function useRowWords() {
    const { t } = useI18n();
    return computed(() => ({
        isPublic: t("visibility.public"),
        isPrivate: t("visibility.private"),
        somebody: t("conversation.somebody"),
        urgent: t("priority.urgent"),
        onItsWay: t("queue.on_its_way"),
        intents: new Map<Intent, string>([[Intent.UNSPECIFIED, ""], ...Object.entries(intents).map(([name, intent]): [Intent, string] => [intent, t(`intent.${name}`)])]),
    }));
}
export type RowWords = ReturnType<typeof useRowWords>["value"];
