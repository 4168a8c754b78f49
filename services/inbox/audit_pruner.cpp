#include "services/inbox/audit_pruner.hpp"

#include <algorithm>

#include "common/obs/log.hpp"

namespace guichet::inbox {
namespace {

constexpr TimeMs kLook = 60'000;
// Lines stay so much longer, a tenth of their time at most: a cut is itself a line.
constexpr TimeMs kSlack = TimeMs{24} * 3600 * 1000;

AuditAge age_of(TimeMs now, TimeMs keep) {
    AuditAge age;
    age.before = now - keep;
    age.due = age.before - std::min(kSlack, keep / 10);
    age.limit = AuditPruner::kMostCut;
    return age;
}

// What was found before and told by a line is no reason to keep that line for ever.
const v1::AuditFault* fault_of(const AuditPart& part) {
    for (const auto& fault : part.faults) {
        if (fault.problem() != "broken_before") return &fault;
    }
    return nullptr;
}

}  // namespace

asio::awaitable<void> AuditPruner::work() {
    const auto now = context_.clock.now();
    const auto keep = context_.settings.audit.keep.count();
    if (now < next_look_ && keep == keep_) co_return;
    keep_ = keep;
    next_look_ = now + (keep > 0 ? std::min<TimeMs>(kLook, keep) : kLook);
    auto* archive = &archive_;
    auto heads = co_await context_.pool.run([archive] { return archive->audit_heads(); });
    if (!heads) co_return;
    for (const auto& [workspace, head] : *heads) {
        auto more = co_await tend(workspace, keep);
        if (!more) {
            log::error("audit.not_pruned", {{"workspace", workspace}, {"status", more.error()}});
        } else if (*more) {
            next_look_ = now;
        }
    }
}

AuditPruner::More AuditPruner::tend(std::string workspace, TimeMs keep) {
    auto cut = co_await log_.cut(workspace);
    if (!cut) co_return cut.error();
    if (*cut) {
        auto more = co_await drop(workspace, **cut);
        if (!more || *more) co_return more;
    }
    if (keep == 0) co_return false;
    auto begin = cut->value_or(audit_beginning());
    co_return co_await cut_further(std::move(workspace), std::move(begin), keep);
}

AuditPruner::More AuditPruner::drop(std::string workspace, store::AuditHead cut) {
    auto* archive = &archive_;
    auto ask = [archive, workspace, cut] { return archive->tells_audit_cut(workspace, cut); };
    auto told = co_await context_.pool.run(std::move(ask));
    if (!told) co_return told.error();
    if (!*told) {
        co_return make_status(Code::data_loss,
                              "a cut at line " + std::to_string(cut.number) +
                                  " is noted, of which the audit does not tell: nothing is removed",
                              "cut_untold");
    }
    // The end that is noted must be among what stays.
    auto noted = co_await log_.anchored(workspace);
    if (!noted) co_return noted.error();
    if (!*noted || (*noted)->number < cut.number) co_return true;
    auto job = [archive, workspace, below = cut.number] {
        return archive->drop_audit(workspace, below, kMostDropped);
    };
    auto dropped = co_await context_.pool.run(std::move(job));
    if (!dropped) co_return dropped.error();
    co_return *dropped == kMostDropped;
}

AuditPruner::More AuditPruner::cut_further(std::string workspace, store::AuditHead begin, TimeMs keep) {
    const auto now = context_.clock.now();
    auto accepted = co_await log_.accepted(workspace);
    if (!accepted) co_return accepted.error();
    auto* archive = &archive_;
    auto look = [archive, workspace, begin, age = age_of(now, keep), known = std::move(*accepted)] {
        return archive->check_old_audit(workspace, begin, age, known);
    };
    auto part = co_await context_.pool.run(std::move(look));
    if (!part) co_return part.error();
    if (const auto* fault = fault_of(*part)) {
        co_return make_status(Code::data_loss,
                              "line " + std::to_string(fault->number()) + ": " + fault->explanation() +
                                  ": nothing is removed until it is accepted",
                              "audit_damaged");
    }
    if (part->checked == 0) co_return false;
    const store::AuditHead cut{part->last + 1, part->last_hash};
    Batch batch;
    batch.audits.push_back(audit_cut_line(workspace, cut, now));
    auto job = [archive, batch = std::move(batch)] { return archive->write(batch); };
    auto written = co_await context_.pool.run(std::move(job));
    if (!written) co_return written.error();
    auto noted = co_await log_.note_cut(workspace, cut);
    if (!noted) co_return noted.error();
    log::info("audit.cut", {{"workspace", workspace}, {"begins", cut.number}, {"removed", part->checked}});
    co_return true;
}

}  // namespace guichet::inbox
