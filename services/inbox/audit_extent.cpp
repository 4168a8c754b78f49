#include "services/inbox/audit_extent.hpp"

#include "services/inbox/audit_pruner.hpp"
#include "services/inbox/sqlite.hpp"
#include "services/inbox/sqlite_audit.hpp"

namespace guichet::inbox {

Result<std::vector<AuditExtent>> audit_extents(const std::string& path) {
    auto database = Database::open(path);
    if (!database) return database.error();
    auto statement = database->prepare(
        "SELECT workspace, number, (SELECT number FROM audit WHERE audit.workspace = audit_head.workspace "
        "ORDER BY number LIMIT 1) FROM audit_head");
    if (!statement) return statement.error();
    std::vector<AuditExtent> extents;
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return extents;
        AuditExtent extent{statement->text(0), statement->integer(2), statement->integer(1)};
        if (extent.first == 0) extent.first = extent.last + 1;
        extents.push_back(std::move(extent));
    }
}

Result<std::string> oldest_audit_fault(const std::string& path, const std::string& workspace,
                                       const store::AuditHead& begin, const store::AcceptedDamage& accepted) {
    auto database = Database::open(path);
    if (!database) return database.error();
    auto part = check_audit_part(*database, workspace, begin, 0, AuditPruner::kMostCut, accepted);
    if (!part) return part.error();
    for (const auto& fault : part->faults) {
        if (fault.problem() == "broken_before") continue;
        return "line " + std::to_string(fault.number()) + ": " + fault.explanation();
    }
    return std::string();
}

}  // namespace guichet::inbox
