#include "common/store/desk.hpp"

#include <algorithm>

#include "tests/integration/store/log_seen.hpp"

namespace guichet::test {
namespace {

using store::AttemptOutcome;
using Milliseconds = std::chrono::milliseconds;

constexpr TimeMs kFarAhead = 9'000'000'000'000;

class DeskTest : public StoreTest {
  protected:
    std::vector<std::string> listed(const std::string& state) {
        std::vector<std::string> states{state};
        std::vector<std::string> ids;
        for (const auto& place : expect(desk_.deliveries(kBrand, states, {}, 50))) ids.push_back(place.id);
        return ids;
    }
    // What was told of bob's attention, the oldest first.
    std::string told() {
        std::string words;
        for (const auto& event : newest_events(io_, *client_, 100)) {
            if (event.type() == "conversation.attended" && event.actor() == "bob")
                words = event.detail() + " " + words;
        }
        return words;
    }
    std::vector<std::string> none() const { return {}; }
    std::vector<std::string> only(const DeliveryId& id) const { return {id.str()}; }
    std::vector<std::string> due_elsewhere() {
        std::vector<std::string> ids;
        for (const auto& place : expect(desk_.due_elsewhere(kBrand, {}, kFarAhead, 50)))
            ids.push_back(place.id);
        return ids;
    }
    std::vector<std::string> owed(const std::string& channel) {
        std::vector<std::string> ids;
        for (const auto& place : expect(desk_.wrote_between(kBrand, ChannelId(channel), {}, kFarAhead, 50)))
            ids.push_back(place.id);
        return ids;
    }
    store::Claimed owned(const std::string& name) {
        return expect(
            store_.claim(by("bob"), waiting(name, "t-" + name, 1000), std::chrono::seconds(60), 50));
    }
    int note(const ConversationId& id, const std::string& mentions) {
        return static_cast<int>(expect(store_.add_note(by("bob"), id, "blob", "note.added", mentions)));
    }

    store::Desk desk_{store_};
};

TEST_F(DeskTest, AnAnswerIsListedInTheStateThatItWaitsInAndInNoOther) {
    const auto mine = owned("m1");
    const auto id = answer(mine, "bob", std::chrono::seconds(60));
    EXPECT_EQ(listed("held"), only(id));
    expect(store_.undo(by("bob"), id, false));
    EXPECT_EQ(listed("held"), none());
    const auto second = answer(mine, "bob", Milliseconds(0));
    EXPECT_EQ(listed("held"), none()) << "it is on its way";
    ASSERT_TRUE(begin(second).go);
    outcome(second, AttemptOutcome::Kind::unconfirmed);
    EXPECT_EQ(listed("unconfirmed"), only(second));
    outcome(second, AttemptOutcome::Kind::failed, "*");
    EXPECT_EQ(listed("unconfirmed"), none());
    EXPECT_EQ(listed("failed"), only(second));
    EXPECT_EQ(expect(desk_.delivery_counts(kBrand)).at("failed"), 1);
    expect(store_.settle(by("boss"), second, "cancel", ""));
    EXPECT_EQ(listed("failed"), none());
}

TEST_F(DeskTest, ListedAnswersArePagedInTheOrderInWhichTheyWereWritten) {
    std::vector<std::string> written;
    for (int i = 0; i < 5; ++i)
        written.push_back(answer(owned("m" + std::to_string(i)), "bob", std::chrono::seconds(60)).str());
    std::vector<std::string> states{"held", "failed"};
    store::WaitingPlace after;
    std::vector<std::string> seen;
    for (int page = 0; page < 3; ++page) {
        const auto places = expect(desk_.deliveries(kBrand, states, after, 2));
        for (const auto& place : places) seen.push_back(place.id);
        if (places.empty()) break;
        after = places.back();
    }
    EXPECT_EQ(seen, written);
    auto found = expect(desk_.deliveries_of(kBrand, {written[0], "gone"}));
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].state(), v1::DELIVERY_STATE_HELD);
    EXPECT_TRUE(found[1].id().empty());
}

