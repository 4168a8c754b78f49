#include "services/inbox/cursor.hpp"

#include "common/core/bytes.hpp"

namespace guichet::inbox {

std::string make_cursor(const std::vector<std::string>& fields) {
    std::string joined;
    for (const auto& field : fields) joined += field + "|";
    // Nothing follows the last.
    if (!joined.empty()) joined.pop_back();
    return base64url(joined);
}

std::optional<std::vector<std::string>> read_cursor(const std::string& cursor, const std::string& kind,
                                                    std::size_t count) {
    if (cursor.size() > 512) return std::nullopt;
    const auto joined = from_base64(cursor);
    if (!joined) return std::nullopt;
    std::vector<std::string> fields(1);
    for (char c : *joined) {
        if (c == '|') {
            fields.emplace_back();
        } else {
            fields.back().push_back(c);
        }
    }
    if (fields.size() != count || fields[0] != kind) return std::nullopt;
    return fields;
}

}  // namespace guichet::inbox
