#include "services/guichet/call_audit.hpp"

#include <algorithm>
#include <chrono>

#include "common/obs/log.hpp"
#include "services/guichet/deeds.hpp"

namespace guichet {
namespace {

using namespace std::chrono_literals;

constexpr auto kFlush = 200ms;
constexpr auto kLastFlush = 2s;
// Whoever waits sets a shorter limit.
constexpr auto kLongest = 10s;

}  // namespace

store::AuditLine line_of(const rpc::CallRecord& record, const rpc::CallDetails& details) {
    store::AuditLine line;
    line.workspace = record.workspace;
    line.kind = "call." + std::string(record.method.substr(record.method.find('/') + 1));
    line.actor = record.actor;
    line.grant = details.grant;
    line.address = record.peer;
    line.conversation = details.conversation;
    line.subject = details.subject;
    line.result = record.status.ok() ? "ok" : to_string(record.status.code);
    for (auto& c : line.result) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    line.detail = record.status.reason;
    line.request = record.request_id;
    return line;
}

CallAudit::CallAudit(const rpc::asio::any_io_executor& executor, redis::Client& client, obs::Metrics& metrics)
    : executor_(executor),
      log_(client),
      lost_(metrics.counter("guichet_audit_lost_total", "Records of calls that found no place")),
      late_(metrics.counter("guichet_audit_late_total",
                            "Deeds that were answered before their record was safe")) {}

void CallAudit::start() {
    flushing_ =
        std::make_unique<runtime::Periodic>(executor_, "audit.calls", kFlush, [this] { return flush(); });
}

void CallAudit::record(const rpc::CallRecord& record) {
    const auto& details = rpc::details_of_record();
    if (details.told) {
        if (!details.safe) late_.add();
        return;
    }
    if (!is_deed(record, details)) return;
    if (full()) {
        lost_.add();
        return;
    }
    waiting_.push_back(line_of(record, details));
    ++came_;
}

// Where there is no room left it is counted by record().
std::optional<rpc::asio::awaitable<Result<void>>> CallAudit::before_answer(const rpc::CallRecord& record,
                                                                           const rpc::CallDetails& details) {
    if (!flushing_ || full() || !is_told_by_its_record_alone(record, details)) return std::nullopt;
    waiting_.push_back(line_of(record, details));
    ++came_;
    flushing_->poke();
    return written(came_);
}

rpc::asio::awaitable<Result<void>> CallAudit::written(std::uint64_t place) {
    const auto settled = [this, place] { return safe_ >= place || given_up_ >= place; };
    co_await moved_.wait_for(settled, kLongest);
    if (safe_ >= place) co_return Result<void>{};
    co_return unavailable("the record of this call waits for Redis");
}

void CallAudit::give_up(std::uint64_t upto) {
    given_up_ = upto;
    moved_.notify_all();
}

rpc::asio::awaitable<void> CallAudit::flush() {
    while (!waiting_.empty()) {
        const auto count = std::min(waiting_.size(), store::AuditLog::kMostLines);
        const auto upto = came_;
        std::vector<store::AuditLine> lines(waiting_.begin(),
                                            waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        auto added = co_await log_.add(std::move(lines));
        if (!added) {
            // They stay, up to the limit; Redis comes back, or the calls end as well.
            obs::log::warn("audit.calls_wait", {{"status", added.error()}, {"waiting", waiting_.size()}});
            give_up(upto);
            co_return;
        }
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        safe_ += count;
        moved_.notify_all();
    }
}

rpc::asio::awaitable<void> CallAudit::stop() {
    if (!flushing_) co_return;
    co_await flushing_->stop(kLastFlush);
    flushing_.reset();
    co_await flush();
    give_up(came_);
}

}  // namespace guichet
