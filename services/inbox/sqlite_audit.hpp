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
Result<AuditPart> check_audit_part(Database& database, const std::string& workspace, std::int64_t after,
                                   int limit);
Result<std::map<std::string, store::AuditHead>> read_audit_heads(Database& database);
// Empty: there is no such line.
Result<std::string> read_audit_hash(Database& database, const std::string& workspace, std::int64_t number);

}  // namespace guichet::inbox
