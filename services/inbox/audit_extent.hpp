#pragma once
// For guichet doctor: where the audits in an archive's file begin and end, without reading them.
#include <cstdint>
#include <string>
#include <vector>

#include "common/core/status.hpp"

namespace guichet::inbox {

struct AuditExtent {
    std::string workspace;
    // The first line that is there, and the last that was written; first is last + 1 where none is.
    std::int64_t first = 1;
    std::int64_t last = 0;
};

// The file must be there. It may be written meanwhile.
Result<std::vector<AuditExtent>> audit_extents(const std::string& path);

}  // namespace guichet::inbox
