// What was once wrong, or would be easy to get wrong.
#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

using store::AttemptOutcome;

class GuardTest : public StoreTest {
  protected:
    store::Claimed owned(const std::string& name, const std::string& agent) {
        return expect(store_.claim(by(agent), waiting(name, name, 1000), std::chrono::seconds(60), 5));
    }
    void hand_to(const store::Claimed& mine, const std::string& from, const std::string& to) {
        store::Giving handoff;
        handoff.kind = store::Giving::Kind::handoff;
        handoff.conversation = mine.conversation;
        handoff.epoch = mine.epoch;
        handoff.agent = AgentId(to);
        handoff.reserve = std::chrono::seconds(60);
        expect(store_.give(by(from), handoff));
    }
    asio::awaitable<void> tick_all() {
        const auto partition = co_await store_.partition_of(kBrand);
        (void)co_await store_.tick(partition.value(), {});
    }
    void ingest_change(store::Inbound::Kind kind, std::string text) {
        auto change = inbound("m1", "m1", std::move(text));
        change.kind = kind;
        expect(store_.ingest(change));
    }
};

TEST_F(GuardTest, WhatIsReservedBeyondTheScopeIsNotTaken) {
    const auto mine = owned("m1", "bob");
    hand_to(mine, "bob", "eve");
    EXPECT_FALSE(expect(store_.claim_next(by("eve", "", "legal/*/*"), {})));
    EXPECT_FALSE(expect(store_.claim_next(by("eve", "", "*/*/public"), {})));
    store::ClaimNext only_dutch;
    only_dutch.languages = {"nl"};
    EXPECT_FALSE(expect(store_.claim_next(by("eve"), only_dutch)));
    EXPECT_EQ(expect(store_.claim_next(by("eve", "", "care/*/*"), {}))->conversation, mine.conversation);
}

TEST_F(GuardTest, AReservedOneBeyondTheScopeDoesNotHideTheNext) {
    const auto first = owned("m1", "bob");
    auto message = inbound("m2", "m2");
    message.team = TeamId("legal");
    triage(expect(store_.ingest(message)), 2000);
    const auto second = expect(store_.claim_next(by("bob"), {}));
    ASSERT_TRUE(second);
    hand_to(first, "bob", "eve");
    hand_to(*second, "bob", "eve");
    EXPECT_EQ(expect(store_.claim_next(by("eve", "", "legal/*/*"), {}))->conversation, second->conversation);
}

TEST_F(GuardTest, ARequestIdServesOneFunctionOnly) {
    const auto id = waiting("m1", "t1", 1000);
    expect(store_.claim_next(by("bob", "r1"), {}));
    EXPECT_EQ(refused(store_.reopen(by("bob", "r1"), id, "")).reason, "request_reused");
    EXPECT_EQ(refused(store_.set_labels(by("bob", "r1"), id, {"a"}, {})).code, Code::invalid_argument);
    expect(store_.set_labels(by("eve", "r1"), id, {"a"}, {}));
}

TEST_F(GuardTest, NobodyIsAnsweredWithWhatAnotherWasWhoseNameEndsElsewhere) {
    const auto id = waiting("m1", "t1", 1000);
    expect(store_.set_labels(by("token", "a:b:c"), id, {"one"}, {}));
    expect(store_.set_labels(by("token:a", "b:c"), id, {"two"}, {}));
    expect(store_.set_labels(by("token:a:b", "c"), id, {"three"}, {}));
    EXPECT_EQ(read(id).labels_size(), 3);
    expect(store_.set_labels(by("token:a", "b:c"), id, {"four"}, {}));
    EXPECT_EQ(read(id).labels_size(), 3) << "the same request has its answer";
}

TEST_F(GuardTest, WhatAnOlderReleaseAnsweredATokenIsRemembered) {
    const auto id = waiting("m1", "t1", 1000);
    expect(store_.claim_next(by("token:a", "r1"), {}));
    const auto found = expect(client_->call(redis::Command("KEYS", "*:brand:rqa:7:token:a:r1")));
    ASSERT_EQ(found.size(), 1U);
    const auto place = found[0].text().substr(0, found[0].text().find("rqa:"));
    redis::Command older("EVAL",
                         "local before = cmsgpack.unpack(redis.call('GET', KEYS[1])) "
                         "redis.call('SET', KEYS[2], cmsgpack.pack({before[1], before[2]})) "
                         "return redis.call('DEL', KEYS[1])",
                         2, place + "rqa:7:token:a:r1", place + "rq:token:a:r1");
    expect(client_->call(std::move(older)));
    const auto again = expect(store_.claim_next(by("token:a", "r1"), {}));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->conversation, id);
    EXPECT_EQ(refused(store_.reopen(by("token:a", "r1"), id, "")).reason, "request_reused");
}

