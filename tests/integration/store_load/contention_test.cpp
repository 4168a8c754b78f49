// Many agents ask for the next conversation at the same time.
#include <algorithm>
#include <map>
#include <set>

#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "common/store/reads.hpp"
#include "common/store/store.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::test {
namespace {

constexpr int kAgents = 64;
constexpr int kWaiting = 1000;
constexpr int kConnections = 8;

struct Taken {
    std::string conversation, agent;
};

class ContentionTest : public ::testing::Test {
  protected:
    struct Connection {
        Connection(RedisServer& server, asio::io_context& io, Random& random, const Clock& clock)
            : client(server.client(io)), store(*client, random, clock) {}
        std::unique_ptr<redis::Client> client;
        store::Store store;
    };

    ContentionTest() {
        for (int i = 0; i < kConnections; ++i) {
            connections_.push_back(std::make_unique<Connection>(server_, io_, random_, clock_));
        }
        must(front().load());
        must(front().create_workspace(kBrand));
    }
    store::Store& front() { return connections_.front()->store; }

    template <class T>
    T must(asio::awaitable<Result<T>> work) {
        auto result = run(io_, std::move(work));
        if (!result) throw std::runtime_error(to_string(result.error()));
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }

    // Spread over queues, so that the most urgent one must be found among several heads.
    asio::awaitable<void> fill() {
        for (int i = 0; i < kWaiting; ++i) {
            store::Inbound m;
            m.workspace = kBrand;
            m.channel = ChannelId(i % 3 ? "form" : "mail");
            m.external_id = m.thread = m.author = "m" + std::to_string(i);
            m.text = "hello";
            m.team = TeamId(i % 2 ? "care" : "legal");
            m.is_public = i % 5 == 0;
            const auto stored = (co_await front().ingest(std::move(m))).value();
            store::TriageDecision d;
            d.workspace = kBrand;
            d.conversation = stored.conversation;
            d.seq = 1;
            d.language = i % 7 ? "fr" : "nl";
            // Neither in the order of arrival, nor the same twice.
            d.due = 1'000'000 + (i * 367) % kWaiting;
            due_[stored.conversation.str()] = d.due;
            (void)(co_await front().triage(std::move(d))).value();
        }
    }

    asio::awaitable<void> take_all(int agent) {
        const std::string name = "agent" + std::to_string(agent);
        auto& store = connections_.at(static_cast<std::size_t>(agent % kConnections))->store;
        for (;;) {
            store::By by{kBrand, name, "", "*"};
            store::ClaimNext what;
            what.capacity = kWaiting;
            auto next = co_await store.claim_next(std::move(by), std::move(what));
            if (!next || !*next) break;
            taken_.push_back({(*next)->conversation.str(), name});
        }
        ++ended_;
    }

    asio::awaitable<void> take_some(int connection) {
        for (int i = 0; i < 10; ++i) {
            store::By by{kBrand, "bob", "", "*"};
            store::ClaimNext what;
            what.capacity = 3;
            auto& store = connections_.at(static_cast<std::size_t>(connection))->store;
            auto next = co_await store.claim_next(std::move(by), std::move(what));
            if (next && *next) taken_.push_back({(*next)->conversation.str(), "bob"});
        }
        ++ended_;
    }

    const WorkspaceId kBrand{"brand"};
    asio::io_context io_;
    RedisServer server_;
    SystemClock clock_;
    SeededRandom random_{11};
    std::vector<std::unique_ptr<Connection>> connections_;
    std::map<std::string, TimeMs> due_;
    std::vector<Taken> taken_;
    int ended_ = 0;
};

TEST_F(ContentionTest, EachConversationIsTakenOnceAndTheMostUrgentFirst) {
    run(io_, fill(), std::chrono::seconds(60));
    ASSERT_EQ(due_.size(), static_cast<std::size_t>(kWaiting));
    for (int agent = 0; agent < kAgents; ++agent) asio::co_spawn(io_, take_all(agent), asio::detached);
    ASSERT_TRUE(wait_until(io_, [&] { return ended_ == kAgents; }));

    std::set<std::string> once;
    std::map<std::string, std::set<std::string>> by_agent;
    for (const auto& t : taken_) {
        EXPECT_TRUE(once.insert(t.conversation).second) << t.conversation << " was taken twice";
        by_agent[t.agent].insert(t.conversation);
    }
    EXPECT_EQ(once.size(), static_cast<std::size_t>(kWaiting));
    EXPECT_EQ(by_agent.size(), static_cast<std::size_t>(kAgents)) << "some agent was starved";

    // The log tells in which order Redis gave them away.
    std::vector<TimeMs> order;
    for (int number = 0; number < front().partitions(); ++number) {
        const auto reply =
            server_.command(redis::Command("XRANGE", store::events_key(store::Partition(number)), "-", "+"));
        for (const auto& entry : reply.items()) {
            if (entry[1][1].text() == "conversation.claimed") order.push_back(due_.at(entry[1][5].text()));
        }
    }
    ASSERT_EQ(order.size(), static_cast<std::size_t>(kWaiting));
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end())) << "a less urgent one was given away first";

    // Every owner's set says the same, and nothing waits any more.
    store::Reads reads(front());
    for (const auto& [agent, conversations] : by_agent) {
        const auto owned = must(reads.owned(kBrand, AgentId(agent)));
        EXPECT_EQ(std::set<std::string>(owned.begin(), owned.end()), conversations);
    }
    EXPECT_TRUE(must(reads.queues(kBrand)).empty());
}

TEST_F(ContentionTest, NobodyTakesMoreThanHeMay) {
    run(io_, fill(), std::chrono::seconds(60));
    // The same agent, impatient, in eight windows.
    for (int connection = 0; connection < kConnections; ++connection) {
        asio::co_spawn(io_, take_some(connection), asio::detached);
    }
    ASSERT_TRUE(wait_until(io_, [&] { return ended_ == kConnections; }));
    EXPECT_EQ(taken_.size(), 3U);
    store::Reads reads(front());
    EXPECT_EQ(must(reads.owned(kBrand, AgentId("bob"))).size(), 3U);
}

}  // namespace
}  // namespace guichet::test
