// Who was told of a private way and takes it late; and what follows when nobody takes any.
#include <algorithm>

#include "common/store/chains.hpp"
#include "common/store/trail.hpp"
#include "tests/integration/store/log_seen.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

class LateAnswerStore : public StoreTest {
  protected:
    // By mail to anna@example.org; `name` tells one offer's private side from another's.
    store::Offer offer(const store::Claimed& mine, const std::string& name) {
        store::Offer o;
        o.conversation = mine.conversation;
        o.epoch = mine.epoch;
        o.escalation = EscalationId("E1");
        o.route = name + ":mail";
        o.kind = "mail";
        o.channel = ChannelId(name);
        o.way = "direct";
        o.recipient = "anna@example.org";
        o.private_conversation = ConversationId("P" + name);
        o.thread = "conv:P" + name;
        o.private_delivery = DeliveryId("D" + name);
        o.private_text = "Let us go on here";
        o.private_blob = store::encode_message({});
        o.expires_at = clock_.now() + (hasty_ ? 0 : 3'600'000);
        o.chain = "private_link";
        o.identity = "account_proven";
        return o;
    }
    void goes_out(const std::string& delivery,
                  store::AttemptOutcome::Kind kind = store::AttemptOutcome::Kind::sent) {
        ASSERT_TRUE(begin(DeliveryId(delivery)).go);
        ASSERT_EQ(outcome(DeliveryId(delivery), kind), "done");
    }
    void answers(const std::string& name, const std::string& author = "anna@example.org") {
        auto m = inbound("answer " + name, "conv:P" + name, "here I am");
        m.channel = ChannelId(name);
        m.author = author;
        ASSERT_EQ(expect(store_.ingest(m)).conversation.str(), "P" + name);
    }
    boost::asio::awaitable<Result<store::Ticked>> tick() {
        auto partition = co_await store_.partition_of(kBrand);
        if (!partition) co_return partition.error();
        store::Tick what;
        co_return co_await store_.tick(*partition, what);
    }
    v1::Event newest_event() { return newest_events(io_, *client_, 1).at(0); }
    std::vector<std::string> owned_by_bob() { return expect(reads_.owned(kBrand, AgentId("bob"))); }
    // Nothing is left to do there, and it counts against nobody.
    void expect_ended(const std::string& id, const std::string& why) {
        const auto side = read(ConversationId(id));
        EXPECT_EQ(side.state(), v1::CONVERSATION_STATE_RESOLVED);
        EXPECT_EQ(side.cause(), why);
        EXPECT_EQ(side.owner(), "");
        const auto mine = owned_by_bob();
        EXPECT_EQ(std::count(mine.begin(), mine.end(), id), 0);
    }
    v1::Escalation known() { return expect(reads_.escalation(kBrand, EscalationId("E1"))); }

    // Offers expire at once.
    bool hasty_ = false;
};

TEST_F(LateAnswerStore, AfterADeclineHeIsThereAllTheSame) {
    expect(store_.escalate(by("bob"), offer(owned_comment(), "box")));
    goes_out("Dbox");
    expect(store_.decline(by("bob"), EscalationId("E1"), "he wrote that it is fine"));
    answers("box");
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(known().error(), "");
}

TEST_F(LateAnswerStore, WhatNeverWentOutIsAnsweredByNobody) {
    expect(store_.escalate(by("bob"), offer(owned_comment(), "box")));
    goes_out("Dbox", store::AttemptOutcome::Kind::failed);
    ASSERT_EQ(known().state(), v1::ESCALATION_STATE_EXPIRED);
    answers("box");
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_EXPIRED) << "he came by himself";
}

