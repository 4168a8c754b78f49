#pragma once
// Who calls, and what of a workspace he may see.
#include <string>
#include <string_view>
#include <vector>

#include "common/core/ids.hpp"

namespace guichet::rpc {

// Same numbers as guichet.v1.Role.
enum class Role : int {
    unspecified = 0,
    viewer = 1,
    agent = 2,
    supervisor = 3,
    admin = 4,
    bot = 5,
    channel = 6
};

// "viewer", "agent", ...
const char* to_string(Role role);

// A role on some channels and teams; an empty list means every one of them.
struct GrantSpec {
    Role role = Role::unspecified;
    std::vector<std::string> channels;
    std::vector<std::string> teams;
    bool public_only = false;

    bool operator==(const GrantSpec&) const = default;
};

struct Caller {
    enum class Kind { agent, bot, channel, customer, system };

    WorkspaceId workspace;
    // Id of the agent, bot or channel; empty for an anonymous caller.
    std::string actor;
    Kind kind = Kind::customer;
    std::vector<GrantSpec> grants;
    // The bearer that he came with, to be forwarded on his behalf; never logged.
    std::string credential;

    bool anonymous() const { return actor.empty(); }
};

// What a caller may see while he calls one method: the union of the grants whose role satisfies the method.
// A default Scope sees nothing.
class Scope {
  public:
    static Scope all();

    // A grant that names an id outside [A-Za-z0-9._:@+-]{1,128} adds nothing: the encoding could not hold it.
    void add(const GrantSpec& grant);

    // `team` may be empty (not in a team yet): then only grants on every team match.
    bool allows(std::string_view channel, std::string_view team, bool is_public) const;
    bool everything() const { return everything_; }
    bool nothing() const { return !everything_ && entries_.empty(); }

    // As the Redis functions read it: "*" for everything, "" for nothing, else entries joined by ';', each
    // `teams/channels/vis`: teams and channels are comma lists or '*', vis is "public" or '*'.
    std::string encode() const;

  private:
    struct Entry {
        std::vector<std::string> channels;
        std::vector<std::string> teams;
        bool public_only = false;

        bool operator==(const Entry&) const = default;
    };

    bool everything_ = false;
    std::vector<Entry> entries_;
};

}  // namespace guichet::rpc
