#include "services/inbox/sqlite_where.hpp"

namespace guichet::inbox {

void Where::within(const std::vector<ScopeEntry>& scope) {
    std::string any;
    for (const auto& entry : scope) {
        std::string all = "1";
        if (!entry.teams.empty()) all += " AND " + any_of("team", entry.teams);
        if (!entry.channels.empty()) all += " AND " + any_of("channel", entry.channels);
        if (entry.public_only) all += " AND visibility = 1";
        any += (any.empty() ? "(" : " OR ") + ("(" + all + ")");
    }
    add(any + ")");
}

Result<Statement> Where::bound(Database& database, const std::string& sql) const {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    int index = 0;
    for (const auto& value : values_) {
        ++index;
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            statement->bind(index, *number);
        } else {
            statement->bind(index, std::string_view(std::get<std::string>(value)));
        }
    }
    return statement;
}

}  // namespace guichet::inbox
