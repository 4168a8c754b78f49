#pragma once
// A thin layer over SQLite's C interface: statements that finalise themselves, errors as Status.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/core/status.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace guichet::inbox {

class Statement {
  public:
    Statement(Statement&&) noexcept = default;
    // Parameters from 1.
    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view value);
    Statement& bind_blob(int index, std::string_view value);
    // True: a row is there.
    Result<bool> step();
    // Steps to the end and makes it ready for the next use.
    Result<void> run();
    void reset();

    std::int64_t integer(int column) const;
    std::string text(int column) const;
    // What it has cost so far: instructions of SQLite's machine. For tests.
    int steps() const;

  private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
  public:
    static Result<Database> open(const std::string& path);
    Result<Statement> prepare(std::string_view sql);
    Result<void> run(const char* sql);
    // Rows changed by the last statement.
    std::int64_t changes() const;

  private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    explicit Database(sqlite3* database) : database_(database) {}
    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace guichet::inbox
