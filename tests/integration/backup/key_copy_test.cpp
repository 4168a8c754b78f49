#include "services/guichet/backup/key_copy.hpp"

#include <gtest/gtest.h>

#include "tests/support/redis_cluster.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::backup {
namespace {

using redis::Command;
using test::run;

constexpr int kKeys = 250;

void silent(const char*, std::int64_t, std::int64_t) {}

class KeyCopyTest : public ::testing::Test {
  protected:
    ~KeyCopyTest() override { run(io, from->stop()); }

    redis::Reply ask(redis::Client& client, Command command) {
        auto reply = run(io, client.call(std::move(command)));
        EXPECT_TRUE(reply) << to_string(reply.error());
        return reply ? *reply : redis::Reply();
    }
    void fill() {
        for (int i = 0; i < kKeys; ++i) ask(*from, Command("SET", "k" + std::to_string(i), i));
        ask(*from, Command("HSET", "hash", "name", "Ada"));
        ask(*from, Command("XADD", "stream", "5-1", "type", "x"));
        ask(*from, Command("XGROUP", "CREATE", "stream", "readers", "0"));
        ask(*from, Command("ZADD", "queue", "1.5", "one"));
        ask(*from, Command("SET", "passing", "v"));
        ask(*from, Command("PEXPIREAT", "passing", kPasses));
    }
    void expect_all_in(redis::Client& target) {
        for (int i = 0; i < kKeys; ++i)
            EXPECT_EQ(ask(target, Command("GET", "k" + std::to_string(i))).to_integer(-1), i);
        EXPECT_EQ(ask(target, Command("HGET", "hash", "name")).text(), "Ada");
        EXPECT_EQ(ask(target, Command("XRANGE", "stream", "-", "+"))[0][0].text(), "5-1");
        EXPECT_EQ(ask(target, Command("XINFO", "GROUPS", "stream"))[0][1].text(), "readers");
        EXPECT_EQ(ask(target, Command("ZSCORE", "queue", "one")).text(), "1.5");
        EXPECT_EQ(ask(target, Command("PEXPIRETIME", "passing")).to_integer(), kPasses);
        EXPECT_EQ(ask(target, Command("PEXPIRETIME", "hash")).to_integer(), -1);
    }

    static constexpr std::int64_t kPasses = 4'000'000'000'000;
    asio::io_context io;
    test::RedisServer source;
    std::unique_ptr<redis::Client> from = source.client(io);
};

TEST_F(KeyCopyTest, IntoOneRedisGoesEverythingAsItStands) {
    fill();
    test::RedisServer other;
    auto target = other.client(io);
    // So small that each key goes alone.
    const auto copied = run(io, copy_keys(*from, *target, CopyLimits{1, 1 << 20}, silent));
    ASSERT_TRUE(copied) << to_string(copied.error());
    expect_all_in(*target);
    run(io, target->stop());
}

TEST_F(KeyCopyTest, IntoAClusterEachKeyGoesToItsMaster) {
    fill();
    test::RedisCluster cluster;
    auto target = cluster.client(io);
    ASSERT_TRUE(run(io, require_no_keys(*target)));
    const auto copied = run(io, copy_keys(*from, *target, CopyLimits(), silent));
    ASSERT_TRUE(copied) << to_string(copied.error());
    expect_all_in(*target);
    const auto refused = run(io, require_no_keys(*target));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "not_empty");
    run(io, target->stop());
}

TEST_F(KeyCopyTest, AKeyThatRedisWouldNotTakeIsTold) {
    ask(*from, Command("SET", "large", std::string(5000, 'a') + "b"));
    test::RedisServer other;
    auto target = other.client(io);
    const auto refused = run(io, copy_keys(*from, *target, CopyLimits{1 << 20, 20}, silent));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "key_too_large");
    EXPECT_EQ(ask(*target, Command("DBSIZE")).to_integer(-1), 0);
    run(io, target->stop());
}

}  // namespace
}  // namespace guichet::backup
