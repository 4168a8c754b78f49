// Every service of the contract that a page may call.
import { createClient, type Client, type Transport } from "@connectrpc/connect";
import { AdminService } from "gen/guichet/v1/admin_pb";
import { AuditService } from "gen/guichet/v1/audit_pb";
import { ContactService } from "gen/guichet/v1/contacts_pb";
import { DeskService } from "gen/guichet/v1/desk_pb";
import { EscalationService } from "gen/guichet/v1/escalation_pb";
import { InboxService } from "gen/guichet/v1/inbox_pb";
import { ModerationService } from "gen/guichet/v1/moderation_pb";
import { ReplyService } from "gen/guichet/v1/reply_pb";
import { RoutingService } from "gen/guichet/v1/routing_pb";
import { SecondFactorService } from "gen/guichet/v1/second_factor_pb";
import { WritingService } from "gen/guichet/v1/writing_pb";

export interface Clients {
    admin: Client<typeof AdminService>;
    audit: Client<typeof AuditService>;
    contacts: Client<typeof ContactService>;
    desk: Client<typeof DeskService>;
    escalation: Client<typeof EscalationService>;
    inbox: Client<typeof InboxService>;
    moderation: Client<typeof ModerationService>;
    reply: Client<typeof ReplyService>;
    routing: Client<typeof RoutingService>;
    secondFactor: Client<typeof SecondFactorService>;
    writing: Client<typeof WritingService>;
}

export function makeClients(transport: Transport): Clients {
    return {
        admin: createClient(AdminService, transport),
        audit: createClient(AuditService, transport),
        contacts: createClient(ContactService, transport),
        desk: createClient(DeskService, transport),
        escalation: createClient(EscalationService, transport),
        inbox: createClient(InboxService, transport),
        moderation: createClient(ModerationService, transport),
        reply: createClient(ReplyService, transport),
        routing: createClient(RoutingService, transport),
        secondFactor: createClient(SecondFactorService, transport),
        writing: createClient(WritingService, transport),
    };
}
