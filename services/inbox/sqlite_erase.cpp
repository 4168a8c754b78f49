#include "services/inbox/sqlite_erase.hpp"

#include <algorithm>

namespace guichet::inbox {
namespace {

// A payload in a file: its name stays until payloads are swept, so that whoever tries again still finds the
// file.
constexpr char kBlobsOf[] =
    "SELECT body FROM raw WHERE workspace = ? AND conversation = ? AND substr(body, 1, 7) = "
    "x'7368613235363a'";
constexpr const char* kOfConversation[] = {
    "DELETE FROM raw WHERE workspace = ? AND conversation = ? AND substr(body, 1, 7) <> x'7368613235363a'",
    "DELETE FROM event WHERE workspace = ? AND conversation = ?",
    "UPDATE audit SET detail = '', salt = '' WHERE workspace = ? AND conversation = ?",
};
constexpr const char* kWithWord[] = {
    "DELETE FROM raw WHERE workspace = ? AND instr(body, CAST(? AS BLOB)) > 0",
    "DELETE FROM event WHERE workspace = ? AND instr(bytes, CAST(? AS BLOB)) > 0",
    "UPDATE audit SET detail = '', salt = '' WHERE workspace = ? AND instr(detail, ?) > 0",
};
constexpr char kNamedBy[] = "SELECT workspace, conversation FROM raw WHERE body = CAST(? AS BLOB)";

Result<void> run_for_each(Database& database, const char* sql, const std::string& workspace,
                          const std::vector<std::string>& values) {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    for (const auto& value : values) {
        auto done = statement->bind(1, workspace).bind(2, value).run();
        if (!done) return done.error();
    }
    return {};
}

Result<std::vector<std::string>> blobs_of(Database& database, const std::string& workspace,
                                          const std::vector<std::string>& conversations) {
    std::vector<std::string> blobs;
    auto statement = database.prepare(kBlobsOf);
    if (!statement) return statement.error();
    for (const auto& id : conversations) {
        statement->bind(1, workspace).bind(2, id);
        for (;;) {
            auto row = statement->step();
            if (!row) return row.error();
            if (!*row) break;
            blobs.push_back(statement->text(0));
        }
        statement->reset();
    }
    return blobs;
}

// Another's payload may be the same, byte by byte.
Result<bool> is_others(Statement& statement, const std::string& blob, const std::string& workspace,
                       const std::vector<std::string>& conversations) {
    statement.reset();
    statement.bind(1, blob);
    for (;;) {
        auto row = statement.step();
        if (!row) return row.error();
        if (!*row) return false;
        const auto& ours = conversations;
        const bool his = statement.text(0) == workspace &&
                         std::find(ours.begin(), ours.end(), statement.text(1)) != ours.end();
        if (!his) return true;
    }
}

Result<std::vector<std::string>> only_his(Database& database, std::vector<std::string> blobs,
                                          const std::string& workspace,
                                          const std::vector<std::string>& conversations) {
    std::vector<std::string> his;
    auto statement = database.prepare(kNamedBy);
    if (!statement) return statement.error();
    for (auto& blob : blobs) {
        auto others = is_others(*statement, blob, workspace, conversations);
        if (!others) return others.error();
        if (!*others) his.push_back(std::move(blob));
    }
    return his;
}

}  // namespace

Result<std::vector<std::string>> erase_rows(Database& database, const std::string& workspace,
                                            const std::vector<std::string>& conversations,
                                            const std::vector<std::string>& words) {
    auto blobs = blobs_of(database, workspace, conversations);
    if (!blobs) return blobs.error();
    for (const char* sql : kOfConversation) {
        auto done = run_for_each(database, sql, workspace, conversations);
        if (!done) return done.error();
    }
    for (const char* sql : kWithWord) {
        auto done = run_for_each(database, sql, workspace, words);
        if (!done) return done.error();
    }
    return only_his(database, std::move(*blobs), workspace, conversations);
}

}  // namespace guichet::inbox
