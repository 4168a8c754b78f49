#pragma once
// Who may call what: the option (guichet.v1.access) of a method, applied to a caller's grants. Pure.
#include <optional>
#include <vector>

#include "common/rpc/identity.hpp"

namespace google::protobuf {
class MethodDescriptor;
}
namespace guichet::v1 {
class Grant;
}

namespace guichet::rpc {

struct Access {
    // Lowest role of the ladder viewer < agent < supervisor < admin that may call, or roles outside it (bot,
    // channel). Empty: anybody.
    std::vector<Role> roles;
    // Changes state: a unary method then requires a request_id.
    bool write = false;

    bool anybody() const { return roles.empty(); }
};

// Nothing when the method does not state its access: such a method must not be served.
std::optional<Access> read_access(const google::protobuf::MethodDescriptor& method);

// True when a grant of `role` satisfies `access`.
bool satisfies(const Access& access, Role role);

// The scope in which a caller with `grants` may call; nothing when he may not. A method open to anybody is
// permitted to a caller without grants, with a scope of nothing.
std::optional<Scope> permit(const Access& access, const std::vector<GrantSpec>& grants);

GrantSpec from_proto(const v1::Grant& grant);
void to_proto(const GrantSpec& grant, v1::Grant& out);

}  // namespace guichet::rpc
