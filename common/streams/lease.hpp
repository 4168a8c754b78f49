#pragma once
// Leases on partitions: at any moment a partition of a service's work is read by one process, so that order
// holds. This header has the rule (who should hold what) and the store behind it; lease_keeper.hpp runs them.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/status.hpp"

namespace guichet::streams {

namespace asio = boost::asio;

struct Lease {
    int partition = 0;
    std::string holder;  // empty: free
    // Grows with every new holder: a write that names an older fence comes from someone who lost the lease.
    std::uint64_t fence = 0;
    std::chrono::milliseconds left{};
};

struct LeaseView {
    std::vector<std::string> members;  // alive, in any order, the caller among them
    std::vector<Lease> leases;         // those ever taken; a partition that is missing is free
};

struct LeasePlan {
    std::vector<int> acquire;
    std::vector<int> release;
};

// What `self` should do so that every member ends up with an equal share of `partitions` (one more for the
// first few by name) with as few moves as possible. Pure; all members come to agreeing plans from equal
// views.
LeasePlan plan_leases(const LeaseView& view, const std::string& self, int partitions);

// The name of the one process that runs the embedded Redis begins so. It holds the lock of the data
// directory: whoever bore such a name before is dead, and its leases need not be waited for.
inline constexpr std::string_view kSoleMember = "sole-";

// Those of `members` that are known to be dead because `self` lives.
std::vector<std::string> predecessors(const std::vector<std::string>& members, const std::string& self);

// Where leases live. One object speaks for one member of one service.
class LeaseStore {
  public:
    virtual ~LeaseStore() = default;
    // Says that the member lives for another `ttl`, renews all it holds, and tells how things stand.
    virtual asio::awaitable<Result<LeaseView>> beat(std::chrono::milliseconds ttl) = 0;
    // Takes those that are free or have run out; gives the ones it got, with their new fences.
    virtual asio::awaitable<Result<std::vector<Lease>>> acquire(std::vector<int> partitions,
                                                                std::chrono::milliseconds ttl) = 0;
    virtual asio::awaitable<Result<void>> release(std::vector<int> partitions) = 0;
    // Releases everything and is no longer a member.
    virtual asio::awaitable<Result<void>> leave() = 0;
};

}  // namespace guichet::streams
