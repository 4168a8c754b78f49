// The store on a Redis Cluster: what has to be on, or is asked of, every master.
#include <gtest/gtest.h>

#include "common/redis/embedded.hpp"
#include "common/store/records.hpp"
#include "common/store/restoring.hpp"
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

    // An answer that waits to be sent, of a workspace of its own.
    void answer_waits(const WorkspaceId& workspace) {
        expect(store.create_workspace(workspace));
        store::Inbound message;
        message.workspace = workspace;
        message.channel = ChannelId("form");
        message.external_id = message.thread = "m1";
        message.author = "anna";
        message.text = "hello";
        message.blob = store::encode_message(v1::Message{});
        const auto stored = expect(store.ingest(message));
        store::TriageDecision decision;
        decision.workspace = workspace;
        decision.conversation = stored.conversation;
        decision.seq = stored.seq;
        decision.due = 1000;
        expect(store.triage(decision));
        const store::By bob{workspace, "bob", {}, "*"};
        const auto mine = expect(store.claim(bob, stored.conversation, std::chrono::minutes(1), 5));
        store::Sending sending;
        sending.conversation = mine.conversation;
        sending.epoch = mine.epoch;
        sending.inbound_seq = 1;
        sending.delivery = DeliveryId("D1");
        sending.text = "our answer";
        sending.blob = store::encode_message(v1::Message{});
        sending.undo = std::chrono::hours(1);
        expect(store.send(bob, sending));
    }
    template <class T>
    T expect(asio::awaitable<Result<T>> work) {
        auto result = run(io, std::move(work));
        if (!result) throw std::runtime_error(to_string(result.error()));
        if constexpr (!std::is_void_v<T>) return std::move(*result);
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

TEST_F(StoreOfACluster, ConversationsAreInOnePieceWhereEveryMasterKeepsThemSo) {
    EXPECT_FALSE(run(io, store::read_redis_facts(*client))->compact) << "not by itself";
    for (std::size_t master = 0; master < 3; ++master)
        for (const auto& [name, value] : redis::kCompactHashes)
            cluster.master(master).command(redis::Command("CONFIG", "SET", name, value));
    EXPECT_TRUE(run(io, store::read_redis_facts(*client))->compact);
    cluster.master(1).command(redis::Command("CONFIG", "SET", "hash-max-listpack-value", "64"));
    EXPECT_FALSE(run(io, store::read_redis_facts(*client))->compact);
}

TEST_F(StoreOfACluster, ARestoredOneDoubtsTheAnswersOfEveryMaster) {
    constexpr int kWorkspaces = 12;
    for (int i = 0; i < kWorkspaces; ++i) answer_waits(WorkspaceId("w" + std::to_string(i)));
    store::Restoring restoring(store, 16);
    EXPECT_EQ(expect(restoring.doubt_deliveries(std::chrono::seconds(1))), kWorkspaces);
    EXPECT_EQ(expect(restoring.doubt_deliveries(std::chrono::seconds(1))), 0) << "they are in doubt already";
}

}  // namespace
}  // namespace guichet::test
