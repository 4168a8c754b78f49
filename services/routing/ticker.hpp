#pragma once
// Time: leases that end, snoozes, reservations, undo windows, retries, silent attempts. The store does what
// is due; this asks it to, for every partition whose routing work this process holds.
#include <map>
#include <memory>

#include "common/runtime/event.hpp"
#include "common/runtime/timer.hpp"
#include "common/service/context.hpp"
#include "common/streams/partitions.hpp"

namespace guichet::routing {

namespace asio = boost::asio;

class Ticker {
  public:
    Ticker(service::Context& context, streams::Partitions& partitions, runtime::Event& arrivals);

    void start();
    asio::awaitable<void> stop();

    // One round over the partitions held; for tests too.
    asio::awaitable<void> round();

  private:
    asio::awaitable<bool> resume_new();
    store::Tick settings() const;

    service::Context& context_;
    streams::Partitions& partitions_;
    runtime::Event& arrivals_;
    // Fence of each partition for which leases were started anew.
    std::map<int, std::uint64_t> resumed_;
    bool was_away_ = false;
    std::unique_ptr<runtime::Periodic> periodic_;
};

}  // namespace guichet::routing
