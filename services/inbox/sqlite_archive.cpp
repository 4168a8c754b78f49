#include "services/inbox/sqlite_archive.hpp"

#include "common/store/records.hpp"
#include "services/inbox/sqlite_audit.hpp"
#include "services/inbox/sqlite_erase.hpp"
#include "services/inbox/sqlite_query.hpp"

namespace guichet::inbox {
namespace {

constexpr std::int64_t kSchema = 1;

constexpr char kTables[] = R"sql(
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS position(stream TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event(
  partition INTEGER NOT NULL, id TEXT NOT NULL, workspace TEXT NOT NULL, conversation TEXT NOT NULL,
  at INTEGER NOT NULL, type TEXT NOT NULL, actor TEXT NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY(partition, id));
CREATE INDEX IF NOT EXISTS event_conversation ON event(workspace, conversation, at);
CREATE INDEX IF NOT EXISTS event_at ON event(at);
CREATE TABLE IF NOT EXISTS raw(
  partition INTEGER NOT NULL, id TEXT NOT NULL, workspace TEXT NOT NULL, channel TEXT NOT NULL,
  conversation TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY(partition, id));
CREATE INDEX IF NOT EXISTS raw_at ON raw(at);
CREATE TABLE IF NOT EXISTS conversation(
  workspace TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, state INTEGER NOT NULL,
  owner TEXT NOT NULL, team TEXT NOT NULL, channel TEXT NOT NULL, visibility INTEGER NOT NULL,
  language TEXT NOT NULL, intent INTEGER NOT NULL, sentiment INTEGER NOT NULL, contact TEXT NOT NULL,
  labels TEXT NOT NULL, updated INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY(workspace, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversation_updated ON conversation(workspace, updated DESC, id DESC);
CREATE INDEX IF NOT EXISTS conversation_state ON conversation(workspace, state, updated DESC, id DESC);
CREATE INDEX IF NOT EXISTS conversation_contact ON conversation(workspace, contact);
)sql";

Result<void> insert_event(Statement& statement, const EventRow& row) {
    statement.bind(1, row.partition).bind(2, row.id).bind(3, row.workspace).bind(4, row.conversation);
    statement.bind(5, row.at).bind(6, row.type).bind(7, row.actor).bind_blob(8, row.bytes);
    return statement.run();
}

Result<void> insert_raw(Statement& statement, const RawRow& row) {
    statement.bind(1, row.partition).bind(2, row.id).bind(3, row.workspace).bind(4, row.channel);
    statement.bind(5, row.conversation).bind(6, row.seq).bind(7, row.at).bind_blob(8, row.body);
    return statement.run();
}

// ",urgent,refund," so that a label is found whole.
std::string joined_labels(const v1::Conversation& c) {
    std::string text = ",";
    for (const auto& label : c.labels()) text += label + ",";
    return text;
}

Result<void> upsert(Statement& statement, const IndexRow& row) {
    const auto& c = row.conversation;
    statement.bind(1, row.workspace)
        .bind(2, c.id())
        .bind(3, c.version())
        .bind(4, c.state())
        .bind(5, c.owner());
    statement.bind(6, c.team()).bind(7, c.channel()).bind(8, c.visibility()).bind(9, c.triage().language());
    statement.bind(10, c.triage().intent()).bind(11, c.triage().sentiment()).bind(12, c.contact());
    statement.bind(13, joined_labels(c))
        .bind(14, store::to_ms(c.updated_at()))
        .bind_blob(15, c.SerializeAsString());
    return statement.run();
}

template <class Rows, class Insert>
Result<void> insert_all(Database& database, const char* sql, const Rows& rows, Insert insert) {
    if (rows.empty()) return {};
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    for (const auto& row : rows) {
        auto done = insert(*statement, row);
        if (!done) return done.error();
    }
    return {};
}

}  // namespace

Result<void> SqliteArchive::check_version() {
    auto statement = writer_->prepare("SELECT value FROM meta WHERE name = 'schema'");
    if (!statement) return statement.error();
    auto row = statement->step();
    if (!row) return row.error();
    if (*row && std::atoll(statement->text(0).c_str()) > kSchema) {
        return make_status(Code::failed_precondition,
                           "the archive " + path_ + " was written by a newer Guichet: start that one",
                           "newer_schema");
    }
    return writer_->run("INSERT OR REPLACE INTO meta(name, value) VALUES('schema', '1')");
}

Result<void> SqliteArchive::open() {
    auto writer = Database::open(path_);
    if (!writer) return writer.error();
    writer_.emplace(std::move(*writer));
    for (const char* sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", kTables, kAuditTables}) {
        auto done = writer_->run(sql);
        if (!done) return done.error();
    }
    auto reader = Database::open(path_);
    if (!reader) return reader.error();
    reader_.emplace(std::move(*reader));
    return check_version();
}

Result<void> SqliteArchive::write_all(const Batch& batch) {
    auto events = insert_all(*writer_, "INSERT OR IGNORE INTO event VALUES(?,?,?,?,?,?,?,?)", batch.events,
                             insert_event);
    if (!events) return events.error();
    auto raws =
        insert_all(*writer_, "INSERT OR IGNORE INTO raw VALUES(?,?,?,?,?,?,?,?)", batch.raws, insert_raw);
    if (!raws) return raws.error();
    auto rows = insert_all(
        *writer_,
        "INSERT INTO conversation VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(workspace, id) "
        "DO UPDATE SET version=excluded.version, state=excluded.state, owner=excluded.owner, "
        "team=excluded.team, channel=excluded.channel, visibility=excluded.visibility, "
        "language=excluded.language, intent=excluded.intent, sentiment=excluded.sentiment, "
        "contact=excluded.contact, labels=excluded.labels, updated=excluded.updated, "
        "bytes=excluded.bytes WHERE excluded.version >= conversation.version",
        batch.conversations, upsert);
    if (!rows) return rows.error();
    auto audits = append_audit(*writer_, batch.audits);
    if (!audits) return audits.error();
    return insert_all(*writer_, "INSERT OR REPLACE INTO position VALUES(?,?)", batch.positions,
                      [](Statement& statement, const auto& position) {
                          return statement.bind(1, position.first).bind(2, position.second).run();
                      });
}

Result<void> SqliteArchive::write(const Batch& batch) {
    const std::lock_guard lock(write_mutex_);
    auto begun = writer_->run("BEGIN IMMEDIATE");
    if (!begun) return begun.error();
    auto written = write_all(batch);
    auto ended = writer_->run(written ? "COMMIT" : "ROLLBACK");
    if (!written) return written.error();
    if (!ended) (void)writer_->run("ROLLBACK");
    return ended;
}

Result<std::map<std::string, std::string>> SqliteArchive::positions() {
    const std::lock_guard lock(read_mutex_);
    auto statement = reader_->prepare("SELECT stream, id FROM position");
    if (!statement) return statement.error();
    std::map<std::string, std::string> positions;
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return positions;
        positions[statement->text(0)] = statement->text(1);
    }
}

Result<std::vector<v1::Conversation>> SqliteArchive::list(const Query& query) {
    const std::lock_guard lock(read_mutex_);
    std::vector<v1::Conversation> found;
    if (query.scope.empty()) return found;
    auto statement = prepare_list(*reader_, query);
    if (!statement) return statement.error();
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return found;
        v1::Conversation conversation;
        if (conversation.ParseFromString(statement->text(0))) found.push_back(std::move(conversation));
    }
}

Result<std::optional<v1::Conversation>> SqliteArchive::first(const Query& query) {
    const std::lock_guard lock(read_mutex_);
    std::optional<v1::Conversation> found;
    if (query.scope.empty()) return found;
    auto statement = prepare_first(*reader_, query);
    if (!statement) return statement.error();
    auto row = statement->step();
    if (!row) return row.error();
    v1::Conversation conversation;
    if (*row && conversation.ParseFromString(statement->text(0))) found = std::move(conversation);
    return found;
}

Result<std::map<int, std::int64_t>> SqliteArchive::count_states(const Query& query) {
    const std::lock_guard lock(read_mutex_);
    std::map<int, std::int64_t> counts;
    if (query.scope.empty()) return counts;
    auto statement = prepare_counts(*reader_, query);
    if (!statement) return statement.error();
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return counts;
        counts[static_cast<int>(statement->integer(0))] = statement->integer(1);
    }
}

