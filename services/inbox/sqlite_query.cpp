#include "services/inbox/sqlite_query.hpp"

#include "services/inbox/sqlite_where.hpp"

namespace guichet::inbox {
namespace {

std::vector<std::int64_t> wide(const std::vector<int>& values) {
    return {values.begin(), values.end()};
}

Where where_of(const Query& query) {
    Where where;
    where.add("workspace = " + where.mark(query.workspace));
    where.within(query.scope);
    where.in("state", wide(query.states));
    where.in("intent", wide(query.intents));
    where.in("sentiment", wide(query.sentiments));
    where.in("channel", query.channels);
    where.in("team", query.teams);
    where.in("language", query.languages);
    where.in("owner", query.owners);
    if (query.visibility != 0) where.add("visibility = " + where.mark(std::int64_t{query.visibility}));
    where.in("contact", query.contacts);
    for (const auto& label : query.labels)
        where.add("instr(labels, " + where.mark("," + label + ",") + ") > 0");
    return where;
}

// A person has few of the workspace's conversations: left to itself SQLite walks through all of them in their
// order. A name that cannot be used is an error.
std::string from_of(const Query& query) {
    return query.contacts.empty() ? " FROM conversation"
                                  : " FROM conversation INDEXED BY conversation_contact";
}

}  // namespace

Result<Statement> prepare_list(Database& database, const Query& query) {
    auto where = where_of(query);
    if (query.before_updated > 0) {
        const auto updated = where.mark(query.before_updated);
        where.add("(updated, id) < (" + updated + ", " + where.mark(query.before_id) + ")");
    }
    const auto sql = "SELECT bytes" + from_of(query) + where.sql() +
                     " ORDER BY updated DESC, id DESC LIMIT " + std::to_string(query.limit);
    return where.bound(database, sql);
}

Result<Statement> prepare_first(Database& database, const Query& query) {
    const auto where = where_of(query);
    // An id begins with when it was given.
    return where.bound(database, "SELECT bytes" + from_of(query) + where.sql() + " ORDER BY id LIMIT 1");
}

Result<Statement> prepare_counts(Database& database, const Query& query) {
    const auto where = where_of(query);
    return where.bound(database, "SELECT state, count(*)" + from_of(query) + where.sql() + " GROUP BY state");
}

}  // namespace guichet::inbox