TEST_F(DeskTest, MentionsAreTheNewestTwoHundredAndAreReadByConversation) {
    const auto first = waiting("m1", "t1", 1000), second = waiting("m2", "t2", 1000);
    note(first, "eve");
    pass_a_millisecond();
    const int seq = note(second, "eve,dan");
    pass_a_millisecond();
    auto hers = expect(desk_.mentions(kBrand, AgentId("eve")));
    ASSERT_EQ(hers.size(), 2u);
    EXPECT_EQ(expect(desk_.mentions(kBrand, AgentId("dan"))).front().seq, seq);
    EXPECT_EQ(expect(desk_.read_mentions(by("eve"), second)), 1);
    for (const auto& mention : expect(desk_.mentions(kBrand, AgentId("eve"))))
        EXPECT_EQ(mention.read, mention.conversation == second.str());
    EXPECT_FALSE(expect(desk_.mentions(kBrand, AgentId("dan"))).front().read) << "what she read is hers";
    for (int i = 0; i < 200; ++i) note(first, "eve");
    hers = expect(desk_.mentions(kBrand, AgentId("eve")));
    EXPECT_EQ(hers.size(), 200u);
    for (const auto& mention : hers) EXPECT_EQ(mention.conversation, first.str());
    EXPECT_EQ(expect(desk_.read_mentions(by("eve"), ConversationId())), 0);
    EXPECT_TRUE(expect(desk_.mentions(kBrand, AgentId("eve"))).front().read);
}

TEST_F(DeskTest, WhoLooksIsSeenByOthersUntilHeGoesOrFallsSilent) {
    const auto id = waiting("m1", "t1", 1000);
    EXPECT_TRUE(expect(desk_.attend(by("bob"), id, "looking", std::chrono::seconds(60))).others.empty());
    auto seen = expect(desk_.attend(by("eve"), id, "writing", std::chrono::seconds(60))).others;
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0], (std::pair<std::string, std::string>("bob", "looking")));
    seen = expect(desk_.attend(by("bob"), id, "looking", Milliseconds(1))).others;
    EXPECT_EQ(seen[0].second, "writing");
    EXPECT_TRUE(wait_until([&] {
        return expect(desk_.attend(by("eve"), id, "writing", std::chrono::seconds(60))).others.empty();
    }));
    expect(desk_.attend(by("eve"), id, "gone", std::chrono::seconds(60)));
    EXPECT_TRUE(expect(desk_.attend(by("dan"), id, "looking", std::chrono::seconds(60))).others.empty());
    EXPECT_EQ(refused(desk_.attend(by("out", "", ""), id, "looking", std::chrono::seconds(1))).reason,
              "not_found");
}

TEST_F(DeskTest, AChangeOfAttentionIsToldOnceAndNotMoreThanTwiceASecond) {
    const auto id = waiting("m1", "t1", 1000);
    const auto minute = std::chrono::seconds(60);
    expect(desk_.attend(by("bob"), id, "looking", minute));
    expect(desk_.attend(by("bob"), id, "looking", minute));
    EXPECT_EQ(told(), "looking ");
    EXPECT_TRUE(wait_until([&] {
        expect(desk_.attend(by("bob"), id, "writing", minute));
        return told() == "looking writing ";
    })) << told();
    expect(desk_.attend(by("bob"), id, "gone", minute));
    expect(desk_.attend(by("bob"), id, "gone", minute));
    EXPECT_EQ(told(), "looking writing gone ");
    EXPECT_EQ(read(id).version(), 2) << "nothing has changed";
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) expect(desk_.attend(by("eve"), id, i % 2 ? "looking" : "writing", minute));
    const auto halves = (std::chrono::steady_clock::now() - began) / Milliseconds(500);
    const auto all = newest_events(io_, *client_, 200);
    const auto hers = std::count_if(all.begin(), all.end(), [](const auto& e) { return e.actor() == "eve"; });
    EXPECT_GE(hers, 1);
    EXPECT_LE(hers, halves + 2);
}

