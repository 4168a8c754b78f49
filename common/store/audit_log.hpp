#pragma once
// What people and programs did and tried, on its way to the archive's audit; and where that audit begins and
// ends, noted apart from it. Entries of the `events` log are not repeated here. See lua/55_audit.lua.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/ids.hpp"
#include "common/core/status.hpp"
#include "common/store/functions.hpp"

namespace guichet::store {

struct AuditLine {
    std::string workspace;
    // "call.Claim", "sign_in.done", "read.unmasked"…
    std::string kind;
    std::string actor, grant, address, conversation;
    // "dead_letter 17-0"
    std::string subject;
    // "ok", or the code of the refusal.
    std::string result = "ok";
    std::string detail;
    std::string request;
};

struct AuditHead {
    std::int64_t number = 0;
    // Hexadecimal.
    std::string hash;
};

// Damage of a workspace's audit that somebody accepted, each "number:found" (AuditFault).
using AcceptedDamage = std::set<std::string>;

class AuditLog {
  public:
    explicit AuditLog(redis::Client& client) : functions_(client) {}

    // All of them or none; safe once it returns. At most kMostLines.
    asio::awaitable<Result<void>> add(std::vector<AuditLine> lines);
    asio::awaitable<Result<void>> add(AuditLine line);
    // DATA_LOSS audit_damaged when a longer audit, or another one of this length, was noted before, unless
    // `anyway`.
    asio::awaitable<Result<void>> anchor(std::string workspace, AuditHead head, bool anyway);
    asio::awaitable<Result<std::optional<AuditHead>>> anchored(std::string workspace);
    // The first line that is kept, and the hash of the line before it. FAILED_PRECONDITION cut_already when a
    // later one was noted before.
    asio::awaitable<Result<void>> note_cut(std::string workspace, AuditHead cut);
    asio::awaitable<Result<std::optional<AuditHead>>> cut(std::string workspace);
    // Of lines that a later cut removes nothing is kept. RESOURCE_EXHAUSTED too_much_damage beyond
    // kMostAccepted.
    asio::awaitable<Result<void>> accept_damage(std::string workspace, std::string damage);
    asio::awaitable<Result<AcceptedDamage>> accepted(std::string workspace);

    static constexpr std::size_t kMostAccepted = 1'000;
    static constexpr std::size_t kMostLines = 200;

  private:
    asio::awaitable<Result<std::optional<AuditHead>>> noted(std::string key, std::string workspace);

    Functions functions_;
};

// The stream of these lines, and what it says of an entry's fields.
std::string audit_key();
AuditLine decode_audit(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace guichet::store
