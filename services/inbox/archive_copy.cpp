#include "services/inbox/archive_copy.hpp"

#include <cstdlib>
#include <memory>

#include <sqlite3.h>

#include "services/inbox/sqlite.hpp"

namespace guichet::inbox {
namespace {

constexpr int kPagesAStep = 2'000;

// "ms-seq" as two numbers; the part of a WHERE that holds for later ones.
constexpr char kLater[] =
    " WHERE partition = ?1 AND (CAST(substr(id, 1, instr(id, '-') - 1) AS INTEGER) > ?2 OR "
    "(CAST(substr(id, 1, instr(id, '-') - 1) AS INTEGER) = ?2 AND "
    "CAST(substr(id, instr(id, '-') + 1) AS INTEGER) > ?3))";

struct CloseSqlite {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using Handle = std::unique_ptr<sqlite3, CloseSqlite>;

Status copy_failed(sqlite3* database, const std::string& path) {
    return internal("the archive cannot be copied (" + path + "): " + sqlite3_errmsg(database));
}

Result<Handle> open_handle(const std::string& path, int flags) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    Handle handle(raw);
    if (code != SQLITE_OK) return copy_failed(raw, path);
    sqlite3_busy_timeout(raw, 5'000);
    return handle;
}

Statement& bind_later(Statement& statement, int partition, const std::string& id) {
    const auto dash = id.find('-');
    return statement.bind(1, partition)
        .bind(2, std::atoll(id.c_str()))
        .bind(3, dash == std::string::npos ? 0 : std::atoll(id.c_str() + dash + 1));
}

Result<std::int64_t> cut(Database& database, const std::string& table,
                         const std::map<int, std::string>& last) {
    std::int64_t gone = 0;
    for (const auto& [partition, id] : last) {
        auto statement = database.prepare("DELETE FROM " + table + kLater);
        if (!statement) return statement.error();
        auto done = bind_later(*statement, partition, id).run();
        if (!done) return done.error();
        gone += database.changes();
    }
    return gone;
}

// A position beyond what Redis has would let the archiver skip what comes anew.
Result<void> cut_positions(Database& database, const std::string& stream,
                           const std::map<int, std::string>& last) {
    for (const auto& [partition, id] : last) {
        auto statement = database.prepare(
            "UPDATE position SET id = ?4 WHERE stream = ?1 AND (CAST(substr(id, 1, instr(id, '-') - 1) AS "
            "INTEGER) > ?2 "
            "OR (CAST(substr(id, 1, instr(id, '-') - 1) AS INTEGER) = ?2 AND CAST(substr(id, instr(id, '-') "
            "+ 1) "
            "AS INTEGER) > ?3))");
        if (!statement) return statement.error();
        const auto name = stream + ":" + std::to_string(partition);
        const auto dash = id.find('-');
        statement->bind(1, name).bind(2, std::atoll(id.c_str()));
        statement->bind(3, dash == std::string::npos ? 0 : std::atoll(id.c_str() + dash + 1)).bind(4, id);
        auto done = statement->run();
        if (!done) return done.error();
    }
    return {};
}

Result<void> find_touched(Database& database, const std::map<int, std::string>& last, Rewound& rewound) {
    for (const auto& [partition, id] : last) {
        auto statement = database.prepare(std::string("SELECT DISTINCT workspace, conversation FROM event") +
                                          kLater + " AND conversation != ''");
        if (!statement) return statement.error();
        bind_later(*statement, partition, id);
        for (;;) {
            auto row = statement->step();
            if (!row) return row.error();
            if (!*row) break;
            rewound.conversations.emplace_back(statement->text(0), statement->text(1));
        }
    }
    auto remove = database.prepare("DELETE FROM conversation WHERE workspace = ?1 AND id = ?2");
    if (!remove) return remove.error();
    for (const auto& [workspace, conversation] : rewound.conversations) {
        auto done = remove->bind(1, workspace).bind(2, conversation).run();
        if (!done) return done.error();
    }
    return {};
}

Result<void> check_whole(Database& database, const std::string& path) {
    auto statement = database.prepare("PRAGMA quick_check(1)");
    if (!statement) return statement.error();
    auto row = statement->step();
    if (row && *row && statement->text(0) == "ok") return {};
    return make_status(Code::data_loss, "the archive in the backup is damaged: " + path, "corrupt");
}

Result<Rewound> rewind_all(Database& database, const std::map<int, std::string>& last_events,
                           const std::map<int, std::string>& last_raw) {
    Rewound rewound;
    auto touched = find_touched(database, last_events, rewound);
    if (!touched) return touched.error();
    auto events = cut(database, "event", last_events);
    if (!events) return events.error();
    auto raws = cut(database, "raw", last_raw);
    if (!raws) return raws.error();
    rewound.events = *events;
    rewound.raws = *raws;
    for (const auto& [stream, last] : {std::pair{"events", &last_events}, std::pair{"raw", &last_raw}}) {
        auto positions = cut_positions(database, stream, *last);
        if (!positions) return positions.error();
    }
    return rewound;
}

}  // namespace

Result<void> copy_archive(const std::string& from, const std::string& to, const CopyProgress& progress) {
    auto source = open_handle(from, SQLITE_OPEN_READWRITE);
    if (!source) return source.error();
    auto target = open_handle(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (!target) return target.error();
    // One view of the source from the first page to the last: without it every write would begin the copy
    // anew.
    if (sqlite3_exec(source->get(), "BEGIN; SELECT count(*) FROM sqlite_master", nullptr, nullptr, nullptr) !=
        SQLITE_OK) {
        return copy_failed(source->get(), from);
    }
    auto* copying = sqlite3_backup_init(target->get(), "main", source->get(), "main");
    if (copying == nullptr) return copy_failed(target->get(), to);
    int code = SQLITE_OK;
    while ((code = sqlite3_backup_step(copying, kPagesAStep)) == SQLITE_OK) {
        const auto all = sqlite3_backup_pagecount(copying);
        progress(all - sqlite3_backup_remaining(copying), all);
    }
    sqlite3_backup_finish(copying);
    if (code != SQLITE_DONE) return copy_failed(target->get(), to);
    return {};
}

Result<Rewound> rewind_archive(const std::string& path, const std::map<int, std::string>& last_events,
                               const std::map<int, std::string>& last_raw) {
    auto database = Database::open(path);
    if (!database) return database.error();
    auto whole = check_whole(*database, path);
    if (!whole) return whole.error();
    auto begun = database->run("BEGIN IMMEDIATE");
    if (!begun) return begun.error();
    auto rewound = rewind_all(*database, last_events, last_raw);
    auto ended = database->run(rewound ? "COMMIT" : "ROLLBACK");
    if (rewound && !ended) return ended.error();
    return rewound;
}

}  // namespace guichet::inbox
