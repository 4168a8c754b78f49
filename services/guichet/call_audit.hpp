#pragma once
// Writes and refused attempts at them, as they end, into the audit: who, by which grant, from where, on what,
// how it ended. The change itself is told by the store, in the same function call; what is lost here when the
// process dies is the last moments of this record, never the deed.
#include <deque>
#include <memory>

#include "common/obs/metrics.hpp"
#include "common/rpc/call_details.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/runtime/timer.hpp"
#include "common/store/audit_log.hpp"

namespace guichet {

class CallAudit {
  public:
    CallAudit(const rpc::asio::any_io_executor& executor, redis::Client& client, obs::Metrics& metrics);

    void start();
    // On the io thread; never waits.
    void record(const rpc::CallRecord& record);
    // What is left is written.
    rpc::asio::awaitable<void> stop();

    static constexpr std::size_t kMostWaiting = 20'000;

  private:
    rpc::asio::awaitable<void> flush();

    rpc::asio::any_io_executor executor_;
    store::AuditLog log_;
    std::deque<store::AuditLine> waiting_;
    obs::Counter lost_;
    std::unique_ptr<runtime::Periodic> flushing_;
};

// Pure: is it a deed? Customers' messages are none, nor what nobody known asked for; heartbeats and drafts
// only when they are refused.
bool is_deed(const rpc::CallRecord& record, const rpc::CallDetails& details);
store::AuditLine line_of(const rpc::CallRecord& record, const rpc::CallDetails& details);

}  // namespace guichet
