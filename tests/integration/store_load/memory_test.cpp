// Memory is full: nothing more comes in, and what is there can leave.
#include <gtest/gtest.h>

#include "common/store/reads.hpp"
#include "common/store/store.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::test {
namespace {

class MemoryTest : public ::testing::Test {
  protected:
    template <class T>
    Result<T> ask(asio::awaitable<Result<T>> work) {
        return run(io_, std::move(work));
    }

    store::Inbound message(int number) const {
        store::Inbound m;
        m.workspace = kBrand;
        m.channel = ChannelId("form");
        m.external_id = m.thread = m.author = std::to_string(number);
        m.blob = std::string(100'000, 'x');
        return m;
    }

    const WorkspaceId kBrand{"brand"};
    asio::io_context io_;
    RedisServer server_{
        RedisServerOptions{.arguments = {"--maxmemory", "8mb", "--maxmemory-policy", "noeviction"}}};
    SystemClock clock_;
    SeededRandom random_{3};
    std::unique_ptr<redis::Client> client_ = server_.client(io_);
    store::Store store_{*client_, random_, clock_};
};

TEST_F(MemoryTest, WorkCanBeDoneAndEndedThoughNothingComesInAnyMore) {
    ASSERT_TRUE(ask(store_.load()));
    ASSERT_TRUE(ask(store_.create_workspace(kBrand)));
    std::vector<ConversationId> stored;
    Status refusal;
    for (int i = 0; i < 1000 && refusal.ok(); ++i) {
        const auto ingested = ask(store_.ingest(message(i)));
        if (ingested) {
            stored.push_back(ingested->conversation);
        } else {
            refusal = ingested.error();
        }
    }
    EXPECT_EQ(refusal.code, Code::unavailable) << to_string(refusal);
    EXPECT_EQ(refusal.reason, "oom");
    ASSERT_GT(stored.size(), 2U);

    store::TriageDecision d;
    d.workspace = kBrand;
    d.conversation = stored[0];
    d.seq = 1;
    d.language = "fr";
    EXPECT_TRUE(ask(store_.triage(d)));
    const store::By bob{kBrand, "bob", "", "*"};
    const auto mine = ask(store_.claim_next(bob, {}));
    ASSERT_TRUE(mine && *mine);
    EXPECT_TRUE(ask(store_.claim(bob, stored[1], std::chrono::seconds(60), 5)));
    EXPECT_TRUE(ask(store_.renew(bob, {}, std::chrono::seconds(60))));
    EXPECT_TRUE(ask(store_.set_presence(bob, "offline", 0, 5)));
    const auto again = ask(store_.claim_next(bob, {}));
    ASSERT_TRUE(again && *again);
    store::Resolution solved;
    solved.conversation = (*again)->conversation;
    solved.epoch = (*again)->epoch;
    solved.outcome = "solved";
    EXPECT_TRUE(ask(store_.resolve(bob, solved)));
    EXPECT_TRUE(ask(store_.tick(store::Partition(0), {})));
}

}  // namespace
}  // namespace guichet::test