TEST_F(GuardTest, ADeliveryIdIsNotTakenTwice) {
    const auto mine = owned("m1", "bob");
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0));
    --deliveries_;
    EXPECT_THROW(answer(mine, "bob", std::chrono::milliseconds(0)), std::runtime_error);
    EXPECT_EQ(read(mine.conversation).open_deliveries(), 1);
    store::Publishing post{mine.conversation,
                           ChannelId("form"),
                           TeamId("care"),
                           DeliveryId("D9"),
                           "",
                           "words",
                           std::chrono::milliseconds(0),
                           ""};
    EXPECT_EQ(refused(store_.publish(by("bob"), post)).code, Code::already_exists);
    EXPECT_EQ(read(mine.conversation).owner(), "bob");
}

TEST_F(GuardTest, NobodyTakesAConversationWhoseFailedAnswerIsSentAgain) {
    const auto mine = owned("m1", "bob");
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0));
    begin(id);
    outcome(id, AttemptOutcome::Kind::failed);
    store::Giving release;
    release.conversation = mine.conversation;
    release.epoch = mine.epoch;
    expect(store_.give(by("bob"), release));
    expect(store_.settle(by("boss"), id, "resend", ""));
    EXPECT_FALSE(expect(store_.claim_next(by("eve"), {})));
    ASSERT_TRUE(begin(id, "t2").go);
    outcome(id, AttemptOutcome::Kind::sent, "t2");
    EXPECT_EQ(expect(store_.claim_next(by("eve"), {}))->conversation, mine.conversation);
}

TEST_F(GuardTest, ARetryLearnsThatTheCustomerWroteToo) {
    const auto mine = owned("m1", "bob");
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0));
    begin(id);
    auto retry = store::AttemptOutcome{
        .workspace = kBrand, .delivery = id, .token = "t1", .kind = AttemptOutcome::Kind::retry};
    expect(store_.record_outcome(retry));
    expect(store_.ingest(inbound("m2", "m1")));
    // The retry is due at once.
    run(io_, tick_all());
    EXPECT_EQ(begin(id, "t2").skipped, "cancelled");
}

TEST_F(GuardTest, NoLabelStandsForAll) {
    const auto id = waiting("m1", "m1", 1000);
    expect(store_.set_labels(by("bob"), id, {"vip", "press"}, {}));
    expect(store_.set_labels(by("bob"), id, {}, {"*"}));
    EXPECT_EQ(read(id).labels_size(), 2);
    expect(store_.set_labels(by("bob"), id, {}, {"vip"}));
    EXPECT_EQ(read(id).labels_size(), 1);
}

TEST_F(GuardTest, WhatMayBeOutAlreadyIsNeitherCancelledNorUndone) {
    const auto mine = owned("m1", "bob");
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0));
    begin(id);
    outcome(id, AttemptOutcome::Kind::unconfirmed);
    // A look that cannot tell, on a platform where sending again does no harm.
    auto again = store::AttemptOutcome{
        .workspace = kBrand, .delivery = id, .token = "*", .kind = AttemptOutcome::Kind::retry};
    expect(store_.record_outcome(again));
    EXPECT_EQ(refused(store_.undo(by("bob"), id, false)).reason, "too_late");
    expect(store_.ingest(inbound("m2", "m1")));
    run(io_, tick_all());
    EXPECT_TRUE(begin(id, "t2").go);
}

TEST_F(GuardTest, WhatWasTakenBackIsNotReadInLists) {
    const auto id = waiting("m1", "m1", 1000);
    ingest_change(store::Inbound::Kind::edited, "other words");
    EXPECT_EQ(read(id).preview(), "other words");
    ingest_change(store::Inbound::Kind::deleted, "");
    EXPECT_EQ(read(id).preview(), "");
}

}  // namespace
}  // namespace guichet::test
