// Redis dies in the middle of a stream of messages: what was acknowledged is there afterwards.
#include <map>
#include <set>

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "common/runtime/event.hpp"
#include "common/store/reads.hpp"
#include "common/store/store.hpp"
#include "tests/support/redis_server.hpp"

namespace guichet::test {
namespace {

constexpr int kSenders = 16;
constexpr int kEach = 150;

class CrashTest : public ::testing::Test {
  protected:
    CrashTest() {
        must(store_.load());
        must(store_.create_workspace(kBrand));
    }

    template <class T>
    T must(asio::awaitable<Result<T>> work) {
        auto result = run(io_, std::move(work), std::chrono::seconds(60));
        if (!result) throw std::runtime_error(to_string(result.error()));
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }

    store::Inbound message(int sender, int number) const {
        store::Inbound m;
        m.workspace = kBrand;
        m.channel = ChannelId("form");
        m.external_id = std::to_string(sender) + "-" + std::to_string(number);
        // A few messages to a conversation.
        m.thread = m.author = std::to_string(sender) + "/" + std::to_string(number % 20);
        m.text = "words of " + m.external_id;
        m.blob = m.external_id;
        m.raw = "raw of " + m.external_id;
        return m;
    }

    // What a platform does: one after another, without looking back; while nobody is there, it waits.
    asio::awaitable<void> send_all(int sender) {
        for (int number = 0; number < kEach; ++number) {
            auto stored = co_await store_.ingest(message(sender, number));
            if (stored) {
                acknowledged_[message(sender, number).external_id] = *stored;
            } else {
                ++refused_;
                if (down_) co_await back_.wait(std::chrono::seconds(60));
            }
            ++asked_;
        }
        ++ended_;
    }

    asio::awaitable<void> reach() {
        while (down_) {
            redis::Command ping("PING");
            auto answered = co_await client_->call(std::move(ping));
            if (answered) down_ = false;
            co_await asio::post(io_, asio::use_awaitable);
        }
        back_.notify_all();
    }

    asio::awaitable<void> redeliver(int sender) {
        for (int number = 0; number < kEach; ++number) {
            const auto external = message(sender, number).external_id;
            auto stored = co_await store_.ingest(message(sender, number));
            if (!stored) {
                ADD_FAILURE() << to_string(stored.error());
                continue;
            }
            const auto before = acknowledged_.find(external);
            if (before == acknowledged_.end()) continue;
            EXPECT_EQ(stored->outcome, store::Ingested::Outcome::duplicate) << external << " was lost";
            EXPECT_EQ(stored->conversation, before->second.conversation);
            EXPECT_EQ(stored->seq, before->second.seq);
        }
        ++ended_;
    }

    // Every "<kind>|<target>|<time>|<blob>" of every conversation, by blob.
    std::multiset<std::string> blobs() {
        std::multiset<std::string> all;
        for (int partition = 0; partition < store_.partitions(); ++partition) {
            const auto prefix = store::workspace_key(store::Partition(partition), kBrand, "m:");
            const auto keys = server_.command(redis::Command("KEYS", prefix + "*"));
            for (const auto& key : keys.items()) {
                const auto list = server_.command(redis::Command("LRANGE", key.text(), 0, -1));
                for (const auto& entry : list.items())
                    all.insert(entry.text().substr(entry.text().rfind('|') + 1));
            }
        }
        return all;
    }

    const WorkspaceId kBrand{"brand"};
    asio::io_context io_;
    RedisServer server_{RedisServerOptions{.appendfsync = "always"}};
    SystemClock clock_;
    SeededRandom random_{5};
    std::unique_ptr<redis::Client> client_ = server_.client(io_);
    store::Store store_{*client_, random_, clock_};
    std::map<std::string, store::Ingested> acknowledged_;
    int asked_ = 0, refused_ = 0, ended_ = 0;
    bool down_ = false;
    runtime::Event back_;
};

TEST_F(CrashTest, WhatWasAcknowledgedIsThereAndOnceAfterRedelivery) {
    for (int sender = 0; sender < kSenders; ++sender) asio::co_spawn(io_, send_all(sender), asio::detached);
    for (const int at : {kSenders * kEach / 5, kSenders * kEach / 2}) {
        ASSERT_TRUE(wait_until(
            io_, [&] { return asked_ >= at; }, std::chrono::seconds(60)));
        down_ = true;
        server_.kill9();
        // What is under way fails first.
        const auto before = refused_;
        ASSERT_TRUE(wait_until(
            io_, [&] { return refused_ > before; }, std::chrono::seconds(60)));
        server_.start();
        asio::co_spawn(io_, reach(), asio::detached);
    }
    ASSERT_TRUE(wait_until(
        io_, [&] { return ended_ == kSenders; }, std::chrono::seconds(60)));
    ASSERT_GT(acknowledged_.size(), static_cast<std::size_t>(kSenders * kEach / 2));
    ASSERT_GT(refused_, 0);

    const auto kept = blobs();
    for (const auto& [external, stored] : acknowledged_) {
        EXPECT_EQ(kept.count(external), 1U) << external << " was acknowledged";
    }

    ended_ = 0;
    for (int sender = 0; sender < kSenders; ++sender) asio::co_spawn(io_, redeliver(sender), asio::detached);
    ASSERT_TRUE(wait_until(
        io_, [&] { return ended_ == kSenders; }, std::chrono::seconds(60)));
    const auto all = blobs();
    EXPECT_EQ(all.size(), static_cast<std::size_t>(kSenders * kEach));
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
}

// State and streams agree after the crash: a message that is there has its work entry and its event.
TEST_F(CrashTest, WhatIsThereIsWhole) {
    for (int sender = 0; sender < kSenders; ++sender) asio::co_spawn(io_, send_all(sender), asio::detached);
    ASSERT_TRUE(wait_until(
        io_, [&] { return asked_ >= 500; }, std::chrono::seconds(60)));
    server_.kill9();
    server_.start();
    ASSERT_TRUE(wait_until(
        io_, [&] { return ended_ == kSenders; }, std::chrono::seconds(60)));
    std::size_t work = 0, events = 0, raw = 0;
    for (int number = 0; number < store_.partitions(); ++number) {
        const store::Partition partition(number);
        const auto length = [&](const std::string& key) {
            return static_cast<std::size_t>(server_.command(redis::Command("XLEN", key)).to_integer());
        };
        work += length(store::work_key(partition, "routing"));
        events += length(store::events_key(partition));
        raw += length(store::raw_key(partition));
    }
    const auto messages = blobs().size();
    EXPECT_GE(messages, acknowledged_.size());
    EXPECT_EQ(work, messages);
    EXPECT_EQ(events, messages);
    EXPECT_EQ(raw, messages);
}

}  // namespace
}  // namespace guichet::test
