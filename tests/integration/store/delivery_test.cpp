#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

using store::AttemptOutcome;

class DeliveryTest : public StoreTest {
  protected:
    store::Claimed owned_by_bob() {
        return expect(store_.claim(by("bob"), waiting("m1", "t1", 1000), std::chrono::seconds(60), 5));
    }
    store::Sending sending(const store::Claimed& mine, const std::string& delivery) {
        store::Sending s;
        s.conversation = mine.conversation;
        s.epoch = mine.epoch;
        s.inbound_seq = 1;
        s.delivery = DeliveryId(delivery);
        s.text = "our answer";
        s.undo = std::chrono::seconds(60);
        return s;
    }
    // The one that fits.
    std::string key(const std::string& pattern) {
        const auto found = expect(client_->call(redis::Command("KEYS", pattern)));
        return found.size() == 1 ? found[0].text() : std::string();
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

TEST_F(DeliveryTest, ASendTellsItsDeliveryAndTheSameAgainAsItIsNow) {
    const auto mine = owned_by_bob();
    const auto what = sending(mine, "X");
    const auto sent = expect(store_.send(by("bob", "r1"), what));
    EXPECT_EQ(sent.state(), v1::DELIVERY_STATE_HELD);
    EXPECT_EQ(sent.text(), "our answer");
    EXPECT_EQ(sent.SerializeAsString(), expect(reads_.delivery(kBrand, DeliveryId("X"))).SerializeAsString());
    expect(store_.undo(by("bob"), DeliveryId("X"), false));
    const auto again = expect(store_.send(by("bob", "r1"), what));
    EXPECT_EQ(again.id(), "X");
    EXPECT_EQ(again.state(), v1::DELIVERY_STATE_CANCELLED);
    const auto kept = expect(client_->call(redis::Command("GET", key("*:brand:rq:bob:r1"))));
    EXPECT_NE(kept.text().find("held"), std::string::npos);
    EXPECT_EQ(kept.text().find("our answer"), std::string::npos);
}

TEST_F(DeliveryTest, AChannelThatDoesNotTakeTheWordsRefusesThem) {
    const auto mine = owned_by_bob();
    auto what = sending(mine, "X");
    what.channels = {ChannelId("for"), ChannelId("page")};
    EXPECT_EQ(refused(store_.send(by("bob", "r1"), what)).reason, "other_channel");
    EXPECT_EQ(read(mine.conversation).open_deliveries(), 0);
    what.channels.emplace_back("form");
    EXPECT_EQ(expect(store_.send(by("bob", "r1"), what)).id(), "X") << "a refusal is not remembered";
}

TEST_F(DeliveryTest, WhatAnOlderReleaseWasAnsweredIsRememberedByThisOneAndBack) {
    const auto mine = owned_by_bob();
    const auto record = key("*:brand:c:*");
    store::Functions functions(*client_);
    const auto older = [&](const std::string& request, const std::string& delivery) {
        store::Row arguments{"brand",    "bob",  request,  "*", mine.conversation.str(),
                             mine.epoch, "1",    delivery, "",  "our answer",
                             "60000",    "keep", "",       ""};
        return expect(functions.call(record.substr(0, record.find("brand")), "send", std::move(arguments)));
    };
    EXPECT_EQ(older("r1", "X").at(0), "X");
    EXPECT_EQ(expect(store_.send(by("bob", "r1"), sending(mine, "Y"))).id(), "X");
    EXPECT_EQ(expect(store_.send(by("bob", "r2"), sending(mine, "Y"))).id(), "Y");
    EXPECT_EQ(older("r2", "Z").at(0), "Y");
    EXPECT_EQ(read(mine.conversation).open_deliveries(), 2);
}

TEST_F(DeliveryTest, TheWorkOfAnAnswerNamesItsChannel) {
    const auto mine = owned_by_bob();
    const auto first = answer(mine, "bob", std::chrono::milliseconds(0));
    answer(mine, "bob", std::chrono::milliseconds(0));
    ASSERT_TRUE(begin(first).go);
    outcome(first, AttemptOutcome::Kind::sent);
    const auto work = expect(client_->call(redis::Command("XRANGE", key("*:work:reply"), "-", "+")));
    ASSERT_EQ(work.size(), 2U) << "the second starts when the first is settled";
    for (std::size_t i = 0; i < work.size(); ++i) {
        std::vector<std::pair<std::string, std::string>> fields;
        for (std::size_t f = 0; f + 1 < work[i][1].size(); f += 2)
            fields.emplace_back(work[i][1][f].text(), work[i][1][f + 1].text());
        const auto item = store::decode_work(work[i][0].text(), fields);
        EXPECT_EQ(item.what, "send");
        EXPECT_EQ(item.channel.str(), "form");
    }
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
