#pragma once
// A service's share of its work stream: leases on partitions, a consumer over them, dead letters for what
// cannot be done. The handler must be idempotent and have its entry acknowledged by the store function that
// records the outcome; see common/streams/consumer.hpp for what is promised.
#include <functional>
#include <memory>
#include <string>

#include "common/service/context.hpp"
#include "common/streams/consumer.hpp"
#include "common/streams/lease_keeper.hpp"
#include "common/streams/redis_lease_store.hpp"

namespace guichet::service {

class Worker {
  public:
    using Handler = std::function<boost::asio::awaitable<Result<void>>(streams::Entry)>;

    // `service` names the work stream and the consumer group: "routing".
    Worker(Context& context, std::string service, std::size_t in_flight, Handler handler);

    void start();
    // Work under way is finished or left pending; the partitions are given back.
    boost::asio::awaitable<void> stop();

    streams::Partitions& partitions() { return *keeper_; }

  private:
    boost::asio::awaitable<Result<void>> bury(streams::Entry entry, std::string reason);

    Context& context_;
    std::string service_;
    std::unique_ptr<streams::RedisLeaseStore> leases_;
    std::unique_ptr<streams::LeaseKeeper> keeper_;
    std::unique_ptr<streams::Consumer> consumer_;
};

}  // namespace guichet::service
