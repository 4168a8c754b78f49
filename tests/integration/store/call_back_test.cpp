// A call-back in the store: a task for a person, due when it was wanted, and what its outcome moves.
#include "common/store/chains.hpp"
#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

class CallBackStore : public StoreTest {
  protected:
    store::CallTask task(const store::Claimed& mine, TimeMs wanted_from = 0) {
        store::CallTask t;
        t.conversation = mine.conversation;
        t.epoch = mine.epoch;
        t.escalation = EscalationId("E1");
        t.route = "call_back";
        t.channel = ChannelId("page");
        t.private_conversation = ConversationId("P1");
        t.chain = "private_link";
        v1::CallBack call;
        call.set_number("+32470123456");
        call.set_consent(true);
        t.call = call.SerializeAsString();
        v1::Message note;
        note.set_text("call her");
        t.note = store::encode_message(note);
        t.wanted_from = wanted_from;
        t.identity = "claimed";
        return t;
    }
    v1::Escalation escalation() { return expect(reads_.escalation(kBrand, EscalationId("E1"))); }
    std::optional<store::Claimed> next(const std::string& actor, bool bot) {
        store::ClaimNext what;
        what.bot = bot;
        return expect(store_.claim_next(by(actor), what));
    }
    store::Claimed taken() { return expect(store_.claim(by("eve"), ConversationId("P1"), 60s, 5)); }
    EscalationId called(const store::Claimed& mine, const std::string& result,
                        const std::string& actor = "eve") {
        return expect(store_.record_call(by(actor), {mine.conversation, mine.epoch, result, ""}));
    }
};

TEST_F(CallBackStore, ItIsATaskInTheQueueForPeopleOnly) {
    const auto mine = owned_comment();
    const auto offered = expect(store_.call_back(by("bob"), task(mine)));
    EXPECT_EQ(escalation().state(), v1::ESCALATION_STATE_OFFERED);
    EXPECT_EQ(escalation().route().kind(), v1::ROUTE_KIND_CALL_BACK);
    EXPECT_FALSE(escalation().has_expires_at()) << "it waits for a person, not for the customer";
    const auto waits = read(offered.private_conversation);
    EXPECT_EQ(waits.state(), v1::CONVERSATION_STATE_WAITING);
    EXPECT_EQ(waits.call_back().number(), "+32470123456");
    EXPECT_EQ(waits.team(), "care");
    EXPECT_EQ(waits.message_count(), 1) << "the note that says what to do";
    const auto queues = expect(reads_.queues(kBrand));
    ASSERT_EQ(queues.size(), 1U);
    EXPECT_TRUE(queues[0].call_back());
    EXPECT_FALSE(next("robot", true));
    EXPECT_EQ(refused(store_.claim(by("robot"), ConversationId("P1"), 60s, 5, true)).reason, "for_people");
    store::Assignment to_robot;
    to_robot.conversation = ConversationId("P1");
    to_robot.agent = AgentId("robot");
    to_robot.bot = true;
    EXPECT_EQ(refused(store_.assign(by("boss"), to_robot)).reason, "for_people");
    const auto claimed = next("eve", false);
    ASSERT_TRUE(claimed);
    EXPECT_EQ(claimed->conversation.str(), "P1");
    EXPECT_EQ(refused(store_.call_back(by("bob"), task(mine))).reason, "already_escalated");
}

TEST_F(CallBackStore, OneRequestHasOneAnswerWhicheverWayIsOpenNow) {
    store::Chains chains(store_);
    const auto mine = owned_comment();
    EXPECT_FALSE(expect(chains.escalated(by("bob", "r1"))));
    const auto planned = expect(store_.call_back(by("bob", "r1"), task(mine)));
    const auto before = expect(chains.escalated(by("bob", "r1")));
    ASSERT_TRUE(before);
    EXPECT_TRUE(before->private_epoch.empty());
    EXPECT_EQ(before->escalation, planned.escalation);
    store::Offer another;
    another.conversation = mine.conversation;
    another.epoch = mine.epoch;
    EXPECT_EQ(expect(store_.escalate(by("bob", "r1"), another)).private_conversation.str(), "P1");
    EXPECT_FALSE(expect(chains.escalated(by("eve", "r1")))) << "it was somebody else's request";
    EXPECT_EQ(refused(store_.reopen(by("bob", "r1"), mine.conversation, "")).reason, "request_reused");
    expect(store_.claim(by("eve", "r2"), ConversationId("P1"), 60s, 5));
    EXPECT_EQ(refused(chains.escalated(by("eve", "r2"))).reason, "request_reused");
}

