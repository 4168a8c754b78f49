#pragma once
// For guichet doctor: where the audits in an archive's file begin and end, without reading them, and whether
// the oldest lines are whole, which retention goes by.
#include <cstdint>
#include <string>
#include <vector>

#include "common/core/status.hpp"
#include "common/store/audit_log.hpp"

namespace guichet::inbox {

struct AuditExtent {
    std::string workspace;
    // The first line that is there, and the last that was written; first is last + 1 where none is.
    std::int64_t first = 1;
    std::int64_t last = 0;
};

// The file must be there. It may be written meanwhile.
Result<std::vector<AuditExtent>> audit_extents(const std::string& path);

// Of the first lines, as many as one cut takes: what is wrong with the first that is not as it was written,
// "line 3: …"; empty: nothing is, but for what was accepted. `begin`: where the log begins, as Redis noted
// it; so is what was accepted.
Result<std::string> oldest_audit_fault(const std::string& path, const std::string& workspace,
                                       const store::AuditHead& begin, const store::AcceptedDamage& accepted);

}  // namespace guichet::inbox
