#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

using store::AttemptOutcome;

class DeliveryTest : public StoreTest {
  protected:
    store::Claimed owned_by_bob() {
        return expect(store_.claim(by("bob"), waiting("m1", "t1", 1000), std::chrono::seconds(60), 5));
    }
};

TEST_F(DeliveryTest, AnAnswerGoesOutOnceAndItsEchoIsKnown) {
    const auto mine = owned_by_bob();
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0));
    const auto attempt = begin(id);
    ASSERT_TRUE(attempt.go);
    EXPECT_EQ(attempt.channel.str(), "form");
    EXPECT_EQ(store::decode_message(attempt.message, attempt.seq)->text(), "our answer");
    EXPECT_FALSE(begin(id, "t2").go);
    EXPECT_EQ(outcome(id, AttemptOutcome::Kind::sent), "done");
    EXPECT_EQ(outcome(id, AttemptOutcome::Kind::sent), "stale");
    EXPECT_EQ(delivery_state(id), v1::DELIVERY_STATE_SENT);
    const auto echo = expect(store_.ingest(inbound("remote-" + id.str(), "t1")));
    EXPECT_EQ(echo.outcome, store::Ingested::Outcome::duplicate);
    EXPECT_EQ(echo.conversation, mine.conversation);
}

TEST_F(DeliveryTest, UndoGivesTheTextBack) {
    const auto mine = owned_by_bob();
    const auto id = answer(mine, "bob", std::chrono::seconds(60));
    EXPECT_EQ(delivery_state(id), v1::DELIVERY_STATE_HELD);
    EXPECT_EQ(refused(store_.undo(by("eve"), id, false)).reason, "denied");
    expect(store_.undo(by("bob"), id, false));
    EXPECT_EQ(delivery_state(id), v1::DELIVERY_STATE_CANCELLED);
    EXPECT_FALSE(begin(id).go);
    EXPECT_EQ(expect(reads_.view(by("bob"), mine.conversation, 0, 50)).draft(), "our answer");
}

TEST_F(DeliveryTest, WhoHasNotReadTheLastMessageDoesNotAnswer) {
    const auto mine = owned_by_bob();
    expect(store_.ingest(inbound("m2", "t1")));
    store::Sending sending;
    sending.conversation = mine.conversation;
    sending.epoch = mine.epoch;
    sending.inbound_seq = 1;
    sending.delivery = DeliveryId("X");
    EXPECT_EQ(refused(store_.send(by("bob"), sending)).reason, "stale_inbound");
}

TEST_F(DeliveryTest, ACustomersWordInTheUndoWindowStopsTheAnswer) {
    const auto mine = owned_by_bob();
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0));
    expect(store_.ingest(inbound("m2", "t1")));
    EXPECT_EQ(begin(id).skipped, "cancelled");
    EXPECT_EQ(delivery_state(id), v1::DELIVERY_STATE_CANCELLED);
    EXPECT_EQ(read(mine.conversation).open_deliveries(), 0);
}

TEST_F(DeliveryTest, NobodyElseClaimsWhileAnAnswerIsOnItsWay) {
    const auto mine = owned_by_bob();
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0));
    store::Giving release;
    release.conversation = mine.conversation;
    release.epoch = mine.epoch;
    expect(store_.give(by("bob"), release));
    EXPECT_FALSE(expect(store_.claim_next(by("eve"), {})));
    EXPECT_EQ(refused(store_.claim(by("eve"), mine.conversation, std::chrono::seconds(60), 5)).reason,
              "delivery_open");
    ASSERT_TRUE(begin(id).go);
    outcome(id, AttemptOutcome::Kind::sent);
    EXPECT_EQ(expect(store_.claim_next(by("eve"), {}))->conversation, mine.conversation);
}

TEST_F(DeliveryTest, AnswersKeepTheirOrder) {
    const auto mine = owned_by_bob();
    const auto first = answer(mine, "bob", std::chrono::milliseconds(0));
    const auto second = answer(mine, "bob", std::chrono::milliseconds(0));
    EXPECT_FALSE(begin(second).go);
    ASSERT_TRUE(begin(first).go);
    outcome(first, AttemptOutcome::Kind::sent);
    EXPECT_TRUE(begin(second).go);
}

TEST_F(DeliveryTest, AnUnconfirmedAnswerIsSettledByAHuman) {
    const auto mine = owned_by_bob();
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0));
    begin(id);
    outcome(id, AttemptOutcome::Kind::unconfirmed);
    EXPECT_FALSE(begin(id, "t2").go);
    expect(store_.settle(by("bob"), id, "resend", ""));
    EXPECT_EQ(outcome(id, AttemptOutcome::Kind::sent), "stale");
    ASSERT_TRUE(begin(id, "t3").go);
    EXPECT_EQ(outcome(id, AttemptOutcome::Kind::sent, "t3"), "done");
    EXPECT_EQ(refused(store_.settle(by("bob"), id, "resend", "")).reason, "not_open");
}

TEST_F(DeliveryTest, AFailedAnswerComesBackFromAClosedConversation) {
    const auto mine = owned_by_bob();
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0));
    begin(id);
    store::Resolution solved;
    solved.conversation = mine.conversation;
    solved.epoch = mine.epoch;
    solved.outcome = "solved";
    expect(store_.resolve(by("bob"), solved));
    outcome(id, AttemptOutcome::Kind::failed);
    EXPECT_EQ(expect(store_.claim_next(by("eve"), {}))->conversation, mine.conversation);
    expect(store_.settle(by("eve"), id, "resend", ""));
    EXPECT_EQ(read(mine.conversation).open_deliveries(), 1);
    EXPECT_TRUE(begin(id, "t2").go);
}

TEST_F(DeliveryTest, AfterTheAnswerTheConversationWaitsOrCloses) {
    const auto mine = owned_by_bob();
    const auto id = answer(mine, "bob", std::chrono::milliseconds(0), "wait");
    begin(id);
    outcome(id, AttemptOutcome::Kind::sent);
    EXPECT_EQ(read(mine.conversation).state(), v1::CONVERSATION_STATE_PENDING_CUSTOMER);
    const auto more = expect(store_.ingest(inbound("m2", "t1")));
    triage(more, 1000);
    const auto again = expect(store_.claim_next(by("bob"), {}));
    const auto last = answer(*again, "bob", std::chrono::milliseconds(0), "resolve");
    begin(last);
    outcome(last, AttemptOutcome::Kind::sent);
    EXPECT_EQ(read(mine.conversation).state(), v1::CONVERSATION_STATE_RESOLVED);
}

}  // namespace
}  // namespace guichet::test
