#include "services/inbox/audit.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/core/bytes.hpp"
#include "common/store/records.hpp"

namespace guichet::inbox {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::int64_t kMostLooked = 50'000;

void keep_detail(AuditRow& row, std::string detail, Random& random) {
    if (detail.empty()) return;
    row.detail = std::move(detail);
    row.salt = hex(random.bytes(kSaltBytes));
    row.digest = audit_digest(row.salt, row.detail);
}

std::string subject_of(const v1::Event& event) {
    if (!event.delivery().empty()) return "delivery " + event.delivery();
    return event.seq() > 0 ? "message " + std::to_string(event.seq()) : std::string();
}

// Length before each field, so that nothing can be moved from one into the next.
void add_field(std::string& bytes, const std::string& field) {
    bytes += std::to_string(field.size()) + ":" + field;
}

std::string digest_of(std::initializer_list<std::string> fields) {
    std::string bytes;
    for (const auto& field : fields) add_field(bytes, field);
    return hex(sha256(bytes));
}

// Of a line as it is now; its words count where they are not those that were written.
std::string found_at(const AuditRow& row, const char* problem, bool said) {
    return digest_of({problem, audit_hash(row, ""), row.hash, said ? "" : row.salt, said ? "" : row.detail});
}

}  // namespace

AuditRow audit_of(const v1::Event& event, const std::string& workspace, int partition, const std::string& id,
                  Random& random) {
    AuditRow row;
    row.workspace = workspace;
    row.source = "events:" + std::to_string(partition);
    row.id = id;
    row.at = store::to_ms(event.at());
    row.kind = event.type();
    row.actor = event.actor();
    row.conversation = event.conversation();
    row.subject = subject_of(event);
    row.result = "ok";
    row.team = event.team();
    row.channel = event.channel();
    row.visibility = event.visibility();
    keep_detail(row, event.detail(), random);
    return row;
}

AuditRow audit_of(const streams::Entry& entry, Random& random) {
    auto line = store::decode_audit(entry.fields);
    AuditRow row;
    row.workspace = std::move(line.workspace);
    row.source = "audit";
    row.id = entry.id;
    row.at = std::atoll(entry.id.c_str());
    row.kind = std::move(line.kind);
    row.actor = std::move(line.actor);
    row.grant = std::move(line.grant);
    row.address = std::move(line.address);
    row.conversation = std::move(line.conversation);
    row.subject = std::move(line.subject);
    row.result = std::move(line.result);
    row.request = std::move(line.request);
    keep_detail(row, std::move(line.detail), random);
    return row;
}

// In its subject: that is in the chain as it is, and no erasure touches it.
AuditRow audit_cut_line(const std::string& workspace, const store::AuditHead& cut, TimeMs now) {
    AuditRow row;
    row.workspace = workspace;
    row.source = "keeper";
    row.id = "cut-" + workspace + "-" + std::to_string(cut.number);
    row.at = now;
    row.kind = "audit.cut";
    row.subject = "line " + std::to_string(cut.number) + " " + cut.hash;
    row.result = "ok";
    return row;
}

std::string damage_key(const v1::AuditFault& fault) {
    return std::to_string(fault.number()) + ":" + fault.found();
}

std::string audit_acceptance_id(const std::string& workspace, const v1::AuditFault& damage) {
    return "accepted-" + workspace + "-" + damage_key(damage);
}

// In its subject: that is in the chain as it is.
std::string audit_acceptance_subject(const v1::AuditFault& damage) {
    return "line " + std::to_string(damage.number()) + " " + damage.problem() + " " + damage.found();
}

AuditRow audit_acceptance_line(const std::string& workspace, const v1::AuditFault& damage, TimeMs now,
                               Random& random) {
    AuditRow row;
    row.workspace = workspace;
    row.source = "keeper";
    row.id = audit_acceptance_id(workspace, damage);
    row.at = now;
    row.kind = "audit.accepted";
    row.actor = damage.accepted_by();
    row.subject = audit_acceptance_subject(damage);
    row.result = "ok";
    keep_detail(row, damage.accepted_reason(), random);
    return row;
}

std::string audit_digest(const std::string& salt, const std::string& detail) {
    return hex(sha256(salt + "|" + detail));
}

std::string audit_hash(const AuditRow& row, const std::string& before) {
    return digest_of({before, std::to_string(row.number), row.workspace, row.source, row.id,
                      std::to_string(row.at), row.kind, row.actor, row.grant, row.address, row.conversation,
                      row.subject, row.result, row.request, row.team, row.channel,
                      std::to_string(row.visibility), row.digest});
}

void AuditChecker::fault(std::int64_t number, const char* problem, std::string found,
                         std::string explanation) {
    v1::AuditFault fault;
    fault.set_number(number);
    fault.set_problem(problem);
    fault.set_explanation(std::move(explanation));
    fault.set_found(std::move(found));
    if (known_.contains(damage_key(fault))) {
        accepted_.push_back(std::move(fault));
    } else if (faults_.size() < kMostFaults) {
        faults_.push_back(std::move(fault));
    }
}

void AuditChecker::check(const AuditRow& row) {
    ++checked_;
    const bool follows = row.number == number_ + 1;
    if (!follows) {
        fault(number_ + 1, "missing",
              digest_of({"missing", std::to_string(number_ + 1), std::to_string(row.number), row.hash}),
              "lines " + std::to_string(number_ + 1) + " to " + std::to_string(row.number - 1) + " are gone");
    }
    // Behind a gap the hash of the line before is not known: the line is judged by those that follow.
    const bool whole = !follows || audit_hash(row, hash_) == row.hash;
    const bool erased = row.salt.empty() && row.detail.empty();
    const bool said = erased || audit_digest(row.salt, row.detail) == row.digest;
    if (!whole || !said) {
        fault(row.number, "changed", found_at(row, "changed", said), "this line is not as it was written");
    }
    if (row.kind == "audit.broken") {
        fault(row.number, "broken_before", found_at(row, "broken_before", true), row.detail);
    }
    number_ = row.number;
    hash_ = row.hash;
}

std::int64_t audit_window_start(const AuditQuery& query) {
    if (!query.conversation.empty() || !query.actor.empty()) return 0;
    return std::max<std::int64_t>(0, query.before - kMostLooked);
}

v1::AuditEntry to_entry(const AuditRow& row) {
    v1::AuditEntry entry;
    entry.set_number(row.number);
    store::set_time(entry.mutable_at(), row.at);
    entry.set_kind(row.kind);
    entry.set_actor(row.actor);
    entry.set_grant(row.grant);
    entry.set_address(row.address);
    entry.set_conversation(row.conversation);
    entry.set_subject(row.subject);
    entry.set_result(row.result);
    entry.set_detail(row.detail);
    entry.set_detail_erased(row.detail.empty() && !row.digest.empty());
    entry.set_request(row.request);
    entry.set_hash(row.hash);
    return entry;
}

}  // namespace guichet::inbox
