#pragma once
// Writes and refused attempts at them, as they end, into the audit: who, by which grant, from where, on what,
// how it ended. The change itself is told by the store, in the same function call, for most deeds
// (deeds.hpp). Of a deed that the store does not tell, this record is the only one: its answer waits for it.
// The others are gathered; what is lost of them when the process dies is the last moments of this record,
// never the deed.
#include <deque>
#include <memory>
#include <optional>

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
    // Both on the io thread. Never waits.
    void record(const rpc::CallRecord& record);
    // Nothing where the record can follow. Otherwise done when Redis has it, or did not take it: it then
    // stays in the list and is written later. What waits at the same moment goes together.
    std::optional<rpc::asio::awaitable<Result<void>>> before_answer(const rpc::CallRecord& record,
                                                                    const rpc::CallDetails& details);
    // What is left is written.
    rpc::asio::awaitable<void> stop();

    static constexpr std::size_t kMostWaiting = 20'000;

  private:
    bool full() const { return waiting_.size() >= kMostWaiting; }
    rpc::asio::awaitable<void> flush();
    rpc::asio::awaitable<Result<void>> written(std::uint64_t place);
    void give_up(std::uint64_t upto);

    rpc::asio::any_io_executor executor_;
    store::AuditLog log_;
    std::deque<store::AuditLine> waiting_;
    // Lines that ever came, those of them that Redis has, and those that nobody should wait for any more.
    std::uint64_t came_ = 0;
    std::uint64_t safe_ = 0;
    std::uint64_t given_up_ = 0;
    runtime::Event moved_;
    obs::Counter lost_;
    obs::Counter late_;
    std::unique_ptr<runtime::Periodic> flushing_;
};

store::AuditLine line_of(const rpc::CallRecord& record, const rpc::CallDetails& details);

}  // namespace guichet
