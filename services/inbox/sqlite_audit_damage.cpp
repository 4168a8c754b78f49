// Damage of the audit that somebody accepted, as the audit tells of it.
#include "common/store/records.hpp"
#include "services/inbox/sqlite_audit.hpp"

namespace guichet::inbox {
namespace {

Result<Statement> acceptance_of(Database& database, const std::string& workspace,
                                const v1::AuditFault& damage) {
    const auto id = audit_acceptance_id(workspace, damage);
    auto statement = database.prepare(
        "SELECT actor, at, detail, subject FROM audit WHERE source = 'keeper' AND id = ? AND workspace = ? "
        "AND kind = 'audit.accepted'");
    if (!statement) return statement.error();
    statement->bind(1, id).bind(2, workspace);
    return statement;
}

}  // namespace

Result<bool> read_acceptance(Database& database, const std::string& workspace, v1::AuditFault& damage) {
    auto statement = acceptance_of(database, workspace, damage);
    if (!statement) return statement.error();
    auto row = statement->step();
    if (!row) return row.error();
    if (!*row || statement->text(3) != audit_acceptance_subject(damage)) return false;
    damage.set_accepted_by(statement->text(0));
    store::set_time(damage.mutable_accepted_at(), statement->integer(1));
    damage.set_accepted_reason(statement->text(2));
    return true;
}

// Redis alone accepts nothing: a line must tell of it.
Result<void> tell_accepted(Database& database, const std::string& workspace, const AuditChecker& checker,
                           AuditPart& part) {
    part.faults = checker.faults();
    for (auto damage : checker.accepted()) {
        auto told = read_acceptance(database, workspace, damage);
        if (!told) return told.error();
        (*told ? part.accepted : part.faults).push_back(std::move(damage));
    }
    return {};
}

}  // namespace guichet::inbox
