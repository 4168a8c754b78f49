#pragma once
// A WHERE clause and the values that belong to its marks.
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "services/inbox/archive.hpp"
#include "services/inbox/sqlite.hpp"

namespace guichet::inbox {

class Where {
  public:
    using Value = std::variant<std::int64_t, std::string>;

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
    // Columns team, channel and visibility.
    void within(const std::vector<ScopeEntry>& scope);

    const std::string& sql() const { return sql_; }
    // `sql` prepared, with every value in its place.
    Result<Statement> bound(Database& database, const std::string& sql) const;

  private:
    std::string sql_;
    std::vector<Value> values_;
};

}  // namespace guichet::inbox
