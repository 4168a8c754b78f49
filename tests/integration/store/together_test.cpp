// Messages that come in at the same moment share a call, and nothing else.
#include <map>
#include <set>
#include <utility>

#include "tests/integration/store/fixture.hpp"
#include "tests/support/run_together.hpp"

namespace guichet::test {
namespace {

using Kind = store::Inbound::Kind;
using Outcome = store::Ingested::Outcome;

class TogetherTest : public StoreTest {
  protected:
    std::vector<Result<store::Ingested>> at_once(const std::vector<store::Inbound>& messages) {
        std::vector<asio::awaitable<Result<store::Ingested>>> work;
        work.reserve(messages.size());
        for (const auto& message : messages) work.push_back(store_.ingest(message));
        return run_together(io_, std::move(work));
    }
    // Calls of functions since the last look.
    long calls() {
        const long now = count_of("fcall");
        const long before = std::exchange(seen_, now);
        return now - before;
    }
    // How often Redis has run a command.
    long count_of(const std::string& command) {
        const auto text = server_.command(redis::Command("INFO", "commandstats")).text();
        const auto name = "cmdstat_" + command + ":calls=";
        const auto at = text.find(name);
        return at == std::string::npos ? 0 : std::stol(text.substr(at + name.size()));
    }
    // What stands in a conversation, but for what differs between any two.
    std::map<std::string, std::string> fields(const std::string& conversation) {
        const auto key = server_.command(redis::Command("KEYS", "*:c:" + conversation))[0].text();
        const auto flat = server_.command(redis::Command("HGETALL", key));
        std::map<std::string, std::string> found;
        for (std::size_t i = 0; i + 1 < flat.size(); i += 2) found[flat[i].text()] = flat[i + 1].text();
        for (const char* own : {"ct", "rf", "th", "au", "la", "cr", "up", "lc"}) found.erase(own);
        return found;
    }
    std::vector<store::Inbound> many(int count, const std::string& thread = {}) {
        std::vector<store::Inbound> messages;
        for (int i = 0; i < count; ++i) {
            const auto name = std::to_string(i);
            messages.push_back(inbound("m" + name, thread.empty() ? "t" + name : thread, "words " + name));
        }
        return messages;
    }