TEST_F(DeskTest, AConversationIsWatchedByTwentyOthersAtMost) {
    const auto id = waiting("m1", "t1", 1000);
    for (int i = 0; i < 25; ++i)
        expect(desk_.attend(by("agent" + std::to_string(i)), id, "looking", std::chrono::seconds(60)));
    EXPECT_EQ(expect(desk_.attend(by("boss"), id, "looking", std::chrono::seconds(60))).others.size(), 20u);
}

TEST_F(DeskTest, WhatIsDueIsCountedWhereItWaitsAndListedWhereNoQueueShowsIt) {
    const auto id = waiting("m1", "t1", 1000);
    waiting("m2", "t2", 5000);
    const auto all = [](const store::QueueName&) { return true; };
    const auto english = [](const store::QueueName& queue) { return queue.language == "en"; };
    EXPECT_EQ(expect(desk_.waiting_due(kBrand, all, 1000)), 0) << "due at that moment is not before it";
    EXPECT_EQ(expect(desk_.waiting_due(kBrand, all, 1001)), 1);
    EXPECT_EQ(expect(desk_.waiting_due(kBrand, all, kFarAhead)), 2);
    EXPECT_EQ(expect(desk_.waiting_due(kBrand, english, kFarAhead)), 0);
    EXPECT_EQ(due_elsewhere(), none());
    const auto mine = expect(store_.claim(by("bob"), id, std::chrono::seconds(60), 5));
    EXPECT_EQ(due_elsewhere(), std::vector<std::string>{id.str()});
    store::Resolution solved{id, mine.epoch, "solved", "", "", false};
    expect(store_.resolve(by("bob"), solved));
    EXPECT_EQ(due_elsewhere(), none());
}

TEST_F(DeskTest, AWordIsOwedInPrivateUntilItIsSaidAndNeverInPublic) {
    auto post = inbound("p1", "t9");
    post.is_public = true;
    triage(expect(store_.ingest(post)), 1000);
    EXPECT_EQ(owed("form"), none());
    const auto mine = owned("m1");
    EXPECT_EQ(owed("form"), std::vector<std::string>{mine.conversation.str()});
    EXPECT_GT(expect(desk_.wrote_at(kBrand, ChannelId("form"), mine.conversation)), 0);
    const auto id = answer(mine, "bob", Milliseconds(0), "wait");
    ASSERT_TRUE(begin(id).go);
    outcome(id, AttemptOutcome::Kind::sent);
    EXPECT_EQ(owed("form"), none()) << "the customer has the word";
    EXPECT_EQ(expect(desk_.wrote_at(kBrand, ChannelId("form"), mine.conversation)), 0);
    triage(expect(store_.ingest(inbound("m5", "t-m1"))), 1000);
    EXPECT_EQ(owed("form"), std::vector<std::string>{mine.conversation.str()});
}

TEST_F(DeskTest, WhatHappensIsCountedByTheMinuteAndTheLastActionIsKept) {
    const auto mine = owned("m1");
    expect(store_.ingest(inbound("m2", "t-m1")));
    const auto minute = clock_.now() / 60'000;
    std::vector<std::int64_t> minutes{minute - 2, minute - 1, minute, minute + 1};
    std::map<std::string, std::int64_t> sums;
    for (const auto& [at, all] : expect(desk_.minutes(kBrand, minutes))) {
        for (const auto& one : all) {
            EXPECT_EQ(one.channel, "form");
            EXPECT_FALSE(one.is_public);
            sums[one.what] += one.number;
        }
    }
    EXPECT_EQ(sums, (std::map<std::string, std::int64_t>{{"received", 2}, {"claimed", 1}}));
    const auto actions = expect(desk_.last_actions(kBrand));
    ASSERT_EQ(actions.size(), 1u);
    EXPECT_EQ(actions[0].agent, "bob");
    EXPECT_EQ(actions[0].type, "conversation.claimed");
    EXPECT_EQ(actions[0].conversation, mine.conversation.str());
    EXPECT_GT(actions[0].at, 0);
}

}  // namespace
}  // namespace guichet::test
