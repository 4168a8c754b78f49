#pragma once
// A line of the audit, and the chain of digests that runs through all lines of a workspace. Pure.
#include <cstdint>
#include <string>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/random.hpp"
#include "common/store/audit_log.hpp"
#include "common/streams/entry.hpp"
#include "guichet/v1/audit.pb.h"
#include "guichet/v1/events.pb.h"

namespace guichet::inbox {

struct AuditRow {
    std::string workspace;
    // Where it comes from, unique together: "events:3" or "audit", and the stream's id.
    std::string source, id;
    TimeMs at = 0;
    std::string kind, actor, grant, address, conversation, subject, result, detail, request;
    // Who sees it; empty and 0: who sees the whole workspace.
    std::string team, channel;
    int visibility = 0;
    // The chain holds the digest of salt and detail, so that the words can go and the line stay. Both are
    // empty where there is no detail.
    std::string salt, digest;
    // Given when it is written.
    std::int64_t number = 0;
    std::string hash;
};

// What the log says; `partition` of its stream.
AuditRow audit_of(const v1::Event& event, const std::string& workspace, int partition, const std::string& id,
                  Random& random);
AuditRow audit_of(const streams::Entry& entry, Random& random);

// Hexadecimal; length before each field, so that nothing can be moved from one into the next.
std::string audit_digest(const std::string& salt, const std::string& detail);
std::string audit_hash(const AuditRow& row, const std::string& before);

// What stands before the first line.
inline constexpr char kAuditStart[] = "guichet";

// Where a log begins of which nothing was removed: its first line, and what stands before it. After a cut,
// the first line that is kept and the hash of the one before.
inline store::AuditHead audit_beginning() {
    return {1, kAuditStart};
}

// The line that tells of a cut, before anything is removed. One for each cut: written twice it is one line.
AuditRow audit_cut_line(const std::string& workspace, const store::AuditHead& cut, TimeMs now);

// The line that tells who accepted damage, and why. One for each damage.
AuditRow audit_acceptance_line(const std::string& workspace, const v1::AuditFault& damage, TimeMs now,
                               Random& random);
std::string audit_acceptance_id(const std::string& workspace, const v1::AuditFault& damage);
std::string audit_acceptance_subject(const v1::AuditFault& damage);
// As Redis notes it: "number:found".
std::string damage_key(const v1::AuditFault& fault);

// Runs along the lines of a workspace in their order and tells what is wrong.
class AuditChecker {
  public:
    // The hash of line `after`, or kAuditStart.
    AuditChecker(std::int64_t after, std::string hash, store::AcceptedDamage accepted)
        : number_(after), hash_(std::move(hash)), known_(std::move(accepted)) {}
    void check(const AuditRow& row);
    std::int64_t checked() const { return checked_; }
    const std::vector<v1::AuditFault>& faults() const { return faults_; }
    // Those that are among the accepted ones; they count against no limit.
    const std::vector<v1::AuditFault>& accepted() const { return accepted_; }

    static constexpr std::size_t kMostFaults = 100;

  private:
    void fault(std::int64_t number, const char* problem, std::string found, std::string explanation);
    std::int64_t number_;
    std::string hash_;
    store::AcceptedDamage known_;
    std::int64_t checked_ = 0;
    std::vector<v1::AuditFault> faults_;
    std::vector<v1::AuditFault> accepted_;
};

v1::AuditEntry to_entry(const AuditRow& row);

struct AuditQuery {
    std::string workspace;
    // Encoded; "*": everything.
    std::string scope;
    std::string conversation, actor;
    std::vector<std::string> kinds;
    // 0: any.
    TimeMs from = 0, until = 0;
    // Lines below this number; 0: from the newest.
    std::int64_t before = 0;
    int limit = 50;
};

// The first line that is looked at for one page, where no index leads to what is wanted.
std::int64_t audit_window_start(const AuditQuery& query);

}  // namespace guichet::inbox
