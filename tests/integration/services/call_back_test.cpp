// Call-backs as agents plan and make them.
#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

class CallBackTest : public ServicesTest {
  protected:
    CallBackTest() { settings_.reply.undo = 0ms; }

    v1::Conversation comment(const std::string& thread = "t1") {
        return claim("bob", complain(thread, "I want a refund, this is a scandal.", "wall", true));
    }
    static v1::EscalateRequest wish(const v1::Conversation& c,
                                    const std::string& number = "+32 470 12 34 56") {
        v1::EscalateRequest request;
        request.set_conversation(c.id());
        request.set_epoch(c.epoch());
        request.mutable_call_back()->set_number(number);
        request.mutable_call_back()->set_consent(true);
        request.mutable_call_back()->set_wanted("after six");
        request.set_reason("she asked for it");
        return request;
    }
    v1::Escalation plan(v1::EscalateRequest request) {
        return expect<v1::EscalateResponse>("bob", "EscalationService/Escalate", std::move(request))
            .escalation();
    }
    Status refusal(v1::EscalateRequest request) {
        return refused<v1::EscalateResponse>("bob", "EscalationService/Escalate", std::move(request));
    }
    v1::ClaimNextResponse next(const std::string& caller) {
        v1::ClaimNextRequest request;
        request.add_channels("wall");
        return expect<v1::ClaimNextResponse>(caller, "RoutingService/ClaimNext", request);
    }
    v1::RecordCallRequest went(const v1::Conversation& task, v1::CallResult result) {
        v1::RecordCallRequest request;
        request.set_conversation(task.id());
        request.set_epoch(task.epoch());
        request.set_result(result);
        request.set_note("we spoke of the parcel");
        return request;
    }
};

TEST_F(CallBackTest, AnAgentTakesTheTaskCallsAndTheCaseIsSettled) {
    const auto mine = comment();
    auto request = wish(mine);
    request.set_request_id("once");
    const auto planned = plan(request);
    EXPECT_EQ(planned.route().kind(), v1::ROUTE_KIND_CALL_BACK);
    EXPECT_EQ(planned.state(), v1::ESCALATION_STATE_OFFERED);
    EXPECT_EQ(plan(request).id(), planned.id()) << "the same request, the same case";
    v1::ListConversationsRequest list;
    list.mutable_filter()->add_states(v1::CONVERSATION_STATE_WAITING);
    const auto listed = expect<v1::ListConversationsResponse>("eve", "InboxService/ListConversations", list);
    ASSERT_EQ(listed.conversations_size(), 1);
    EXPECT_EQ(listed.conversations(0).call_back().number(), "•••• 56") << "not on every screen";
    EXPECT_FALSE(next("robot").has_conversation()) << "bots make no calls";
    const auto taken = next("eve");
    ASSERT_EQ(taken.conversation().id(), planned.private_conversation());
    const auto& call = taken.conversation().call_back();
    EXPECT_EQ(call.number(), "+32470123456");
    EXPECT_EQ(call.wanted(), "after six");
    EXPECT_EQ(call.consent_by(), "bob");
    EXPECT_TRUE(call.has_consent_at());
    ASSERT_EQ(taken.messages_size(), 1);
    EXPECT_NE(taken.messages(0).text().find("+32470123456"), std::string::npos);
    const auto done = expect<v1::RecordCallResponse>("eve", "EscalationService/RecordCall",
                                                     went(taken.conversation(), v1::CALL_RESULT_REACHED));
    EXPECT_EQ(done.escalation().state(), v1::ESCALATION_STATE_RESOLVED);
    EXPECT_EQ(done.conversation().state(), v1::CONVERSATION_STATE_RESOLVED);
    EXPECT_TRUE(connector_.sent.empty()) << "nothing was said in public that nobody wrote";
}

