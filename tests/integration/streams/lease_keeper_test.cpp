#include "common/streams/lease_keeper.hpp"

#include <gtest/gtest.h>

#include "common/streams/redis_lease_store.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::streams {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::wait_until;

constexpr char kKey[] = "{sys}:leases:routing";

class LeaseTest : public ::testing::Test, public Partitions::Subscriber {
  protected:
    struct Member {
        Member(LeaseTest& test, const std::string& name)
            : store(*test.client, kKey, name),
              owner(std::make_unique<LeaseKeeper>(test.io.get_executor(), store, name,
                                                  LeaseOptions{.partitions = 8, .ttl = 400ms, .beat = 50ms},
                                                  test::system_clock())),
              keeper(*owner) {}
        RedisLeaseStore store;
        std::unique_ptr<LeaseKeeper> owner;
        LeaseKeeper& keeper;
    };

    ~LeaseTest() override {
        if (client) run(io, client->stop());
    }
    void partitions_changed() override { ++changes; }
    bool busy(int partition) const override { return busy_partitions.contains(partition); }

    asio::io_context io;
    test::RedisServer server;
    std::unique_ptr<redis::Client> client = server.client(io);
    std::set<int> busy_partitions;
    int changes = 0;
};

TEST_F(LeaseTest, StoreTakesRenewsReleasesAndFences) {
    RedisLeaseStore a(*client, kKey, "a"), b(*client, kKey, "b");
    ASSERT_TRUE(run(io, a.beat(1000ms)));
    auto got = run(io, a.acquire({0, 1}, 1000ms));
    ASSERT_TRUE(got);
    ASSERT_EQ(got->size(), 2u);
    EXPECT_EQ((*got)[0].fence, 1u);
    EXPECT_TRUE(run(io, b.acquire({0}, 1000ms))->empty());
    auto view = run(io, b.beat(1000ms));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->members.size(), 2u);
    ASSERT_EQ(view->leases.size(), 2u);
    EXPECT_EQ(view->leases[0].holder, "a");
    EXPECT_GT(view->leases[0].left, 0ms);
    // Nobody releases what another holds.
    ASSERT_TRUE(run(io, b.release({0})));
    EXPECT_TRUE(run(io, b.acquire({0}, 1000ms))->empty());
    ASSERT_TRUE(run(io, a.release({0})));
    EXPECT_EQ((*run(io, b.acquire({0}, 1000ms)))[0].fence, 2u);
    ASSERT_TRUE(run(io, a.leave()));
    EXPECT_EQ((*run(io, b.acquire({1}, 1000ms)))[0].fence, 2u);
    EXPECT_EQ(run(io, b.beat(1000ms))->members, std::vector<std::string>{"b"});
}

TEST_F(LeaseTest, ALeaseThatRanOutIsFreeForOthersAndRenewableWhileUntaken) {
    RedisLeaseStore a(*client, kKey, "a"), b(*client, kKey, "b");
    ASSERT_TRUE(run(io, a.acquire({0, 1}, 1ms)));
    ASSERT_TRUE(wait_until(io, [&] { return run(io, b.acquire({0}, 60000ms))->size() == 1; }));
    auto view = run(io, a.beat(1000ms));
    ASSERT_EQ(view->leases.size(), 2u);
    for (const Lease& lease : view->leases) {
        EXPECT_EQ(lease.holder, lease.partition == 0 ? "b" : "a");
        EXPECT_EQ(lease.fence, lease.partition == 0 ? 2u : 1u);
    }
}

TEST_F(LeaseTest, WorksWhenRedisIsFull) {
    server.command(redis::Command("SET", "fill", std::string(3'000'000, 'x')));
    RedisLeaseStore a(*client, kKey, "a");
    ASSERT_TRUE(run(io, a.beat(1000ms)));
    server.command(redis::Command("CONFIG", "SET", "maxmemory-policy", "noeviction"));
    server.command(redis::Command("CONFIG", "SET", "maxmemory", "1mb"));
    ASSERT_FALSE(run(io, client->call(redis::Command("SET", "k", "v"))));
    EXPECT_TRUE(run(io, a.beat(1000ms)));
    EXPECT_EQ(run(io, a.acquire({0}, 1000ms))->size(), 1u);
}

TEST_F(LeaseTest, OneProcessHoldsAllWithItsFirstBeat) {
    RedisLeaseStore store(*client, kKey, "a");
    LeaseKeeper keeper(io.get_executor(), store, "a", {.partitions = 8, .ttl = 600s, .beat = 200s},
                       test::system_clock());
    keeper.subscribe(*this);
    keeper.start();
    ASSERT_TRUE(wait_until(io, [&] { return keeper.holdings().size() == 8; }));
    EXPECT_EQ(changes, 1);
    run(io, keeper.stop());
    EXPECT_TRUE(keeper.holdings().empty());
}