TEST_F(LateAnswerStore, AnOfferThatDidNotGoOutLeavesNothingInHisHands) {
    const auto mine = owned_comment();
    expect(store_.escalate(by("bob"), offer(mine, "box")));
    EXPECT_EQ(owned_by_bob().size(), 2u);
    goes_out("Dbox", store::AttemptOutcome::Kind::failed);
    expect_ended("Pbox", "the offer did not go out");
    EXPECT_EQ(owned_by_bob(), std::vector<std::string>{mine.conversation.str()});
}

TEST_F(LateAnswerStore, GoingPrivateMayTakeHimOneAboveAndNothingElse) {
    expect(store_.escalate(by("bob"), offer(owned_comment(), "box")));
    ASSERT_EQ(owned_by_bob().size(), 2u);
    const auto another = waiting("m9", "t9", 1000);
    EXPECT_EQ(refused(store_.claim(by("bob"), another, 60s, 1)).reason, "over_capacity");
    goes_out("Dbox");
    EXPECT_EQ(owned_by_bob().size(), 1u) << "it rests with the customer";
}

TEST_F(LateAnswerStore, NorDoesOneThatWasTakenBackAlsoAfterHeReleasedIt) {
    auto o = offer(owned_comment(), "box");
    o.undo = 60s;
    const auto offered = expect(store_.escalate(by("bob"), o));
    store::Giving release;
    release.conversation = offered.private_conversation;
    release.epoch = offered.private_epoch;
    expect(store_.give(by("bob"), release));
    expect(store_.undo(by("bob"), offered.delivery, false));
    expect_ended("Pbox", "the offer was taken back");
    EXPECT_EQ(expect(reads_.queues(kBrand)).size(), 0u) << "and nothing waits";
}

TEST_F(LateAnswerStore, ADeclinedOneEndsAndALateAnswerReopensItForHim) {
    expect(store_.escalate(by("bob"), offer(owned_comment(), "box")));
    goes_out("Dbox");
    expect(store_.decline(by("bob"), EscalationId("E1"), "he wrote that it is fine"));
    expect_ended("Pbox", "the offer was declined");
    auto late = inbound("late", "conv:Pbox", "here I am");
    late.channel = ChannelId("box");
    late.author = "anna@example.org";
    const auto stored = expect(store_.ingest(late));
    ASSERT_EQ(stored.conversation.str(), "Pbox");
    triage(stored, 1000);
    const auto back = read(stored.conversation);
    EXPECT_EQ(back.state(), v1::CONVERSATION_STATE_WAITING);
    EXPECT_EQ(back.preferred_owner(), "bob");
    EXPECT_EQ(back.outcome(), v1::OUTCOME_UNSPECIFIED);
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED);
}

TEST_F(LateAnswerStore, WhereHeWroteBeforeNothingIsClosedOverHisWords) {
    const auto mine = owned_comment();
    auto earlier = inbound("earlier", "conv:Pbox", "my parcel is lost");
    earlier.channel = ChannelId("box");
    const auto known_thread = expect(store_.ingest(earlier));
    const auto offered = expect(store_.escalate(by("bob"), offer(mine, "box")));
    ASSERT_EQ(offered.private_conversation, known_thread.conversation);
    begin(offered.delivery);
    outcome(offered.delivery, store::AttemptOutcome::Kind::failed);
    EXPECT_EQ(read(offered.private_conversation).state(), v1::CONVERSATION_STATE_OWNED);
}

TEST_F(LateAnswerStore, TheWayBeforeThePresentOneCountsToo) {
    const auto mine = owned_comment();
    expect(store_.escalate(by("bob"), offer(mine, "box")));
    goes_out("Dbox");
    expect(store_.decline(by("bob"), EscalationId("E1"), "no word of him"));
    auto second = offer(mine, "other");
    expect(store_.escalate(by("bob"), second));
    goes_out("Dother");
    answers("box");
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(known().private_conversation(), "Pbox");
    EXPECT_EQ(read(mine.conversation).counterpart(), "Pbox");
    EXPECT_FALSE(known().has_expires_at());
}

