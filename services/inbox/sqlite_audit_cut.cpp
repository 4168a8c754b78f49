// The beginning of the audit: what of it is too old, and removing it.
#include "services/inbox/sqlite_audit.hpp"

namespace guichet::inbox {

Result<AuditPart> check_old_audit_part(Database& database, const std::string& workspace,
                                       const store::AuditHead& begin, const AuditAge& age,
                                       const store::AcceptedDamage& accepted) {
    auto statement = lines_from(database, workspace, begin.number, age.limit);
    if (!statement) return statement.error();
    AuditChecker checker(begin.number - 1, begin.hash, accepted);
    AuditPart part;
    part.last = begin.number - 1;
    part.last_hash = begin.hash;
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) break;
        const auto line = read_audit_row(*statement);
        if (line.at >= (checker.checked() == 0 ? age.due : age.before)) {
            part.end = true;
            break;
        }
        checker.check(line);
        part.last = line.number;
        part.last_hash = line.hash;
    }
    part.checked = checker.checked();
    auto told = tell_accepted(database, workspace, checker, part);
    if (!told) return told.error();
    return part;
}

Result<bool> has_cut_line(Database& database, const std::string& workspace, const store::AuditHead& cut) {
    const auto line = audit_cut_line(workspace, cut, 0);
    auto statement = database.prepare(
        "SELECT 1 FROM audit WHERE source = ? AND id = ? AND workspace = ? AND kind = ? AND subject = ?");
    if (!statement) return statement.error();
    statement->bind(1, line.source).bind(2, line.id).bind(3, workspace);
    return statement->bind(4, line.kind).bind(5, line.subject).step();
}

// The lowest numbers first: what is left is always the end of the chain.
Result<std::int64_t> drop_audit_lines(Database& database, const std::string& workspace, std::int64_t below,
                                      int limit) {
    auto statement = database.prepare(
        "DELETE FROM audit WHERE workspace = ?1 AND number IN (SELECT number FROM audit WHERE workspace = ?1 "
        "AND number < ?2 ORDER BY number LIMIT ?3)");
    if (!statement) return statement.error();
    auto done = statement->bind(1, workspace).bind(2, below).bind(3, std::int64_t{limit}).run();
    if (!done) return done.error();
    return database.changes();
}

}  // namespace guichet::inbox
