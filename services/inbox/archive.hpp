#pragma once
// Where events, raw payloads and the read index live beyond Redis. One interface, one test suite; SQLite is
// the embedded one. Methods block: call them on the worker pool, one at a time for writes.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"
#include "guichet/v1/types.pb.h"
#include "services/inbox/audit.hpp"

namespace guichet::inbox {

struct EventRow {
    std::string workspace;
    std::string conversation;
    // Stream's id, unique with the partition: a row written twice is one row.
    int partition = 0;
    std::string id;
    TimeMs at = 0;
    std::string type;
    std::string actor;
    // A serialized guichet.v1.Event.
    std::string bytes;
};

struct RawRow {
    std::string workspace;
    std::string channel;
    std::string conversation;
    std::int64_t seq = 0;
    int partition = 0;
    std::string id;
    TimeMs at = 0;
    std::string body;
};

struct IndexRow {
    std::string workspace;
    // Without its epoch.
    v1::Conversation conversation;
};

struct Batch {
    std::vector<EventRow> events;
    std::vector<RawRow> raws;
    std::vector<IndexRow> conversations;
    // Numbered and chained as they are written, in this order; one that is there already is left out.
    std::vector<AuditRow> audits;
    // "events:3" -> last stream id in this batch; kept in the same transaction.
    std::map<std::string, std::string> positions;
};

struct ScopeEntry {
    // Empty: all.
    std::vector<std::string> teams, channels;
    bool public_only = false;
};

struct Query {
    std::string workspace;
    // Empty: nothing is visible.
    std::vector<ScopeEntry> scope;
    std::vector<std::string> channels, teams, languages, owners, labels;
    std::vector<int> states, intents, sentiments;
    // 0: any.
    int visibility = 0;
    // Empty: any.
    std::vector<std::string> contacts;
    // After this place, newest first; 0: from the newest.
    TimeMs before_updated = 0;
    std::string before_id;
    int limit = 50;
};

// Lines of the audit that were looked at.
struct AuditPart {
    std::int64_t checked = 0;
    std::vector<v1::AuditFault> faults;
    // Faults that somebody accepted: Redis noted it, and a line tells of it.
    std::vector<v1::AuditFault> accepted;
    // The last of them.
    std::int64_t last = 0;
    std::string last_hash;
    bool end = false;
};

// Which lines are too old.
struct AuditAge {
    // Older than this; those behind the first that is not stay, whatever their age.
    TimeMs before = 0;
    // None as long as the first is not older than this, which is earlier.
    TimeMs due = 0;
    // At most so many.
    int limit = 0;
};

class Archive {
  public:
    virtual ~Archive() = default;
    // Creates what is missing; FAILED_PRECONDITION when a newer Guichet wrote it.
    virtual Result<void> open() = 0;
    // All of it or nothing. A conversation is replaced only by a version at least as new.
    virtual Result<void> write(const Batch& batch) = 0;
    virtual Result<std::map<std::string, std::string>> positions() = 0;
    virtual Result<std::vector<v1::Conversation>> list(const Query& query) = 0;
    // The one that began first; nothing: there is none.
    virtual Result<std::optional<v1::Conversation>> first(const Query& query) = 0;
    // State -> number, within the scope.
    virtual Result<std::map<int, std::int64_t>> count_states(const Query& query) = 0;
    // Newest first. `query.before` must be set.
    virtual Result<std::vector<AuditRow>> list_audit(const AuditQuery& query) = 0;
    // Lines from where the log begins and behind number `after`, at most `limit`. `accepted`: as Redis noted
    // it.
    virtual Result<AuditPart> check_audit(const std::string& workspace, const store::AuditHead& begin,
                                          std::int64_t after, int limit,
                                          const store::AcceptedDamage& accepted) = 0;
    // Checks the lines from where the log begins that are too old; those that may go, when there is no fault.
    virtual Result<AuditPart> check_old_audit(const std::string& workspace, const store::AuditHead& begin,
                                              const AuditAge& age, const store::AcceptedDamage& accepted) = 0;
    // The same damage with who accepted it, when and why; these are empty when no line tells of it.
    virtual Result<v1::AuditFault> audit_acceptance_of(const std::string& workspace,
                                                       const v1::AuditFault& damage) = 0;
    // True when the chain holds the line that tells of this cut.
    virtual Result<bool> tells_audit_cut(const std::string& workspace, const store::AuditHead& cut) = 0;
    // Lines below this number, the first ones, at most `limit`. Returns how many are gone now.
    virtual Result<std::int64_t> drop_audit(const std::string& workspace, std::int64_t below, int limit) = 0;
    // The last line of each workspace, as it was noted when it was written.
    virtual Result<std::map<std::string, store::AuditHead>> audit_heads() = 0;
    // Hash of a line; empty: there is no such line.
    virtual Result<std::string> audit_hash_of(const std::string& workspace, std::int64_t number) = 0;
    // Raw payloads and events of these conversations, others' payloads that hold one of `words`, and the
    // details of their audit are gone from the file afterwards. Returns the blobs that such payloads were
    // kept in.
    virtual Result<std::vector<std::string>> erase(const std::string& workspace,
                                                   const std::vector<std::string>& conversations,
                                                   const std::vector<std::string>& words) = 0;
    // Rows older than these times are gone afterwards. Returns how many.
    virtual Result<std::int64_t> sweep(TimeMs raw_before, TimeMs events_before) = 0;
};

}  // namespace guichet::inbox
