#pragma once
// Leases in Redis: one hash for each service, changed by the functions of leases.lua, whose library
// (guichet_streams_1) is loaded when Redis does not know it.
#include <string>
#include <vector>

#include "common/redis/client.hpp"
#include "common/streams/lease.hpp"

namespace guichet::streams {

class RedisLeaseStore final : public LeaseStore {
  public:
    // `key`: of the service's hash, e.g. "{sys}:leases:routing". `member`: unique among processes, no spaces.
    // With its first beat it gives back what its dead predecessors hold (see kSoleMember).
    RedisLeaseStore(redis::Client& client, std::string key, std::string member);

    asio::awaitable<Result<LeaseView>> beat(std::chrono::milliseconds ttl) override;
    asio::awaitable<Result<std::vector<Lease>>> acquire(std::vector<int> partitions,
                                                        std::chrono::milliseconds ttl) override;
    asio::awaitable<Result<void>> release(std::vector<int> partitions) override;
    asio::awaitable<Result<void>> leave() override;

  private:
    asio::awaitable<Result<redis::Reply>> call(redis::Command command);
    redis::Command function(const char* name) const;
    redis::Command function(const char* name, const std::string& member) const;
    asio::awaitable<Result<LeaseView>> look(std::chrono::milliseconds ttl);
    asio::awaitable<Result<void>> bury(std::vector<std::string> dead);

    redis::Client& client_;
    std::string key_;
    std::string member_;
    bool succeeded_ = false;
};

// Text of the function library.
const char* leases_library();

}  // namespace guichet::streams