TEST_F(CallBackTest, WithoutConsentOrNumberNothingIsPlanned) {
    const auto mine = comment();
    auto request = wish(mine);
    request.mutable_call_back()->set_consent(false);
    EXPECT_EQ(refusal(request).field, "call_back.consent");
    EXPECT_EQ(refusal(wish(mine, "")).field, "call_back.number");
    EXPECT_EQ(refusal(wish(mine, "at home")).field, "call_back.number");
    request = wish(mine);
    store::set_time(request.mutable_call_back()->mutable_wanted_until(), clock_.now() - 1000);
    EXPECT_EQ(refusal(request).field, "call_back.wanted_until");
    v1::EscalateRequest bare;
    bare.set_conversation(mine.id());
    bare.set_epoch(mine.epoch());
    bare.add_routes("call_back");
    EXPECT_EQ(refusal(bare).reason, "route_closed");
}

TEST_F(CallBackTest, TheNumberIsNeverSaidInPublicOtherWordsAre) {
    const auto mine = comment();
    auto request = wish(mine);
    request.set_public_text("We call you on 0470 12 34 56.");
    EXPECT_EQ(refusal(request).field, "public_text");
    request.set_public_text("We will call you.");
    plan(request);
    wait_for([this] { return !connector_.sent.empty(); }, "the word in public");
    EXPECT_EQ(connector_.sent[0].text, "We will call you.");
}

TEST_F(CallBackTest, NotReachedOffersTheNextWay) {
    const auto mine = comment();
    const auto planned = plan(wish(mine));
    ASSERT_FALSE(planned.chain().empty());
    const auto taken = next("eve");
    expect<v1::RecordCallResponse>("eve", "EscalationService/RecordCall",
                                   went(taken.conversation(), v1::CALL_RESULT_NOT_REACHED));
    wait_for(
        [&] {
            const auto found = run(io_, reads_.escalation(kBrand, EscalationId(planned.id())));
            return found && found->state() == v1::ESCALATION_STATE_OFFERED &&
                   found->route().kind() != v1::ROUTE_KIND_CALL_BACK;
        },
        "the next way");
}

TEST_F(CallBackTest, AfterTheOtherWaysHeIsCalledWhenHeAgreedToIt) {
    // Long enough for the same request to come again before the case moves on.
    settings_.escalation.wait_private_reply = 2s;
    auto request = wish(comment());
    request.add_routes("wall:private_reply");
    request.add_routes("call_back");
    request.set_request_id("once");
    const auto offered = plan(request);
    EXPECT_EQ(offered.route().kind(), v1::ROUTE_KIND_PRIVATE_REPLY);
    ASSERT_GE(offered.chain_size(), 1);
    EXPECT_EQ(offered.chain(0), "call_back");
    EXPECT_EQ(plan(request).id(), offered.id()) << "the same request, the same case";
    v1::Escalation found;
    wait_for(
        [&] {
            found = *run(io_, reads_.escalation(kBrand, EscalationId(offered.id())));
            return found.route().kind() == v1::ROUTE_KIND_CALL_BACK;
        },
        "the call");
    EXPECT_EQ(found.state(), v1::ESCALATION_STATE_OFFERED);
    const auto task = read(ConversationId(found.private_conversation()));
    EXPECT_EQ(task.call_back().number(), "+32470123456");
    EXPECT_EQ(task.call_back().consent_by(), "bob");
    EXPECT_EQ(task.call_back().wanted(), "after six");
    EXPECT_EQ(plan(request).id(), offered.id()) << "nor is it another one now";
}