Result<std::vector<AuditRow>> SqliteArchive::list_audit(const AuditQuery& query) {
    const std::lock_guard lock(read_mutex_);
    return read_audit(*reader_, query);
}

Result<AuditPart> SqliteArchive::check_audit(const std::string& workspace, const store::AuditHead& begin,
                                             std::int64_t after, int limit,
                                             const store::AcceptedDamage& accepted) {
    const std::lock_guard lock(read_mutex_);
    return check_audit_part(*reader_, workspace, begin, after, limit, accepted);
}

Result<AuditPart> SqliteArchive::check_old_audit(const std::string& workspace, const store::AuditHead& begin,
                                                 const AuditAge& age, const store::AcceptedDamage& accepted) {
    const std::lock_guard lock(read_mutex_);
    return check_old_audit_part(*reader_, workspace, begin, age, accepted);
}

Result<v1::AuditFault> SqliteArchive::audit_acceptance_of(const std::string& workspace,
                                                          const v1::AuditFault& damage) {
    const std::lock_guard lock(read_mutex_);
    auto told = damage;
    told.clear_accepted_by();
    told.clear_accepted_reason();
    auto found = read_acceptance(*reader_, workspace, told);
    if (!found) return found.error();
    return told;
}

Result<bool> SqliteArchive::tells_audit_cut(const std::string& workspace, const store::AuditHead& cut) {
    const std::lock_guard lock(read_mutex_);
    return has_cut_line(*reader_, workspace, cut);
}