  private:
    long seen_ = 0;
};

TEST_F(TogetherTest, WhatComesAtOnceIsStoredByOneCall) {
    calls();
    const auto stored = at_once(many(10));
    EXPECT_EQ(calls(), 1);
    std::set<std::string> conversations;
    for (const auto& one : stored) {
        ASSERT_TRUE(one) << to_string(one.error());
        EXPECT_EQ(one->outcome, Outcome::opened);
        conversations.insert(one->conversation.str());
    }
    EXPECT_EQ(conversations.size(), 10U);
}

TEST_F(TogetherTest, OneCallTakesThirtyTwoAtMost) {
    calls();
    for (const auto& one : at_once(many(80))) EXPECT_TRUE(one);
    EXPECT_EQ(calls(), 3);
}

TEST_F(TogetherTest, WhatComesWhileRedisHasEnoughToDoWaitsForCompany) {
    std::vector<std::int64_t> places;
    expect(store_.ingest(inbound("first", "one")));
    calls();
    server_.freeze();
    for (const auto& message : many(6, "one")) {
        asio::co_spawn(io_, store_.ingest(message),
                       [&places](const std::exception_ptr&, const Result<store::Ingested>& result) {
                           if (result) places.push_back(result->seq);
                       });
        io_.poll();
    }
    server_.thaw();
    run_while_not(
        io_, [&places] { return places.size() == 6; }, kLimit);
    EXPECT_EQ(places, (std::vector<std::int64_t>{2, 3, 4, 5, 6, 7}));
    // Two went out by themselves.
    EXPECT_EQ(calls(), 3);
}

TEST_F(TogetherTest, TheirOrderIsThatOfTheCalls) {
    const auto stored = at_once(many(40, "one"));
    for (std::size_t i = 0; i < stored.size(); ++i) {
        ASSERT_TRUE(stored[i]);
        EXPECT_EQ(stored[i]->seq, static_cast<std::int64_t>(i) + 1);
    }
}

TEST_F(TogetherTest, AMessageAndItsOwnRedeliveryAndEditAreToldApart) {
    auto edit = inbound("m1", "t1", "better words");
    edit.kind = Kind::edited;
    const auto stored = at_once({inbound("m1", "t1"), inbound("m1", "t1"), edit});
    ASSERT_TRUE(stored[0] && stored[1] && stored[2]);
    EXPECT_EQ(stored[0]->outcome, Outcome::opened);
    EXPECT_EQ(stored[1]->outcome, Outcome::duplicate);
    EXPECT_EQ(stored[2]->outcome, Outcome::changed);
}

TEST_F(TogetherTest, OneThatFailsDoesNotTakeTheOthersWithIt) {
    ASSERT_TRUE(at_once({inbound("m0", "whole")})[0]);
    // Something else stands where the second one's thread is to be noted.
    auto key = server_.command(redis::Command("KEYS", "*:t:form:whole"))[0].text();
    key.replace(key.rfind("whole"), 5, "broken");
    server_.command(redis::Command("LPUSH", key, "no text"));
    const auto stored = at_once({inbound("m1", "t1"), inbound("m2", "broken"), inbound("m3", "t3")});
    EXPECT_TRUE(stored[0]);
    EXPECT_TRUE(stored[2]);
    ASSERT_FALSE(stored[1]);
    EXPECT_EQ(stored[1].error().code, Code::unavailable);
    EXPECT_NE(stored[1].error().message.find("WRONGTYPE"), std::string::npos);
    server_.command(redis::Command("DEL", key));
    const auto again = at_once({inbound("m1", "t1"), inbound("m2", "broken")});
    ASSERT_TRUE(again[0] && again[1]);
    EXPECT_EQ(again[0]->outcome, Outcome::duplicate);
    EXPECT_EQ(again[1]->outcome, Outcome::opened);
}

TEST_F(TogetherTest, AConversationIsReadOnceForAllThatComesToIt) {
    expect(store_.ingest(inbound("m", "one")));
    const auto before = count_of("hgetall");
    for (const auto& one : at_once(many(10, "one"))) ASSERT_TRUE(one);
    EXPECT_EQ(count_of("hgetall") - before, 1);
}

TEST_F(TogetherTest, WhatTheyWriteIsWrittenByFewCommands) {
    const std::vector<std::string> commands{"mset", "set", "rpush", "hset", "hincrby", "hgetall", "xadd"};
    std::map<std::string, long> before, during;
    for (const auto& command : commands) before[command] = count_of(command);
    for (const auto& one : at_once(many(10, "one"))) ASSERT_TRUE(one);
    for (const auto& command : commands) during[command] = count_of(command) - before[command];
    // The contact and the conversation; the log and the work keep an entry for each.
    const std::map<std::string, long> few{{"mset", 1},    {"set", 0},     {"rpush", 1}, {"hset", 2},
                                          {"hincrby", 1}, {"hgetall", 0}, {"xadd", 20}};
    EXPECT_EQ(during, few);
}

TEST_F(TogetherTest, TheyLeaveWhatSingleCallsLeave) {
    auto messages = many(6, "together");
    messages[3].kind = Kind::edited;
    messages[3].external_id = "m2";
    messages[5].kind = Kind::deleted;
    messages[5].external_id = "m4";
    const auto stored = at_once(messages);
    ASSERT_TRUE(stored.front());
    std::string alone;
    for (auto message : messages) {
        message.external_id = "alone " + message.external_id;
        message.thread = "alone";
        const auto one = expect(store_.ingest(message));
        alone = one.conversation.str();
    }
    EXPECT_EQ(fields(stored.front()->conversation.str()), fields(alone));
}

TEST_F(TogetherTest, OneThatFailsLeavesTheConversationToTheNext) {
    ASSERT_TRUE(at_once({inbound("whole", "one")})[0]);
    auto key = server_.command(redis::Command("KEYS", "*:d:form:whole"))[0].text();
    key.replace(key.rfind("whole"), 5, "broken");
    server_.command(redis::Command("LPUSH", key, "no text"));
    const auto stored = at_once({inbound("m1", "one"), inbound("broken", "one"), inbound("m2", "one")});
    ASSERT_TRUE(stored[0] && stored[2]);
    EXPECT_FALSE(stored[1]);
    EXPECT_EQ(stored[0]->seq, 2);
    EXPECT_EQ(stored[2]->seq, 3);
}

TEST_F(TogetherTest, WorkspacesOfTwoPartitionsDoNotShareACall) {
    const WorkspaceId other("elsewhere");
    expect(store_.create_workspace(other));
    auto foreign = inbound("m1", "t1");
    foreign.workspace = other;
    // Each partition is known from now on.
    for (const auto& one : at_once({inbound("m0", "t0"), foreign})) ASSERT_TRUE(one);
    calls();
    foreign.external_id = "m2";
    for (const auto& one : at_once({inbound("m2", "t2"), foreign, inbound("m3", "t3")})) EXPECT_TRUE(one);
    EXPECT_EQ(calls(), 2);
}

TEST_F(TogetherTest, WhenMemoryIsFullTheFateOfAnswersIsStillTaken) {
    for (const auto& one : at_once(many(2))) ASSERT_TRUE(one);
    server_.command(redis::Command("CONFIG", "SET", "maxmemory", "1"));
    store::DeliveryReport report;
    report.workspace = kBrand;
    report.channel = ChannelId("form");
    report.external_id = "unheard of";
    std::optional<Result<std::string>> told;
    asio::co_spawn(
        io_, store_.report_delivery(report),
        [&told](const std::exception_ptr&, Result<std::string> result) { told = std::move(result); });
    const auto refused = at_once({inbound("m8", "t8"), inbound("m9", "t9")});
    ASSERT_TRUE(told && *told);
    EXPECT_EQ(**told, "unknown");
    for (const auto& one : refused) {
        ASSERT_FALSE(one);
        EXPECT_EQ(one.error().reason, "oom");
    }
}

}  // namespace
}  // namespace guichet::test