TEST_F(LeaseTest, ProcessesShareEvenlyAndNeverHoldTheSame) {
    Member a(*this, "a"), b(*this, "b");
    a.keeper.start();
    ASSERT_TRUE(wait_until(io, [&] { return a.keeper.holdings().size() == 8; }));
    b.keeper.start();
    bool shared = false;
    ASSERT_TRUE(wait_until(io, [&] {
        std::set<int> seen;
        for (auto* keeper : {&a.keeper, &b.keeper}) {
            for (const Holding& holding : keeper->holdings())
                shared |= !seen.insert(holding.partition).second;
        }
        return a.keeper.holdings().size() == 4 && b.keeper.holdings().size() == 4;
    }));
    EXPECT_FALSE(shared);
    // One that says goodbye is replaced at the next beat, not after the lease's time.
    run(io, b.keeper.stop());
    ASSERT_TRUE(wait_until(io, [&] { return a.keeper.holdings().size() == 8; }));
    run(io, a.keeper.stop());
}

TEST_F(LeaseTest, ABusyPartitionIsGivenBackOnlyWhenItsWorkIsDone) {
    Member a(*this, "a"), b(*this, "b");
    a.keeper.subscribe(*this);
    a.keeper.start();
    ASSERT_TRUE(wait_until(io, [&] { return a.keeper.holdings().size() == 8; }));
    for (int i = 0; i < 8; ++i) busy_partitions.insert(i);
    b.keeper.start();
    ASSERT_TRUE(wait_until(io, [&] { return a.keeper.holdings().size() == 4; }));
    EXPECT_FALSE(wait_until(
        io, [&] { return !b.keeper.holdings().empty(); }, 300ms));
    busy_partitions.clear();
    ASSERT_TRUE(wait_until(io, [&] { return b.keeper.holdings().size() == 4; }));
    run(io, b.keeper.stop());
    run(io, a.keeper.stop());
}

TEST_F(LeaseTest, TheOneThatRunsTheEmbeddedRedisTakesItsDeadPredecessorsPlaceAtOnce) {
    RedisLeaseStore dead(*client, kKey, "sole-p1"), other(*client, kKey, "p2");
    ASSERT_EQ(run(io, dead.acquire({0, 1, 2, 3}, 600s))->size(), 4u);
    ASSERT_TRUE(run(io, dead.beat(600s)));
    ASSERT_EQ(run(io, other.acquire({4, 5, 6, 7}, 600s))->size(), 4u);
    ASSERT_TRUE(run(io, other.beat(600s)));
    RedisLeaseStore next(*client, kKey, "sole-p3");
    LeaseKeeper keeper(io.get_executor(), next, "sole-p3", {.partitions = 8, .ttl = 600s, .beat = 200s},
                       test::system_clock());
    keeper.start();
    ASSERT_TRUE(wait_until(io, [&] { return keeper.holdings().size() == 4; }));
    EXPECT_EQ(keeper.holdings()[0].fence, 2u);
    // The other process lives on and keeps its share.
    EXPECT_EQ(run(io, other.beat(600s))->members.size(), 2u);
    run(io, keeper.stop());
}

TEST_F(LeaseTest, ADeadProcessIsReplacedAfterItsTime) {
    Member a(*this, "a"), b(*this, "b");
    a.keeper.start();
    ASSERT_TRUE(wait_until(io, [&] { return a.keeper.holdings().size() == 8; }));
    auto fence = a.keeper.holdings()[0].fence;
    // Dies without a word. (Its store lives on: a beat may be under way.)
    a.owner.reset();
    b.keeper.start();
    ASSERT_TRUE(wait_until(io, [&] { return b.keeper.holdings().size() == 8; }));
    EXPECT_GT(b.keeper.holdings()[0].fence, fence);
    run(io, b.keeper.stop());
}

TEST_F(LeaseTest, WithoutRedisLeasesAreForgottenInTimeAndTakenAgainLater) {
    server.kill9();
    server.start();
    Member a(*this, "a");
    a.keeper.start();
    ASSERT_TRUE(wait_until(io, [&] { return a.keeper.holdings().size() == 8; }));
    server.kill9();
    ASSERT_TRUE(wait_until(io, [&] { return a.keeper.holdings().empty(); }));
    server.start();
    // The server kept nothing, the function library included.
    ASSERT_TRUE(wait_until(io, [&] { return a.keeper.holdings().size() == 8; }));
    run(io, a.keeper.stop());
}

}  // namespace
}  // namespace guichet::streams
