#pragma once
// What the archive holds of a person goes; see Archive::erase.
#include <string>
#include <vector>

#include "services/inbox/sqlite.hpp"

namespace guichet::inbox {

// Within the writer's transaction. Returns the blobs in which payloads were kept.
Result<std::vector<std::string>> erase_rows(Database& database, const std::string& workspace,
                                            const std::vector<std::string>& conversations,
                                            const std::vector<std::string>& words);

}  // namespace guichet::inbox