TEST_F(CallBackTest, TheSameRequestIsAnsweredWhenOnlyTheCallIsLeft) {
    auto request = wish(comment());
    request.add_routes("wall:private_reply");
    request.add_routes("call_back");
    request.set_request_id("once");
    const auto offered = plan(request);
    wait_for([this] { return !connector_.sent.empty(); }, "the private word");
    v1::DeclineRequest decline;
    decline.set_escalation(offered.id());
    wait_for(
        [&] { return call<v1::DeclineResponse>("bob", "EscalationService/Decline", decline).has_value(); },
        "that he can be said to have declined");
    const auto again = plan(request);
    EXPECT_EQ(again.id(), offered.id());
    EXPECT_EQ(again.state(), v1::ESCALATION_STATE_DECLINED) << "as it is now";
    EXPECT_FALSE(next("eve").has_conversation()) << "no call is planned by asking twice";
    // Nor is one refused for what has come since: the wanted time may be over.
    store::set_time(request.mutable_call_back()->mutable_wanted_until(), clock_.now() - 1000);
    EXPECT_EQ(plan(request).id(), offered.id());
    request.set_request_id("another");
    EXPECT_EQ(refusal(request).field, "call_back.wanted_until");
}

TEST_F(CallBackTest, WhoDoesNotWantToSpeakIsProposedAnotherWay) {
    const auto planned = plan(wish(comment()));
    const auto taken = next("eve");
    expect<v1::RecordCallResponse>("eve", "EscalationService/RecordCall",
                                   went(taken.conversation(), v1::CALL_RESULT_DECLINED));
    v1::Escalation found;
    wait_for(
        [&] {
            found = *run(io_, reads_.escalation(kBrand, EscalationId(planned.id())));
            return found.state() == v1::ESCALATION_STATE_PROPOSED;
        },
        "the proposal");
    EXPECT_EQ(found.reasons(0).kind(), "chain");
    EXPECT_EQ(found.reasons(0).rule(), planned.chain(0));
    EXPECT_EQ(found.reasons(0).text(), "call_back was declined. Open is " + planned.chain(0));
    EXPECT_EQ(found.reasons(1).text(), "she asked for it") << "what led to the case stays";
    EXPECT_TRUE(connector_.sent.empty()) << "nothing goes out by itself";
}

TEST_F(CallBackTest, RoutesKnowTheNumberThatTheCustomerGave) {
    store::Inbound m;
    m.workspace = kBrand;
    m.channel = ChannelId("wall");
    m.external_id = "p1";
    m.thread = "p1";
    m.author = "carla";
    m.text = "This is a scandal, call me, I complain.";
    m.is_public = true;
    m.team = TeamId("care");
    m.marks = {{"phone", false, "0470998877"}};
    v1::Message message;
    message.set_text(m.text);
    m.blob = store::encode_message(message);
    const auto stored = run(io_, store_.ingest(m));
    ASSERT_TRUE(stored);
    wait_for([&] { return read(stored->conversation).state() != v1::CONVERSATION_STATE_NEW; }, "triage");
    v1::ListRoutesRequest request;
    request.set_conversation(stored->conversation.str());
    const auto listed = expect<v1::ListRoutesResponse>("bob", "EscalationService/ListRoutes", request);
    EXPECT_EQ(listed.call_back_number(), "0470998877");
    bool open = false;
    for (const auto& route : listed.routes())
        open = open || (route.id() == "call_back" && route.closed().empty());
    EXPECT_TRUE(open);
    // Nobody is called because no other way was named.
    const auto mine = claim("bob", stored->conversation);
    v1::EscalateRequest any;
    any.set_conversation(mine.id());
    any.set_epoch(mine.epoch());
    settings_.escalation.wait_private_reply = 1ms;
    settings_.escalation.wait_link = 1ms;
    const auto offered = plan(any);
    EXPECT_NE(offered.route().kind(), v1::ROUTE_KIND_CALL_BACK);
    // Nor when nothing else is left: somebody asks him first.
    v1::Escalation found;
    wait_for(
        [&] {
            found = *run(io_, reads_.escalation(kBrand, EscalationId(offered.id())));
            return found.state() == v1::ESCALATION_STATE_PROPOSED;
        },
        "the proposal");
    EXPECT_EQ(found.reasons(0).rule(), "call_back");
    EXPECT_NE(found.reasons(0).text().find("ask whether a call is welcome"), std::string::npos);
}

}  // namespace
}  // namespace guichet::test