TEST_F(CallBackStore, ItComesBackWhenItWasWanted) {
    const auto mine = owned_comment();
    const auto later = clock_.now() + 3'600'000;
    expect(store_.call_back(by("bob"), task(mine, later)));
    auto waits = read(ConversationId("P1"));
    EXPECT_EQ(waits.state(), v1::CONVERSATION_STATE_SNOOZED);
    EXPECT_EQ(store::to_ms(waits.snoozed_until()), later);
    EXPECT_EQ(store::to_ms(waits.due_at()), later);
    EXPECT_FALSE(next("eve", false));
    EXPECT_EQ(taken().conversation.str(), "P1") << "who wants to call earlier may";
}

TEST_F(CallBackStore, ReachedSettlesTheCaseAndNothingCanBeSentThere) {
    expect(store_.call_back(by("bob"), task(owned_comment())));
    const auto mine = taken();
    store::Sending sending;
    sending.conversation = mine.conversation;
    sending.epoch = mine.epoch;
    sending.delivery = DeliveryId("D1");
    sending.text = "hello";
    EXPECT_EQ(refused(store_.send(by("eve"), sending)).reason, "call_only");
    store::Resolution resolution{mine.conversation, mine.epoch, "solved", "", "", false};
    EXPECT_EQ(refused(store_.resolve(by("eve"), resolution)).reason, "call_open");
    EXPECT_EQ(refused(store_.record_call(by("bob"), {mine.conversation, "", "reached", ""})).reason,
              "owned_by_other");
    EXPECT_EQ(called(mine, "reached").str(), "E1");
    EXPECT_EQ(escalation().state(), v1::ESCALATION_STATE_RESOLVED);
    EXPECT_EQ(read(mine.conversation).state(), v1::CONVERSATION_STATE_RESOLVED);
    EXPECT_EQ(read(mine.conversation).outcome(), v1::OUTCOME_SOLVED);
}

TEST_F(CallBackStore, ReachedMayGoOn) {
    expect(store_.call_back(by("bob"), task(owned_comment())));
    const auto mine = taken();
    called(mine, "kept");
    EXPECT_EQ(escalation().state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(read(mine.conversation).owner(), "eve");
    EXPECT_EQ(refused(store_.record_call(by("eve"), {mine.conversation, mine.epoch, "reached", ""})).reason,
              "call_settled");
    expect(store_.resolve(by("eve"), {mine.conversation, mine.epoch, "solved", "", "", false}));
    EXPECT_EQ(escalation().state(), v1::ESCALATION_STATE_RESOLVED);
}

TEST_F(CallBackStore, NotReachedAsksForTheNextWay) {
    const auto comment = owned_comment();
    expect(store_.call_back(by("bob"), task(comment)));
    called(taken(), "not_reached");
    EXPECT_EQ(escalation().state(), v1::ESCALATION_STATE_EXPIRED);
    EXPECT_EQ(escalation().chain(0), "private_link");
    const auto keys = expect(client_->call(redis::Command("KEYS", "*work:escalation")));
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(expect(client_->call(redis::Command("XLEN", keys[0].text()))).to_integer(), 1);
}

TEST_F(CallBackStore, DeclinedOnTheTelephoneOrByTheAgentEndsIt) {
    const auto comment = owned_comment();
    expect(store_.call_back(by("bob"), task(comment)));
    called(taken(), "declined");
    EXPECT_EQ(escalation().state(), v1::ESCALATION_STATE_DECLINED);
    auto second = task(comment);
    second.private_conversation = ConversationId("P2");
    expect(store_.call_back(by("bob"), second));
    expect(store_.decline(by("bob"), EscalationId("E1"), "she wrote that it is fine"));
    EXPECT_EQ(read(ConversationId("P2")).state(), v1::CONVERSATION_STATE_RESOLVED) << "nobody calls any more";
    EXPECT_FALSE(next("eve", false));
}

}  // namespace
}  // namespace guichet::test