TEST_F(LateAnswerStore, WhoAnswersFromElsewhereIsNotProven) {
    expect(store_.escalate(by("bob"), offer(owned_comment(), "box")));
    goes_out("Dbox");
    answers("box", "carl@example.org");
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(known().identity(), v1::IDENTITY_PROOF_CLAIMED) << "whoever got the mail may answer it";
    EXPECT_EQ(read(ConversationId("Pbox")).identity(), v1::IDENTITY_PROOF_CLAIMED);
}

TEST_F(LateAnswerStore, WhenNothingFollowsTheCaseIsProposedAgainAndSomebodySeesIt) {
    const auto mine = owned_comment();
    goes_out(answer(mine, "bob", 0ms, "wait").str());
    ASSERT_EQ(read(mine.conversation).state(), v1::CONVERSATION_STATE_PENDING_CUSTOMER);
    hasty_ = true;
    auto o = offer(mine, "box");
    o.epoch = "*";
    expect(store_.escalate(by("bob"), o));
    goes_out("Dbox");
    v1::Triage reasons;
    reasons.add_reasons()->set_text("box:mail was not answered");
    store::Chains chains(store_);
    const auto propose = [&] {
        return expect(chains.propose_next(kBrand, EscalationId("E1"), "", reasons.SerializeAsString(), 60s));
    };
    EXPECT_FALSE(propose()) << "it waits for him still";
    EXPECT_EQ(expect(tick()).done, 1) << "the offer expires";
    ASSERT_EQ(known().state(), v1::ESCALATION_STATE_EXPIRED);
    expect_ended("Pbox", "the offer was not answered");
    EXPECT_TRUE(propose());
    EXPECT_FALSE(propose());
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_PROPOSED);
    EXPECT_EQ(known().reasons(0).text(), "box:mail was not answered");
    EXPECT_EQ(read(mine.conversation).state(), v1::CONVERSATION_STATE_WAITING) << "or nobody would read it";
    answers("box");
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED) << "late, and not too late";
}

TEST_F(LateAnswerStore, ConsentToACallIsKeptWithTheCaseOnce) {
    const auto mine = owned_comment();
    expect(store_.escalate(by("bob"), offer(mine, "box")));
    store::Chains chains(store_);
    const auto before = read(mine.conversation).version();
    expect(chains.agree_call(by("bob", "r1"), EscalationId("E1"), "the wish"));
    expect(chains.agree_call(by("bob", "r1"), EscalationId("E1"), "the wish"));
    EXPECT_EQ(read(mine.conversation).version(), before + 1);
    EXPECT_EQ(expect(reads_.escalation_fields(kBrand, EscalationId("E1"))).at("cw"), "the wish");
    EXPECT_EQ(refused(chains.agree_call(by("bob"), EscalationId("E2"), "x")).reason, "not_found");
}

TEST_F(LateAnswerStore, ReadingALetterUnmaskedStandsInTheTrailOfItsConversation) {
    const auto mine = owned_comment();
    store::DeadLetter letter;
    letter.workspace = kBrand;
    letter.source = "work:reply";
    letter.reason = "no such template";
    letter.conversation = mine.conversation.str();
    letter.body = "call 0470 12 34 56";
    expect(store_.bury(letter));
    const auto id = expect(reads_.dead_letters(kBrand, "", 1)).at(0).id();
    store::Trail trail(store_);
    expect(trail.unmasked(kBrand, "sue", id));
    const auto last = newest_event();
    EXPECT_EQ(last.type(), "dead_letter.read");
    EXPECT_EQ(last.actor(), "sue");
    EXPECT_EQ(last.conversation(), mine.conversation.str());
    EXPECT_EQ(last.team(), "care");
    EXPECT_EQ(last.detail(), id);
    EXPECT_EQ(refused(trail.unmasked(kBrand, "sue", "1-1")).reason, "not_found");
}

}  // namespace
}  // namespace guichet::test
