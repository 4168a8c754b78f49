#include "services/guichet/call_audit.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "common/obs/log.hpp"

namespace guichet {
namespace {

using namespace std::chrono_literals;

constexpr auto kFlush = 200ms;
constexpr auto kLastFlush = 2s;

// Heartbeats, who looks, drafts, and taking what is there, which may be nothing: what was taken is an event.
constexpr std::array<std::string_view, 5> kNoDeeds{
    "guichet.v1.RoutingService/Renew", "guichet.v1.RoutingService/ClaimNext",
    "guichet.v1.RoutingService/SetPresence", "guichet.v1.ReplyService/SaveDraft",
    "guichet.v1.DeskService/Attend"};

}  // namespace

bool is_deed(const rpc::CallRecord& record, const rpc::CallDetails& details) {
    return details.write && !record.workspace.empty() &&
           record.method.find(".IngestService/") == std::string_view::npos &&
           (!record.status.ok() ||
            std::find(kNoDeeds.begin(), kNoDeeds.end(), record.method) == kNoDeeds.end());
}

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
      lost_(metrics.counter("guichet_audit_lost_total", "Records of calls that found no place")) {}

void CallAudit::start() {
    flushing_ =
        std::make_unique<runtime::Periodic>(executor_, "audit.calls", kFlush, [this] { return flush(); });
}

void CallAudit::record(const rpc::CallRecord& record) {
    const auto& details = rpc::details_of_record();
    if (!is_deed(record, details)) return;
    if (waiting_.size() >= kMostWaiting) {
        lost_.add();
        return;
    }
    waiting_.push_back(line_of(record, details));
}

rpc::asio::awaitable<void> CallAudit::flush() {
    while (!waiting_.empty()) {
        const auto count = std::min(waiting_.size(), store::AuditLog::kMostLines);
        std::vector<store::AuditLine> lines(waiting_.begin(),
                                            waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        auto added = co_await log_.add(std::move(lines));
        if (!added) {
            // They stay, up to the limit; Redis comes back, or the calls end as well.
            obs::log::warn("audit.calls_wait", {{"status", added.error()}, {"waiting", waiting_.size()}});
            co_return;
        }
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    }
}

rpc::asio::awaitable<void> CallAudit::stop() {
    if (!flushing_) co_return;
    co_await flushing_->stop(kLastFlush);
    flushing_.reset();
    co_await flush();
}

}  // namespace guichet