Result<std::int64_t> SqliteArchive::drop_audit(const std::string& workspace, std::int64_t below, int limit) {
    const std::lock_guard lock(write_mutex_);
    return drop_audit_lines(*writer_, workspace, below, limit);
}

Result<std::map<std::string, store::AuditHead>> SqliteArchive::audit_heads() {
    const std::lock_guard lock(read_mutex_);
    return read_audit_heads(*reader_);
}

Result<std::string> SqliteArchive::audit_hash_of(const std::string& workspace, std::int64_t number) {
    const std::lock_guard lock(read_mutex_);
    return read_audit_hash(*reader_, workspace, number);
}

Result<std::vector<std::string>> SqliteArchive::erase(const std::string& workspace,
                                                      const std::vector<std::string>& conversations,
                                                      const std::vector<std::string>& words) {
    const std::scoped_lock lock(write_mutex_, read_mutex_);
    auto begun = writer_->run("BEGIN IMMEDIATE");
    if (!begun) return begun.error();
    auto blobs = erase_rows(*writer_, workspace, conversations, words);
    auto ended = writer_->run(blobs ? "COMMIT" : "ROLLBACK");
    if (!blobs) return blobs.error();
    if (!ended) return ended.error();
    auto fresh = write_anew();
    if (!fresh) return fresh.error();
    return blobs;
}

// A deleted row stays in its page, and in the log written ahead, until both are written anew.
Result<void> SqliteArchive::write_anew() {
    auto done = writer_->run("VACUUM");
    if (!done) return done.error();
    auto checkpoint = writer_->prepare("PRAGMA wal_checkpoint(TRUNCATE)");
    if (!checkpoint) return checkpoint.error();
    auto row = checkpoint->step();
    if (!row) return row.error();
    if (*row && checkpoint->integer(0) != 0) {
        return unavailable("somebody else reads the archive: its log cannot be emptied yet");
    }
    return {};
}

Result<std::int64_t> SqliteArchive::sweep(TimeMs raw_before, TimeMs events_before) {
    const std::lock_guard lock(write_mutex_);
    std::int64_t gone = 0;
    // In pieces, so that a writer never waits long.
    for (const auto& [sql, before] :
         {std::pair{"DELETE FROM raw WHERE rowid IN (SELECT rowid FROM raw WHERE at < ? LIMIT 5000)",
                    raw_before},
          std::pair{"DELETE FROM event WHERE rowid IN (SELECT rowid FROM event WHERE at < ? LIMIT 5000)",
                    events_before}}) {
        auto statement = writer_->prepare(sql);
        if (!statement) return statement.error();
        auto done = statement->bind(1, before).run();
        if (!done) return done.error();
        gone += writer_->changes();
    }
    return gone;
}

}  // namespace guichet::inbox
