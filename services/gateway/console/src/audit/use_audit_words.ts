// A line of the audit in the reader's language.
import { useI18n } from "vue-i18n";
import type { AuditEntry } from "gen/guichet/v1/audit_pb";
import { useDesk } from "@/app/desk";
import { wordOf } from "@/audit/audit";

export function useAuditWords() {
    const { t, te } = useI18n();
    const desk = useDesk();
    // What a later server tells has no words yet: its own name.
    function did(kind: string): string {
        const { key, name } = wordOf(kind);
        if (key === "call" && te(`audit.call.${name}`)) return t("audit.asked_to", { name: t(`audit.call.${name}`) });
        return te(`audit.kind.${key}`) ? t(`audit.kind.${key}`, { name }) : kind;
    }
    function who(entry: AuditEntry): string {
        if (!entry.actor) return t("audit.nobody");
        const { agents, channels } = desk.directory;
        const isChannel = channels.has(entry.actor) && !agents.has(entry.actor);
        return isChannel ? desk.directory.channelName(entry.actor) : desk.directory.agentName(entry.actor);
    }
    return { did, who };
}
