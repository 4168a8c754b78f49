#include "services/inbox/sqlite_audit.hpp"

#include "services/inbox/filter.hpp"
#include "services/inbox/sqlite_where.hpp"

namespace guichet::inbox {

const char kAuditTables[] = R"sql(
CREATE TABLE IF NOT EXISTS audit(
  workspace TEXT NOT NULL, number INTEGER NOT NULL, source TEXT NOT NULL, id TEXT NOT NULL,
  at INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, grants TEXT NOT NULL, address TEXT NOT NULL,
  conversation TEXT NOT NULL, subject TEXT NOT NULL, result TEXT NOT NULL, detail TEXT NOT NULL,
  request TEXT NOT NULL, team TEXT NOT NULL, channel TEXT NOT NULL, visibility INTEGER NOT NULL,
  salt TEXT NOT NULL, digest TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY(workspace, number)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS audit_source ON audit(source, id);
CREATE INDEX IF NOT EXISTS audit_conversation ON audit(workspace, conversation, number);
CREATE INDEX IF NOT EXISTS audit_actor ON audit(workspace, actor, number);
CREATE TABLE IF NOT EXISTS audit_head(
  workspace TEXT PRIMARY KEY, number INTEGER NOT NULL, hash TEXT NOT NULL) WITHOUT ROWID;
)sql";

namespace {

constexpr char kColumns[] =
    "workspace,number,source,id,at,kind,actor,grants,address,conversation,subject,result,detail,request,"
    "team,channel,visibility,salt,digest,hash";

void bind_audit(Statement& statement, const AuditRow& row) {
    statement.bind(1, row.workspace).bind(2, row.number).bind(3, row.source).bind(4, row.id).bind(5, row.at);
    statement.bind(6, row.kind).bind(7, row.actor).bind(8, row.grant).bind(9, row.address);
    statement.bind(10, row.conversation).bind(11, row.subject).bind(12, row.result).bind(13, row.detail);
    statement.bind(14, row.request).bind(15, row.team).bind(16, row.channel);
    statement.bind(17, std::int64_t{row.visibility}).bind(18, row.salt).bind(19, row.digest);
    statement.bind(20, row.hash);
}

Result<std::vector<AuditRow>> rows_of(Statement& statement) {
    std::vector<AuditRow> rows;
    for (;;) {
        auto row = statement.step();
        if (!row) return row.error();
        if (!*row) return rows;
        rows.push_back(read_audit_row(statement));
    }
}

std::string any_kind(Where& where, const std::vector<std::string>& kinds) {
    std::string any;
    for (const auto& kind : kinds) {
        const auto mark = where.mark(kind);
        const bool all_of = kind.ends_with('.');
        any += (any.empty() ? "(" : " OR ") +
               (all_of ? "substr(kind, 1, length(" + mark + ")) = " + mark : "kind = " + mark);
    }
    return any + ")";
}

}  // namespace

AuditRow read_audit_row(const Statement& statement) {
    AuditRow row;
    row.workspace = statement.text(0);
    row.number = statement.integer(1);
    row.source = statement.text(2);
    row.id = statement.text(3);
    row.at = statement.integer(4);
    row.kind = statement.text(5);
    row.actor = statement.text(6);
    row.grant = statement.text(7);
    row.address = statement.text(8);
    row.conversation = statement.text(9);
    row.subject = statement.text(10);
    row.result = statement.text(11);
    row.detail = statement.text(12);
    row.request = statement.text(13);
    row.team = statement.text(14);
    row.channel = statement.text(15);
    row.visibility = static_cast<int>(statement.integer(16));
    row.salt = statement.text(17);
    row.digest = statement.text(18);
    row.hash = statement.text(19);
    return row;
}

Result<void> append_audit(Database& database, std::vector<AuditRow> rows) {
    if (rows.empty()) return {};
    auto heads = read_audit_heads(database);
    if (!heads) return heads.error();
    auto insert = database.prepare(std::string("INSERT OR IGNORE INTO audit(") + kColumns +
                                   ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    if (!insert) return insert.error();
    std::map<std::string, store::AuditHead> moved;
    for (auto& row : rows) {
        auto& head = heads->try_emplace(row.workspace, store::AuditHead{0, kAuditStart}).first->second;
        row.number = head.number + 1;
        row.hash = audit_hash(row, head.hash);
        bind_audit(*insert, row);
        auto done = insert->run();
        if (!done) return done.error();
        if (database.changes() == 0) continue;
        head = {row.number, row.hash};
        moved[row.workspace] = head;
    }
    auto keep = database.prepare("INSERT OR REPLACE INTO audit_head VALUES(?,?,?)");
    if (!keep) return keep.error();
    for (const auto& [workspace, head] : moved) {
        auto done = keep->bind(1, workspace).bind(2, head.number).bind(3, head.hash).run();
        if (!done) return done.error();
    }
    return {};
}

Result<std::vector<AuditRow>> read_audit(Database& database, const AuditQuery& query) {
    const auto scope = decode_scope(query.scope);
    if (scope.empty()) return std::vector<AuditRow>{};
    Where where;
    where.add("workspace = " + where.mark(query.workspace));
    where.add("number < " + where.mark(query.before));
    if (query.scope != "*") where.within(scope);
    if (!query.conversation.empty()) where.add("conversation = " + where.mark(query.conversation));
    if (!query.actor.empty()) where.add("actor = " + where.mark(query.actor));
    where.add("number >= " + where.mark(audit_window_start(query)));
    if (!query.kinds.empty()) where.add(any_kind(where, query.kinds));
    if (query.from > 0) where.add("at >= " + where.mark(query.from));
    if (query.until > 0) where.add("at < " + where.mark(query.until));
    auto statement = where.bound(database, std::string("SELECT ") + kColumns + " FROM audit" + where.sql() +
                                               " ORDER BY number DESC LIMIT " + std::to_string(query.limit));
    if (!statement) return statement.error();
    return rows_of(*statement);
}

Result<Statement> lines_from(Database& database, const std::string& workspace, std::int64_t first,
                             int limit) {
    Where where;
    where.add("workspace = " + where.mark(workspace));
    where.add("number >= " + where.mark(first));
    return where.bound(database, std::string("SELECT ") + kColumns + " FROM audit" + where.sql() +
                                     " ORDER BY number LIMIT " + std::to_string(limit));
}

Result<AuditPart> check_audit_part(Database& database, const std::string& workspace,
                                   const store::AuditHead& begin, std::int64_t after, int limit,
                                   const store::AcceptedDamage& accepted) {
    // Lines before the beginning may be there still, or be gone: nothing is said of them.
    std::string before = begin.hash;
    if (after >= begin.number) {
        auto found = read_audit_hash(database, workspace, after);
        if (!found) return found.error();
        before = std::move(*found);
    } else {
        after = begin.number - 1;
    }
    auto statement = lines_from(database, workspace, after + 1, limit);
    if (!statement) return statement.error();
    AuditChecker checker(after, std::move(before), accepted);
    AuditPart part;
    part.last = after;
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) break;
        const auto line = read_audit_row(*statement);
        checker.check(line);
        part.last = line.number;
        part.last_hash = line.hash;
    }
    part.checked = checker.checked();
    part.end = part.checked < limit;
    auto told = tell_accepted(database, workspace, checker, part);
    if (!told) return told.error();
    return part;
}

Result<std::map<std::string, store::AuditHead>> read_audit_heads(Database& database) {
    auto statement = database.prepare("SELECT workspace, number, hash FROM audit_head");
    if (!statement) return statement.error();
    std::map<std::string, store::AuditHead> heads;
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return heads;
        heads[statement->text(0)] = {statement->integer(1), statement->text(2)};
    }
}

Result<std::string> read_audit_hash(Database& database, const std::string& workspace, std::int64_t number) {
    auto statement = database.prepare("SELECT hash FROM audit WHERE workspace = ? AND number = ?");
    if (!statement) return statement.error();
    auto row = statement->bind(1, workspace).bind(2, number).step();
    if (!row) return row.error();
    return *row ? statement->text(0) : std::string();
}

}  // namespace guichet::inbox
