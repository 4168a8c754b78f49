#include "services/gateway/admin/grants.hpp"

#include <algorithm>

#include "common/core/ids.hpp"
#include "common/core/status.hpp"

namespace guichet::gateway {
namespace {

constexpr int kMaxGrants = 50;
constexpr int kMaxNames = 200;

bool role_covers(rpc::Role holder, rpc::Role wanted) {
    if (holder == rpc::Role::admin || holder == wanted) return true;
    return holder <= rpc::Role::admin && wanted <= holder;
}

// Empty: every one.
bool list_covers(const std::vector<std::string>& holder, const std::vector<std::string>& wanted) {
    if (holder.empty()) return true;
    if (wanted.empty()) return false;
    return std::all_of(wanted.begin(), wanted.end(), [&holder](const std::string& name) {
        return std::find(holder.begin(), holder.end(), name) != holder.end();
    });
}

}  // namespace

bool covers(const std::vector<rpc::GrantSpec>& holder, const rpc::GrantSpec& wanted) {
    return std::any_of(holder.begin(), holder.end(), [&wanted](const rpc::GrantSpec& grant) {
        return grant.role != rpc::Role::unspecified && role_covers(grant.role, wanted.role) &&
               list_covers(grant.channels, wanted.channels) && list_covers(grant.teams, wanted.teams) &&
               (!grant.public_only || wanted.public_only);
    });
}

Status grants_exceeded() {
    return make_status(Code::permission_denied, "nobody may give, or steer, more than he may do himself",
                       "grants_exceeded");
}

bool covers(const std::vector<rpc::GrantSpec>& holder, const Grants& wanted) {
    return std::all_of(wanted.begin(), wanted.end(),
                       [&holder](const v1::Grant& grant) { return covers(holder, rpc::from_proto(grant)); });
}

bool is_full_admin(const Grants& grants) {
    return std::any_of(grants.begin(), grants.end(), [](const v1::Grant& grant) {
        return grant.role() == v1::ROLE_ADMIN && grant.channels().empty() && grant.teams().empty() &&
               !grant.public_only();
    });
}

Status check_grants(const std::string& field, const Grants& grants) {
    if (grants.size() > kMaxGrants) {
        return invalid(field, field + ": at most " + std::to_string(kMaxGrants) + " grants");
    }
    for (const auto& grant : grants) {
        if (grant.role() == v1::ROLE_UNSPECIFIED || !v1::Role_IsValid(grant.role())) {
            return invalid(field + ".role", field + ": every grant needs a role");
        }
        for (const auto* names : {&grant.channels(), &grant.teams()}) {
            if (names->size() > kMaxNames) {
                return invalid(field,
                               field + ": at most " + std::to_string(kMaxNames) + " names in one grant");
            }
            for (const auto& name : *names) {
                if (!valid_id(name)) return invalid(field, field + ": this is no id: " + name);
            }
        }
    }
    return {};
}

std::vector<rpc::GrantSpec> to_specs(const Grants& grants) {
    std::vector<rpc::GrantSpec> specs;
    specs.reserve(static_cast<std::size_t>(grants.size()));
    for (const auto& grant : grants) specs.push_back(rpc::from_proto(grant));
    return specs;
}

}  // namespace guichet::gateway
