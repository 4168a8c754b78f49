#include "common/rpc/access.hpp"

#include <algorithm>

#include <google/protobuf/descriptor.h>

#include "guichet/v1/access.pb.h"

namespace guichet::rpc {

static_assert(static_cast<int>(Role::viewer) == v1::ROLE_VIEWER);
static_assert(static_cast<int>(Role::agent) == v1::ROLE_AGENT);
static_assert(static_cast<int>(Role::supervisor) == v1::ROLE_SUPERVISOR);
static_assert(static_cast<int>(Role::admin) == v1::ROLE_ADMIN);
static_assert(static_cast<int>(Role::bot) == v1::ROLE_BOT);
static_assert(static_cast<int>(Role::channel) == v1::ROLE_CHANNEL);

namespace {

bool on_ladder(Role role) {
    return role >= Role::viewer && role <= Role::admin;
}

}  // namespace

std::optional<Access> read_access(const google::protobuf::MethodDescriptor& method) {
    if (!method.options().HasExtension(v1::access)) return std::nullopt;
    const auto& option = method.options().GetExtension(v1::access);
    Access access;
    for (int role : option.roles()) access.roles.push_back(static_cast<Role>(role));
    access.write = option.write();
    return access;
}

bool satisfies(const Access& access, Role role) {
    return std::any_of(access.roles.begin(), access.roles.end(), [role](Role named) {
        if (named == Role::unspecified || role == Role::unspecified) return false;
        return role == named || (on_ladder(named) && on_ladder(role) && role >= named);
    });
}

std::optional<Scope> permit(const Access& access, const std::vector<GrantSpec>& grants) {
    Scope scope;
    for (const auto& grant : grants) {
        if (access.anybody() || satisfies(access, grant.role)) scope.add(grant);
    }
    if (scope.nothing() && !access.anybody()) return std::nullopt;
    return scope;
}

GrantSpec from_proto(const v1::Grant& grant) {
    return GrantSpec{static_cast<Role>(grant.role()),
                     {grant.channels().begin(), grant.channels().end()},
                     {grant.teams().begin(), grant.teams().end()},
                     grant.public_only()};
}

void to_proto(const GrantSpec& grant, v1::Grant& out) {
    out.Clear();
    out.set_role(static_cast<v1::Role>(grant.role));
    for (const auto& channel : grant.channels) out.add_channels(channel);
    for (const auto& team : grant.teams) out.add_teams(team);
    out.set_public_only(grant.public_only);
}

}  // namespace guichet::rpc
