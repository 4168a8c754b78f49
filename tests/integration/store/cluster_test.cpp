// The store on a Redis Cluster: what has to be on, or is asked of, every master.
#include <gtest/gtest.h>

#include "common/store/store.hpp"
#include "common/store/vitals.hpp"
#include "tests/support/redis_cluster.hpp"

namespace guichet::test {
namespace {

class StoreOfACluster : public ::testing::Test {
  protected:
    StoreOfACluster() {
        const auto loaded = run(io, store.load());
        if (!loaded) throw std::runtime_error(to_string(loaded.error()));
    }
    ~StoreOfACluster() override { run(io, client->stop()); }

    std::size_t libraries_at(std::size_t master) {
        return cluster.master(master).command(redis::Command("FUNCTION", "LIST")).size();
    }

    asio::io_context io;
    RedisCluster cluster;
    std::unique_ptr<redis::Client> client = cluster.client(io);
    store::Store store{*client, system_random(), system_clock()};
};

TEST_F(StoreOfACluster, EveryMasterHasTheLibraryAndGetsItAgain) {
    for (std::size_t master = 0; master < 3; ++master) ASSERT_EQ(libraries_at(master), 1u);
    for (std::size_t master = 0; master < 3; ++master)
        cluster.master(master).command(redis::Command("FUNCTION", "FLUSH"));
    const WorkspaceId workspace("main");
    ASSERT_TRUE(run(io, store.create_workspace(workspace)));
    ASSERT_TRUE(run(io, store.put_document({workspace, "test", {}, "*"}, "kind", "id", -1, "bytes")));
    for (std::size_t master = 0; master < 3; ++master) EXPECT_EQ(libraries_at(master), 1u);
}

TEST_F(StoreOfACluster, ItIsAsFullAsItsFullestMaster) {
    EXPECT_EQ(*run(io, store.memory_share()), 0.0);
    cluster.master(1).command(redis::Command("CONFIG", "SET", "maxmemory", "100mb"));
    const auto share = *run(io, store.memory_share());
    EXPECT_GT(share, 0.0);
    cluster.master(2).command(redis::Command("CONFIG", "SET", "maxmemory", "50mb"));
    EXPECT_GT(*run(io, store.memory_share()), share);
}

TEST_F(StoreOfACluster, ItsFactsAreThoseOfTheWorstMaster) {
    cluster.master(0).command(redis::Command("CONFIG", "SET", "maxmemory", "100mb"));
    cluster.master(2).command(redis::Command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru"));
    auto facts = run(io, store::read_redis_facts(*client));
    ASSERT_TRUE(facts) << to_string(facts.error());
    EXPECT_TRUE(facts->cluster);
    EXPECT_EQ(facts->eviction, "allkeys-lru");
    // One without a limit is told of.
    EXPECT_EQ(facts->most_bytes, 0);
    EXPECT_GT(facts->now, 0);
    for (std::size_t master = 0; master < 3; ++master)
        cluster.master(master).command(redis::Command("CONFIG", "SET", "appendfsync", "always"));
    EXPECT_EQ(run(io, store::read_redis_facts(*client))->fsync, "always");
    cluster.master(1).command(redis::Command("CONFIG", "SET", "appendfsync", "no"));
    EXPECT_EQ(run(io, store::read_redis_facts(*client))->fsync, "no");
}

}  // namespace
}  // namespace guichet::test
