#include "services/inbox/sqlite_query.hpp"

#include <variant>

namespace guichet::inbox {
namespace {

using Value = std::variant<std::int64_t, std::string>;

class Where {
  public:
    void add(const std::string& condition) { sql_ += (sql_.empty() ? " WHERE " : " AND ") + condition; }
    std::string mark(Value value) {
        values_.push_back(std::move(value));
        return "?" + std::to_string(values_.size());
    }
    template <class T>
    std::string any_of(const char* column, const std::vector<T>& wanted) {
        std::string list;
        for (const auto& value : wanted) list += (list.empty() ? "" : ",") + mark(Value(value));
        return std::string(column) + " IN (" + list + ")";
    }
    template <class T>
    void in(const char* column, const std::vector<T>& wanted) {
        if (!wanted.empty()) add(any_of(column, wanted));
    }
    const std::string& sql() const { return sql_; }
    const std::vector<Value>& values() const { return values_; }

  private:
    std::string sql_;
    std::vector<Value> values_;
};

std::vector<std::int64_t> wide(const std::vector<int>& values) {
    return {values.begin(), values.end()};
}

void add_scope(Where& where, const std::vector<ScopeEntry>& scope) {
    std::string any;
    for (const auto& entry : scope) {
        std::string all = "1";
        if (!entry.teams.empty()) all += " AND " + where.any_of("team", entry.teams);
        if (!entry.channels.empty()) all += " AND " + where.any_of("channel", entry.channels);
        if (entry.public_only) all += " AND visibility = 1";
        any += (any.empty() ? "(" : " OR ") + ("(" + all + ")");
    }
    where.add(any + ")");
}

Where where_of(const Query& query) {
    Where where;
    where.add("workspace = " + where.mark(query.workspace));
    add_scope(where, query.scope);
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

Result<Statement> bound(Database& database, const std::string& sql, const Where& where) {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    int index = 0;
    for (const auto& value : where.values()) {
        ++index;
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            statement->bind(index, *number);
        } else {
            statement->bind(index, std::string_view(std::get<std::string>(value)));
        }
    }
    return statement;
}

}  // namespace

Result<Statement> prepare_list(Database& database, const Query& query) {
    auto where = where_of(query);
    if (query.before_updated > 0) {
        const auto updated = where.mark(query.before_updated);
        where.add("(updated, id) < (" + updated + ", " + where.mark(query.before_id) + ")");
    }
    const auto sql = "SELECT bytes FROM conversation" + where.sql() +
                     " ORDER BY updated DESC, id DESC LIMIT " + std::to_string(query.limit);
    return bound(database, sql, where);
}

Result<Statement> prepare_counts(Database& database, const Query& query) {
    const auto where = where_of(query);
    return bound(database, "SELECT state, count(*) FROM conversation" + where.sql() + " GROUP BY state",
                 where);
}

}  // namespace guichet::inbox
