#pragma once
// The audit in SQLite: lines that are only ever added, numbered and chained as they are written.
#include <map>
#include <string>
#include <vector>

#include "services/inbox/archive.hpp"
#include "services/inbox/sqlite.hpp"

namespace guichet::inbox {

extern const char kAuditTables[];

// Within the writer's transaction. A line that is there already is left out.
Result<void> append_audit(Database& database, std::vector<AuditRow> rows);
Result<std::vector<AuditRow>> read_audit(Database& database, const AuditQuery& query);
Result<AuditPart> check_audit_part(Database& database, const std::string& workspace,
                                   const store::AuditHead& begin, std::int64_t after, int limit,
                                   const store::AcceptedDamage& accepted);
// sqlite_audit_cut.cpp
Result<AuditPart> check_old_audit_part(Database& database, const std::string& workspace,
                                       const store::AuditHead& begin, const AuditAge& age,
                                       const store::AcceptedDamage& accepted);
Result<bool> has_cut_line(Database& database, const std::string& workspace, const store::AuditHead& cut);
Result<std::int64_t> drop_audit_lines(Database& database, const std::string& workspace, std::int64_t below,
                                      int limit);
// sqlite_audit_damage.cpp
// False: no line tells that it was accepted. Fills in by whom, when and why.
Result<bool> read_acceptance(Database& database, const std::string& workspace, v1::AuditFault& damage);
// What the checker found, accepted where a line tells of that.
Result<void> tell_accepted(Database& database, const std::string& workspace, const AuditChecker& checker,
                           AuditPart& part);
// The lines from a number on, in their order, each to be read by read_audit_row.
Result<Statement> lines_from(Database& database, const std::string& workspace, std::int64_t first, int limit);
AuditRow read_audit_row(const Statement& statement);
Result<std::map<std::string, store::AuditHead>> read_audit_heads(Database& database);
// Empty: there is no such line.
Result<std::string> read_audit_hash(Database& database, const std::string& workspace, std::int64_t number);

}  // namespace guichet::inbox
