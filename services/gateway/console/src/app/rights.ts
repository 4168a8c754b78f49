// What somebody's grants let him do. For showing and hiding; the server decides.
import { Role, type Grant } from "gen/guichet/v1/access_pb";

export interface Rights {
    agent: boolean;
    supervisor: boolean;
    admin: boolean;
}

export function rightsOf(grants: readonly Grant[]): Rights {
    const highest = Math.max(0, ...grants.map((grant) => grant.role).filter((role) => role <= Role.ADMIN));
    return { agent: highest >= Role.AGENT, supervisor: highest >= Role.SUPERVISOR, admin: highest >= Role.ADMIN };
}
