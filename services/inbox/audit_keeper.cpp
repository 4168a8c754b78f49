#include "services/inbox/audit_keeper.hpp"

#include "common/obs/log.hpp"

namespace guichet::inbox {
namespace {

std::string told(const store::AuditHead& head) {
    return std::to_string(head.number) + " (" + head.hash.substr(0, 12) + ")";
}

// What came since may reach beyond the end that was noted: the line itself must be there.
asio::awaitable<Result<bool>> holds_what_was_noted(runtime::Pool& pool, Archive& archive,
                                                   store::AuditLog& log, std::string workspace) {
    auto noted = co_await log.anchored(workspace);
    if (!noted) co_return noted.error();
    if (!*noted) co_return true;
    auto* lines = &archive;
    auto job = [lines, workspace, number = (*noted)->number] {
        return lines->audit_hash_of(workspace, number);
    };
    auto hash = co_await pool.run(std::move(job));
    if (!hash) co_return hash.error();
    co_return *hash == (*noted)->hash;
}

}  // namespace

asio::awaitable<void> AuditKeeper::anchor() {
    auto* archive = &archive_;
    auto heads = co_await context_.pool.run([archive] { return archive->audit_heads(); });
    if (!heads) co_return;
    for (const auto& [workspace, head] : *heads) {
        const auto known = anchored_.find(workspace);
        if (known != anchored_.end() && known->second == head.number) continue;
        auto done = co_await anchor_one(workspace, head);
        if (done) {
            anchored_[workspace] = head.number;
        } else {
            log::warn("audit.not_anchored", {{"workspace", workspace}, {"status", done.error()}});
        }
    }
}

asio::awaitable<Result<void>> AuditKeeper::anchor_one(std::string workspace, store::AuditHead head) {
    auto whole = co_await holds_what_was_noted(context_.pool, archive_, log_, workspace);
    if (!whole) co_return whole.error();
    if (!*whole) co_return co_await mark_broken(std::move(workspace), std::move(head));
    auto done = co_await log_.anchor(workspace, head, false);
    if (done || done.error().reason != "audit_damaged") co_return done;
    co_return co_await mark_broken(std::move(workspace), std::move(head));
}

// The line comes before the new anchor: whatever happens between the two, it is told.
asio::awaitable<Result<void>> AuditKeeper::mark_broken(std::string workspace, store::AuditHead head) {
    auto noted = co_await log_.anchored(workspace);
    if (!noted) co_return noted.error();
    const auto was = *noted ? told(**noted) : std::string("unknown");
    log::error("audit.damaged", {{"workspace", workspace}, {"noted", was}, {"found", told(head)}});
    const auto words = "the log ended at line " + was + " before; the archive's ended at " + told(head);
    streams::Entry entry;
    entry.id = std::to_string(context_.clock.now()) + "-" + was;
    entry.fields = {{"w", workspace}, {"t", "audit.broken"}, {"e", "ok"}, {"x", words}};
    auto row = audit_of(entry, context_.random);
    row.source = "keeper";
    Batch batch;
    batch.audits.push_back(std::move(row));
    auto* archive = &archive_;
    auto job = [archive, batch = std::move(batch)] { return archive->write(batch); };
    auto written = co_await context_.pool.run(std::move(job));
    if (!written) co_return written.error();
    auto heads = co_await context_.pool.run([archive] { return archive->audit_heads(); });
    if (!heads) co_return heads.error();
    auto fresh = (*heads)[workspace];
    co_return co_await log_.anchor(std::move(workspace), std::move(fresh), true);
}

}  // namespace guichet::inbox
