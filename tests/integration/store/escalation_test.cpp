// From public to private in the store: one case, a route spent once, one history, and the brand's words known
// again.
#include "tests/integration/store/fixture.hpp"

namespace guichet::test {
namespace {

using store::AttemptOutcome;
using namespace std::chrono_literals;

class EscalationStore : public StoreTest {
  protected:
    store::Inbound comment(const std::string& id, const std::string& author = "anna") {
        auto m = inbound(id, "post1|" + author, "your service is terrible");
        m.channel = ChannelId("page");
        m.author = author;
        m.is_public = true;
        m.parent_thread = "post1";
        return m;
    }
    // A comment that bob owns.
    store::Claimed owned_comment(const std::string& id = "c1", const std::string& author = "anna") {
        return owned_by_bob(comment(id, author));
    }
    static std::string blob(const std::string& text, const std::string& delivery) {
        v1::Message message;
        message.set_text(text);
        message.set_delivery(delivery);
        return store::encode_message(message);
    }
    store::Offer offer(const store::Claimed& mine, const std::string& name = "E1") {
        store::Offer o;
        o.conversation = mine.conversation;
        o.epoch = mine.epoch;
        o.escalation = EscalationId(name);
        o.route = "page:private_reply";
        o.kind = "private_reply";
        o.channel = ChannelId("page");
        o.way = "private_reply";
        o.single_use_key = "page:c1";
        o.private_conversation = ConversationId("P" + name);
        o.thread = "dm|";
        o.private_delivery = DeliveryId("DP" + name);
        o.private_text = "Let us go on here";
        o.private_blob = blob(o.private_text, o.private_delivery.str());
        o.public_delivery = DeliveryId("DQ" + name);
        o.public_text = "We have written to you";
        o.public_blob = blob(o.public_text, o.public_delivery.str());
        o.expires_at = clock_.now() + 3'600'000;
        o.identity = "account_proven";
        return o;
    }
    std::string sent(const DeliveryId& id, const std::string& remote, const std::string& recipient = {}) {
        if (!begin(id).go) return "not begun";
        AttemptOutcome outcome;
        outcome.workspace = kBrand;
        outcome.delivery = id;
        outcome.token = "t1";
        outcome.external_id = remote;
        outcome.recipient = recipient;
        return expect(store_.record_outcome(outcome));
    }
    v1::EscalationState state(const std::string& id = "E1") {
        return expect(reads_.escalation(kBrand, EscalationId(id))).state();
    }
};

TEST_F(EscalationStore, ThePrivateMessageGoesFirstThenThePublicWordThenTheCustomerAnswers) {
    const auto mine = owned_comment();
    const auto offered = expect(store_.escalate(by("bob"), offer(mine)));
    EXPECT_EQ(state(), v1::ESCALATION_STATE_OFFERED);
    const auto attempt = begin(offered.delivery, "x");
    EXPECT_EQ(attempt.way, "private_reply");
    EXPECT_EQ(attempt.recipient, "c1") << "the comment that is answered";
    EXPECT_FALSE(attempt.is_public);
    EXPECT_FALSE(begin(DeliveryId("DQE1")).go) << "nothing is said in public before it is true";
    EXPECT_EQ(expect(reads_.route_use(kBrand, "page:c1")), "reserved|E1");

    AttemptOutcome done;
    done.workspace = kBrand;
    done.delivery = offered.delivery;
    done.token = "x";
    done.external_id = "mid1";
    done.recipient = "psid7";
    EXPECT_EQ(expect(store_.record_outcome(done)), "done");
    EXPECT_EQ(expect(reads_.route_use(kBrand, "page:c1")), "spent|E1");
    EXPECT_EQ(sent(DeliveryId("DQE1"), "c9"), "done");

    auto answer = inbound("mid2", "dm|psid7", "all right, here I am");
    answer.channel = ChannelId("page");
    answer.author = "psid7";
    const auto back = expect(store_.ingest(answer));
    EXPECT_EQ(back.conversation, offered.private_conversation) << "one case, not a new conversation";
    EXPECT_EQ(state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(read(back.conversation).contact(), read(mine.conversation).contact()) << "one person";

    auto view = expect(reads_.view(by("bob"), mine.conversation, 0, 50));
    expect(reads_.surround(by("bob"), view, 50));
    EXPECT_EQ(view.counterpart().id(), offered.private_conversation.str());
    EXPECT_EQ(view.counterpart_messages_size(), 2);
    EXPECT_EQ(view.thread_size(), 2) << "the comment and our word below it";
    EXPECT_EQ(view.others_size(), 0);
}

TEST_F(EscalationStore, WhatWasOfferedWaitsForTheCustomerAndIsNobodysLoad) {
    const auto mine = owned_comment();
    const auto offered = expect(store_.escalate(by("bob"), offer(mine)));
    const auto load = [&] {
        auto keys = expect(client_->call(redis::Command("KEYS", "*own:bob")));
        return expect(client_->call(redis::Command("ZCARD", keys[0].text()))).to_integer();
    };
    EXPECT_EQ(load(), 2) << "while it goes out it is his";
    ASSERT_EQ(sent(offered.delivery, "mid1", "psid7"), "done");
    EXPECT_EQ(load(), 1) << "the comment alone";
    EXPECT_EQ(read(offered.private_conversation).state(), v1::CONVERSATION_STATE_PENDING_CUSTOMER);
    auto answer = inbound("mid2", "dm|psid7", "here I am");
    answer.channel = ChannelId("page");
    answer.author = "psid7";
    const auto stored = expect(store_.ingest(answer));
    store::TriageDecision decision;
    decision.workspace = kBrand;
    decision.conversation = stored.conversation;
    decision.seq = 2;
    decision.due = 5000;
    decision.reserve = 60s;
    expect(store_.triage(decision));
    EXPECT_FALSE(expect(store_.claim_next(by("eve"), {}))) << "kept for who offered it";
    const auto next = expect(store_.claim_next(by("bob"), {}));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->conversation, offered.private_conversation);
}

TEST_F(EscalationStore, AnEchoNamesWhomAnOfferReached) {
    const auto mine = owned_comment();
    auto first = offer(mine);
    const auto offered = expect(store_.escalate(by("bob"), first));
    ASSERT_TRUE(begin(offered.delivery, "t1").go);
    store::OwnPost echo{kBrand,     ChannelId("page"),    "mid1",       "",
                        "dm|psid7", "Let us go on  here", blob("x", "")};
    EXPECT_EQ(expect(store_.own_post(echo)), "sent");
    EXPECT_EQ(delivery_state(offered.delivery), v1::DELIVERY_STATE_SENT);
    AttemptOutcome late;
    late.workspace = kBrand;
    late.delivery = offered.delivery;
    late.token = "t1";
    late.external_id = "mid1";
    EXPECT_EQ(expect(store_.record_outcome(late)), "stale");
    auto answer = inbound("mid2", "dm|psid7", "here I am");
    answer.channel = ChannelId("page");
    answer.author = "psid7";
    const auto back = expect(store_.ingest(answer));
    EXPECT_EQ(back.conversation, offered.private_conversation);
    EXPECT_EQ(read(back.conversation).contact(), read(mine.conversation).contact()) << "one person";
    EXPECT_EQ(state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(expect(client_->call(redis::Command("KEYS", "*:te:*"))).size(), 0U);
}

TEST_F(EscalationStore, TwoOffersThatLookAlikeAreNotToldApartByAnEcho) {
    const auto mine = owned_comment();
    const auto hers = owned_comment("c2", "eve");
    auto other = offer(hers, "E2");
    other.single_use_key = "page:c2";
    const auto a = expect(store_.escalate(by("bob"), offer(mine)));
    const auto b = expect(store_.escalate(by("bob"), other));
    ASSERT_TRUE(begin(a.delivery, "t1").go);
    ASSERT_TRUE(begin(b.delivery, "t2").go);
    store::OwnPost echo{kBrand,     ChannelId("page"),   "mid1",       "",
                        "dm|psid7", "Let us go on here", blob("x", "")};
    EXPECT_EQ(expect(store_.own_post(echo)), "unknown");
    EXPECT_EQ(delivery_state(a.delivery), v1::DELIVERY_STATE_SENDING);
    echo.external_id = "mid2";
    echo.text = "Other words";
    EXPECT_EQ(expect(store_.own_post(echo)), "unknown");
}

TEST_F(EscalationStore, TwoAtOnceSpendASingleUseRouteOnce) {
    const auto mine = owned_comment();
    expect(store_.escalate(by("bob"), offer(mine)));
    EXPECT_EQ(refused(store_.escalate(by("bob"), offer(mine, "E2"))).reason, "already_escalated");
    // Another conversation about the same comment.
    const auto second = owned_comment("c2", "eve");
    EXPECT_EQ(refused(store_.escalate(by("bob"), offer(second, "E3"))).reason, "route_used");
    EXPECT_EQ(refused(store_.escalate(by("eve"), offer(mine, "E4"))).reason, "owned_by_other");
}

TEST_F(EscalationStore, ARefusedRouteIsFreeAgainAndTheNextIsAskedFor) {
    const auto mine = owned_comment();
    const auto offered = expect(store_.escalate(by("bob"), offer(mine)));
    begin(offered.delivery);
    EXPECT_EQ(outcome(offered.delivery, AttemptOutcome::Kind::failed), "done");
    EXPECT_EQ(state(), v1::ESCALATION_STATE_EXPIRED);
    EXPECT_EQ(expect(reads_.route_use(kBrand, "page:c1")), "");
    EXPECT_FALSE(begin(DeliveryId("DQE1")).go) << "no word in public of what did not happen";
    auto again = offer(mine, "E1b");
    again.epoch = "*";
    EXPECT_EQ(expect(store_.escalate(by("system"), again)).escalation.str(), "E1") << "the same case goes on";
}

TEST_F(EscalationStore, WhatIsUnconfirmedKeepsItsRoute) {
    const auto mine = owned_comment();
    const auto offered = expect(store_.escalate(by("bob"), offer(mine)));
    begin(offered.delivery);
    outcome(offered.delivery, AttemptOutcome::Kind::unconfirmed);
    EXPECT_EQ(state(), v1::ESCALATION_STATE_OFFERED);
    EXPECT_EQ(expect(reads_.route_use(kBrand, "page:c1")), "reserved|E1");
}

TEST_F(EscalationStore, UndoTakesTheOfferBackAndFreesTheRoute) {
    const auto mine = owned_comment();
    auto o = offer(mine);
    o.undo = 60s;
    const auto offered = expect(store_.escalate(by("bob"), o));
    expect(store_.undo(by("bob"), offered.delivery, false));
    EXPECT_EQ(state(), v1::ESCALATION_STATE_DECLINED);
    EXPECT_EQ(expect(reads_.route_use(kBrand, "page:c1")), "");
}

TEST_F(EscalationStore, TheClosingWordComesAfterTheMatterWentOnInPrivate) {
    const auto mine = owned_comment();
    const auto offered = expect(store_.escalate(by("bob"), offer(mine)));
    store::ClosingWord word;
    word.escalation = EscalationId("E1");
    word.epoch = mine.epoch;
    word.delivery = DeliveryId("DC");
    word.text = "Thank you, all is settled";
    word.blob = blob(word.text, "DC");
    EXPECT_EQ(refused(store_.close_in_public(by("bob"), word)).reason, "not_accepted");
    ASSERT_EQ(sent(offered.delivery, "mid1", "psid7"), "done");
    ASSERT_EQ(sent(DeliveryId("DQE1"), "c9"), "done");
    auto answer = inbound("mid2", "dm|psid7");
    answer.channel = ChannelId("page");
    expect(store_.ingest(answer));
    expect(store_.close_in_public(by("bob"), word));
    word.delivery = DeliveryId("DC2");
    EXPECT_EQ(refused(store_.close_in_public(by("bob"), word)).reason, "closing_already");
    EXPECT_EQ(sent(DeliveryId("DC"), "c10"), "done");
    EXPECT_EQ(state(), v1::ESCALATION_STATE_CLOSED_IN_PUBLIC);
    EXPECT_EQ(read(mine.conversation).state(), v1::CONVERSATION_STATE_RESOLVED);
}

TEST_F(EscalationStore, AProposalIsMadeOnceAndCanBeDeclined) {
    const auto mine = owned_comment();
    EXPECT_TRUE(expect(store_.propose(kBrand, "system:persistence", mine.conversation, "", "")));
    EXPECT_FALSE(expect(store_.propose(kBrand, "system:persistence", mine.conversation, "", "")));
    const auto id = read(mine.conversation).escalation();
    EXPECT_EQ(state(id), v1::ESCALATION_STATE_PROPOSED);
    expect(store_.decline(by("bob"), EscalationId(id), "he is only joking"));
    EXPECT_EQ(state(id), v1::ESCALATION_STATE_DECLINED);
}

TEST_F(EscalationStore, AnEchoSettlesWhatWasInDoubt) {
    const auto mine = owned_comment();
    const auto id = answer(mine, "bob", 0ms);
    begin(id);
    outcome(id, AttemptOutcome::Kind::unconfirmed);
    EXPECT_EQ(expect(reads_.unconfirmed_count(kBrand)), 1);
    store::OwnPost echo{kBrand, ChannelId("page"), "c77", "c1", "", " our  answer\n", blob("our answer", "")};
    EXPECT_EQ(expect(store_.own_post(echo)), "sent");
    EXPECT_EQ(delivery_state(id), v1::DELIVERY_STATE_SENT);
    EXPECT_EQ(expect(reads_.unconfirmed_count(kBrand)), 0);
    EXPECT_EQ(expect(store_.own_post(echo)), "known");
}

TEST_F(EscalationStore, AColleaguesWordsElsewhereArePartOfTheHistory) {
    const auto mine = owned_comment();
    store::OwnPost post{
        kBrand, ChannelId("page"), "c78", "c1", "", "written at the platform", blob("written", "")};
    EXPECT_EQ(expect(store_.own_post(post)), "added");
    EXPECT_EQ(read(mine.conversation).message_count(), 2);
    EXPECT_EQ(read(mine.conversation).inbound_seq(), 1) << "it is no word of the customer's";
    post.external_id = "c79";
    post.reply_to = "nobody knows";
    EXPECT_EQ(expect(store_.own_post(post)), "unknown");
}

TEST_F(EscalationStore, ABounceFailsWhatWasSentAndSomebodySeesIt) {
    const auto mine = owned_comment();
    const auto id = answer(mine, "bob", 0ms, "resolve");
    ASSERT_EQ(sent(id, "c80"), "done");
    EXPECT_EQ(read(mine.conversation).state(), v1::CONVERSATION_STATE_RESOLVED);
    store::DeliveryReport bounce{kBrand, ChannelId("page"), "c80", {}, true, "no such mailbox"};
    EXPECT_EQ(expect(store_.report_delivery(bounce)), "failed");
    EXPECT_EQ(read(mine.conversation).state(), v1::CONVERSATION_STATE_WAITING);
    bounce.external_id = "unheard of";
    EXPECT_EQ(expect(store_.report_delivery(bounce)), "unknown");
}

TEST_F(EscalationStore, TalkAmongCustomersIsShownAndWaitsForNobody) {
    auto m = comment("c5", "carl");
    m.among_customers = true;
    const auto stored = expect(store_.ingest(m));
    store::TriageDecision decision;
    decision.workspace = kBrand;
    decision.conversation = stored.conversation;
    decision.seq = 1;
    decision.aside = true;
    decision.due = 1000;
    expect(store_.triage(decision));
    EXPECT_EQ(read(stored.conversation).state(), v1::CONVERSATION_STATE_RESOLVED);
    EXPECT_FALSE(expect(store_.claim_next(by("bob"), {})));
    EXPECT_EQ(expect(reads_.thread(kBrand, ChannelId("page"), "post1", 50)).size(), 1U);
}

TEST_F(EscalationStore, TheSameAttemptMayAskTwice) {
    const auto mine = owned_comment();
    const auto id = answer(mine, "bob", 0ms);
    const auto first = begin(id, "one");
    const auto again = begin(id, "one");
    EXPECT_TRUE(again.go);
    EXPECT_EQ(again.attempt, first.attempt);
    EXPECT_EQ(again.send_before, first.send_before);
    EXPECT_FALSE(begin(id, "two").go);
}

TEST_F(EscalationStore, WhoHandsOffDoesNotTakeItAgain) {
    const auto mine = owned_comment();
    store::Giving giving;
    giving.kind = store::Giving::Kind::handoff;
    giving.conversation = mine.conversation;
    giving.epoch = mine.epoch;
    giving.reason = "not mine";
    expect(store_.give(by("bob"), giving));
    EXPECT_FALSE(expect(store_.claim_next(by("bob"), {})));
    EXPECT_TRUE(expect(store_.claim_next(by("eve"), {})));
}

TEST_F(EscalationStore, WhoTakesHisWordsBackReopensNothing) {
    const auto mine = owned_comment();
    store::Resolution done;
    done.conversation = mine.conversation;
    done.epoch = mine.epoch;
    done.outcome = "solved";
    expect(store_.resolve(by("bob"), done));
    auto gone = comment("c1");
    gone.kind = store::Inbound::Kind::deleted;
    EXPECT_EQ(expect(store_.ingest(gone)).outcome, store::Ingested::Outcome::changed);
    const auto keys = expect(client_->call(redis::Command("KEYS", "*work:routing")));
    EXPECT_EQ(expect(client_->call(redis::Command("XLEN", keys[0].text()))).to_integer(), 1)
        << "the first message's work only";
}

}  // namespace
}  // namespace guichet::test
