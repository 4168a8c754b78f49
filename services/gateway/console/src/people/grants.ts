// Grants in words and in a form. Pure.
import { create } from "@bufbuild/protobuf";
import { GrantSchema, Role, type Grant } from "gen/guichet/v1/access_pb";

// In the order of what they may do; the last two stand outside the ladder.
export const roles = ["viewer", "agent", "supervisor", "admin", "bot", "channel"] as const;
export type RoleName = (typeof roles)[number];

const numbers: Record<RoleName, Role> = { viewer: Role.VIEWER, agent: Role.AGENT, supervisor: Role.SUPERVISOR, admin: Role.ADMIN, bot: Role.BOT, channel: Role.CHANNEL };

export function roleOf(name: string): Role {
    return numbers[name as RoleName] ?? Role.UNSPECIFIED;
}

export function nameOf(role: Role): RoleName {
    return roles.find((name) => numbers[name] === role) ?? "viewer";
}

// What a form edits.
export interface Draft {
    role: RoleName;
    channels: string[];
    teams: string[];
    publicOnly: boolean;
}

export function draftOf(grant: Grant): Draft {
    return { role: nameOf(grant.role), channels: [...grant.channels], teams: [...grant.teams], publicOnly: grant.publicOnly };
}

export function grantOf(draft: Draft): Grant {
    return create(GrantSchema, { role: roleOf(draft.role), channels: draft.channels, teams: draft.teams, publicOnly: draft.publicOnly });
}

// The highest role, for a list.
export function highest(grants: readonly Grant[]): RoleName | undefined {
    const ladder = grants.map((grant) => grant.role).sort((a, b) => rankOf(b) - rankOf(a))[0];
    return ladder === undefined ? undefined : nameOf(ladder);
}

function rankOf(role: Role): number {
    return role <= Role.ADMIN ? role : 0;
}
