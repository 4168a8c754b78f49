#pragma once
// Keeps this process's share of a service's partitions: beats, takes what is free up to its share, gives back
// what is too much once its work is done, and forgets what it could not renew in time.
#include <chrono>
#include <map>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/streams/lease.hpp"
#include "common/streams/partitions.hpp"

namespace guichet::streams {

struct LeaseOptions {
    int partitions = 16;
    // How long a process that is silent keeps its partitions.
    std::chrono::milliseconds ttl{10000};
    // Between beats; at most a third of ttl.
    std::chrono::milliseconds beat{2000};
};

class LeaseKeeper final : public Partitions {
  public:
    // All must outlive the keeper, and `store` also a stop() that ran out of time.
    LeaseKeeper(asio::any_io_executor executor, LeaseStore& store, std::string member, LeaseOptions options,
                const Clock& clock);
    ~LeaseKeeper() override;

    void start();
    // Stops beating and gives everything back, so that others need not wait; stop the consumers before.
    asio::awaitable<void> stop();

    // Leases known to be ours at this moment, by our own clock.
    std::vector<Holding> holdings() const override;
    // Why the last beat failed; OK when it did not.
    const Status& last_error() const;

  private:
    struct State;
    static asio::awaitable<void> run(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace guichet::streams
