// From public to private, as agents, bots and the worker do it.
#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

class EscalationTest : public ServicesTest {
  protected:
    EscalationTest() { settings_.reply.undo = 0ms; }

    // A comment on the wall that bob owns.
    v1::Conversation comment(const std::string& thread = "t1",
                             const std::string& text = "I want a refund, this is a scandal.") {
        return claim("bob", complain(thread, text, "wall", true));
    }
    v1::ListRoutesResponse routes(const v1::Conversation& c, const std::string& caller = "bob") {
        v1::ListRoutesRequest request;
        request.set_conversation(c.id());
        return expect<v1::ListRoutesResponse>(caller, "EscalationService/ListRoutes", request);
    }
    static v1::EscalateRequest asking(const v1::Conversation& c, const std::string& route = {}) {
        v1::EscalateRequest request;
        request.set_conversation(c.id());
        request.set_epoch(c.epoch());
        if (!route.empty()) request.add_routes(route);
        return request;
    }
    v1::Escalation offer(v1::EscalateRequest request) {
        return expect<v1::EscalateResponse>("bob", "EscalationService/Escalate", std::move(request))
            .escalation();
    }
    Status refusal(v1::EscalateRequest request, const std::string& caller = "bob") {
        return refused<v1::EscalateResponse>(caller, "EscalationService/Escalate", std::move(request));
    }
    v1::Escalation known(const std::string& id) {
        auto found = run(io_, reads_.escalation(kBrand, EscalationId(id)));
        EXPECT_TRUE(found);
        return *found;
    }
    void wait_for_state(const std::string& id, v1::EscalationState state) {
        wait_for([&] { return known(id).state() == state; }, v1::EscalationState_Name(state).c_str());
    }
    std::size_t times_sent(const std::string& part) {
        std::size_t count = 0;
        for (const auto& intent : connector_.sent) {
            count += intent.text.find(part) == std::string::npos ? 0 : 1;
        }
        return count;
    }
    // Words of one person, wherever he says them.
    ConversationId says(const std::string& author, const std::string& thread, const std::string& text,
                        bool is_public = true) {
        store::Inbound m;
        m.workspace = kBrand;
        m.channel = ChannelId("wall");
        m.external_id = "s" + std::to_string(++requests_);
        m.thread = thread;
        m.author = author;
        m.author_name = "Anna Peeters";
        m.text = text;
        m.is_public = is_public;
        m.team = TeamId("care");
        v1::Message message;
        message.set_text(text);
        message.set_external_id(m.external_id);
        message.mutable_author()->set_external_id(author);
        message.mutable_author()->set_name("Anna Peeters");
        m.blob = store::encode_message(message);
        auto stored = run(io_, store_.ingest(m));
        EXPECT_TRUE(stored);
        auto id = stored->conversation;
        wait_for([this, id] { return read(id).state() != v1::CONVERSATION_STATE_NEW; }, "triage");
        return id;
    }
};

TEST_F(EscalationTest, RoutesStandInTheirOrderAndClosedOnesSayWhy) {
    const auto mine = comment();
    const auto answer = routes(mine);
    ASSERT_EQ(answer.routes_size(), 4);
    EXPECT_EQ(answer.routes(0).id(), "wall:private_reply");
    EXPECT_TRUE(answer.routes(0).single_use());
    EXPECT_EQ(answer.routes(0).max_length(), 200);
    EXPECT_EQ(answer.routes(1).id(), "private_link");
    EXPECT_EQ(answer.routes(1).channel(), "contact");
    EXPECT_EQ(answer.routes(2).id(), "wall:direct");
    EXPECT_EQ(answer.routes(2).closed(), "this person has not written in private");
    EXPECT_EQ(answer.routes(3).id(), "call_back");
    EXPECT_EQ(answer.routes(3).closed(), "no telephone number is known");
    EXPECT_FALSE(answer.has_escalation());
    EXPECT_FALSE(answer.invitation().empty());
    EXPECT_FALSE(answer.closing().empty());
    settings_.server.public_url.clear();
    settings_.http.address = "0.0.0.0:8080";
    EXPECT_EQ(routes(mine).routes(1).closed(), "this person has not written in private");
    EXPECT_NE(routes(mine).routes(3).closed().find("public_url"), std::string::npos);
}

TEST_F(EscalationTest, ThePrivateMessageGoesOutOnceAndThePublicWordAfterIt) {
    const auto mine = comment();
    auto request = asking(mine);
    request.set_reason("third time");
    request.set_request_id("once");
    const auto offered = offer(request);
    EXPECT_EQ(offered.state(), v1::ESCALATION_STATE_OFFERED);
    EXPECT_EQ(offered.route().id(), "wall:private_reply");
    EXPECT_EQ(offered.identity(), v1::IDENTITY_PROOF_ACCOUNT_PROVEN);
    ASSERT_EQ(offered.chain_size(), 1);
    EXPECT_EQ(offered.chain(0), "private_link");
    ASSERT_EQ(offered.reasons_size(), 1);
    EXPECT_EQ(offered.reasons(0).text(), "third time");
    wait_for([&] { return connector_.sent.size() == 2; }, "both words");
    EXPECT_FALSE(connector_.sent[0].is_public);
    EXPECT_TRUE(connector_.sent[1].is_public);
    EXPECT_EQ(offer(request).id(), offered.id()) << "the same request has the same answer";
    EXPECT_EQ(refusal(asking(mine)).reason, "already_escalated");
    EXPECT_EQ(connector_.sent.size(), 2U);
    const auto again = routes(mine);
    EXPECT_EQ(again.escalation().id(), offered.id());
    EXPECT_EQ(again.routes(2).closed(), "it can be used once, and was");
}

TEST_F(EscalationTest, WhoThePlatformNamesInPrivateIsTheSamePerson) {
    connector_.next.recipient = "psid7";
    const auto mine = comment();
    const auto offered = offer(asking(mine));
    wait_for([&] { return connector_.sent.size() == 2; }, "both words");
    wait_for([&] { return !read(ConversationId(offered.private_conversation())).thread().empty(); },
             "his name");
    EXPECT_EQ(says("psid7", "dm|psid7", "here I am", false).str(), offered.private_conversation());
    EXPECT_EQ(known(offered.id()).state(), v1::ESCALATION_STATE_ACCEPTED);
}

TEST_F(EscalationTest, AReplyToACommentIsAddressedToTheCommentAlsoWhenThePersonIsKnown) {
    says("anna", "dm|anna", "hello, is anybody there?", false);
    const auto id = says("anna", "t1", "I want a refund, this is a scandal.");
    const auto mine = claim("bob", id);
    offer(asking(mine, "wall:private_reply"));
    wait_for([&] { return connector_.sent.size() == 2; }, "both words");
    EXPECT_EQ(connector_.sent[0].way, channels::Way::private_reply);
    EXPECT_EQ(connector_.sent[0].reply_to, "s2");
    EXPECT_EQ(connector_.sent[0].thread, "dm|anna");
}

TEST_F(EscalationTest, TheCustomersAnswerAcceptsAndTheClosingWordStandsInPublic) {
    says("anna", "dm|anna", "hello, is anybody there?", false);
    const auto id = says("anna", "t1", "I want a refund, this is a scandal.");
    const auto mine = claim("bob", id);
    const auto offered = offer(asking(mine, "wall:direct"));
    wait_for([&] { return connector_.sent.size() == 2; }, "both words");
    v1::CloseInPublicRequest closing;
    closing.set_escalation(offered.id());
    closing.set_epoch(mine.epoch());
    EXPECT_EQ(refused<v1::CloseInPublicResponse>("bob", "EscalationService/CloseInPublic", closing).reason,
              "not_accepted");
    EXPECT_EQ(says("anna", "dm|anna", "all right, here I am", false).str(), offered.private_conversation());
    EXPECT_EQ(known(offered.id()).state(), v1::ESCALATION_STATE_ACCEPTED);
    v1::GetConversationRequest get;
    get.set_conversation(mine.id());
    const auto view = expect<v1::GetConversationResponse>("bob", "InboxService/GetConversation", get);
    EXPECT_EQ(view.counterpart().id(), offered.private_conversation());
    EXPECT_GE(view.counterpart_messages_size(), 3) << "one history";

    closing.set_text("Thank you Anna, Mrs Peeters, call 0470 12 34 56");
    EXPECT_EQ(refused<v1::CloseInPublicResponse>("bob", "EscalationService/CloseInPublic", closing).field,
              "text");
    closing.set_text("");
    closing.set_request_id("closing");
    const auto closed = expect<v1::CloseInPublicResponse>("bob", "EscalationService/CloseInPublic", closing);
    EXPECT_EQ(
        expect<v1::CloseInPublicResponse>("bob", "EscalationService/CloseInPublic", closing).delivery().id(),
        closed.delivery().id());
    wait_for_state(offered.id(), v1::ESCALATION_STATE_CLOSED_IN_PUBLIC);
    EXPECT_EQ(connector_.sent.size(), 3U);
}

TEST_F(EscalationTest, ALinkInPublicLeadsToAPageOfItsCase) {
    const auto mine = comment();
    const auto offered = offer(asking(mine, "private_link"));
    EXPECT_EQ(offered.identity(), v1::IDENTITY_PROOF_CLAIMED);
    EXPECT_TRUE(offered.private_conversation().empty()) << "anybody may come";
    wait_for([&] { return connector_.sent.size() == 1; }, "the public word");
    const auto& text = connector_.sent[0].text;
    const auto at = text.find("https://care.example.org/p/");
    ASSERT_NE(at, std::string::npos) << text;
    const auto page = run(
        io_, credentials_.private_page(text.substr(at + std::string("https://care.example.org/p/").size())));
    ASSERT_TRUE(page) << text;
    EXPECT_EQ(page->escalation(), offered.id());
    EXPECT_EQ(page->channel(), "contact");
    EXPECT_TRUE(page->conversation().empty());
}

TEST_F(EscalationTest, PublicWordsAreCheckedBeforeAnythingHappens) {
    const auto mine = comment();
    auto request = asking(mine);
    request.set_public_text("We have written to you, call us on 0470 12 34 56");
    auto refusal = this->refusal(request);
    EXPECT_EQ(refusal.code, Code::invalid_argument);
    EXPECT_EQ(refusal.field, "public_text");
    request.set_public_text("Look here: {{link}}");
    EXPECT_EQ(this->refusal(request).field, "public_text") << "a private reply has no link";
    request.set_public_text("");
    request.set_private_text(std::string(201, 'x'));
    EXPECT_EQ(this->refusal(request).field, "private_text");
    auto link = asking(mine, "private_link");
    link.set_public_text("Write to us");
    EXPECT_EQ(this->refusal(link).field, "public_text") << "the link must stand in it";
    link.set_public_text("Hello {{name}}: {{link}}");
    EXPECT_EQ(this->refusal(link).field, "public_text");
    auto star = asking(mine);
    star.set_epoch("*");
    EXPECT_EQ(this->refusal(star).field, "epoch");
    EXPECT_EQ(this->refusal(asking(mine, "wall:direct")).reason, "route_closed");
    EXPECT_EQ(this->refusal(asking(mine, "pigeon")).reason, "route_closed");
    auto stale = asking(mine);
    stale.set_epoch("1:stale");
    EXPECT_EQ(this->refusal(stale).reason, "stale_epoch");
    EXPECT_TRUE(read(ConversationId(mine.id())).escalation().empty());
    EXPECT_TRUE(connector_.sent.empty());
}

TEST_F(EscalationTest, TheBrandsOwnNumberMayStandInPublic) {
    const auto mine = comment();
    auto request = asking(mine);
    request.set_public_text("We have written to you. Or call us: +32 2 555 12 34, help@shop.example");
    EXPECT_EQ(offer(request).state(), v1::ESCALATION_STATE_OFFERED);
}

TEST_F(EscalationTest, EveryRpcKeepsItsAccess) {
    const auto hidden = claim("bob", complain("t9", "This is a bad private story, I complain."));
    const auto shown = comment();
    EXPECT_TRUE(routes(hidden).routes().empty());
    EXPECT_EQ(refusal(asking(hidden)).reason, "private_already");
    EXPECT_EQ(refusal(asking(hidden), "agency").code, Code::not_found);
    v1::ListRoutesRequest list;
    list.set_conversation(hidden.id());
    const std::string method = "EscalationService/ListRoutes";
    EXPECT_EQ(refused<v1::ListRoutesResponse>("agency", method, list).code, Code::not_found);
    EXPECT_EQ(refused<v1::ListRoutesResponse>("looker", method, list).code, Code::permission_denied);
    EXPECT_EQ(refused<v1::ListRoutesResponse>("robot", method, list).code, Code::ok);
    const auto theirs = routes(shown, "agency");
    for (const auto& route : theirs.routes()) {
        EXPECT_FALSE(route.closed().empty())
            << route.id() << ": who may not see what is private moves nothing";
    }
    EXPECT_EQ(refusal(asking(shown), "looker").code, Code::permission_denied);
    EXPECT_EQ(refusal(asking(shown), "eve").reason, "owned_by_other");

    ASSERT_TRUE(run(io_, store_.propose(kBrand, "system", ConversationId(shown.id()), "", "")));
    const auto id = read(ConversationId(shown.id())).escalation();
    v1::DeclineRequest decline;
    decline.set_escalation(id);
    decline.set_reason("he is only joking");
    EXPECT_EQ(refused<v1::DeclineResponse>("robot", "EscalationService/Decline", decline).code,
              Code::permission_denied);
    EXPECT_EQ(
        expect<v1::DeclineResponse>("agency", "EscalationService/Decline", decline).escalation().state(),
        v1::ESCALATION_STATE_DECLINED);
    EXPECT_EQ(refused<v1::DeclineResponse>("eve", "EscalationService/Decline", decline).reason, "not_open");
    v1::CloseInPublicRequest closing;
    closing.set_escalation("nothing");
    const std::string close = "EscalationService/CloseInPublic";
    EXPECT_EQ(refused<v1::CloseInPublicResponse>("bob", close, closing).code, Code::not_found);
    EXPECT_EQ(refused<v1::CloseInPublicResponse>("robot", close, closing).code, Code::permission_denied);
}

TEST_F(EscalationTest, PersistenceProposesWithThePostsThatLedToIt) {
    const auto first = says("anna", "t1", "This is a scandal, terrible service, I want my money back!");
    const auto second = says("anna", "t2", "Still no answer, you are horrible liars, I complain again!");
    // Each is judged in its own time: the first may be, too, when both are there.
    const auto proposal = [&] { return read(first).escalation() + read(second).escalation(); };
    wait_for([&] { return !proposal().empty(); }, "the proposal");
    const auto proposed = known(proposal());
    EXPECT_EQ(proposed.state(), v1::ESCALATION_STATE_PROPOSED);
    ASSERT_EQ(proposed.reasons_size(), 3);
    EXPECT_EQ(proposed.reasons(0).kind(), "persistence");
    EXPECT_NE(proposed.reasons(0).text().find("2 negative public posts in 2 threads"), std::string::npos)
        << proposed.reasons(0).text();
    EXPECT_NE(proposed.reasons(1).rule().find('#'), std::string::npos) << "which post";
    EXPECT_GT(proposed.reasons(1).weight(), 0);
    // While it stands nothing further is proposed.
    const auto third = says("anna", "t3", "Nobody answers, this is the worst, I complain!");
    wait_for([&] { return read(third).state() == v1::CONVERSATION_STATE_WAITING; }, "triage");
    EXPECT_TRUE(read(third).escalation().empty());
}

TEST_F(EscalationTest, WhatNobodyAnswersIsOfferedAnotherWay) {
    settings_.escalation.wait_private_reply = 1ms;
    const auto mine = comment();
    const auto offered = offer(asking(mine));
    wait_for([&] { return known(offered.id()).route().id() == "private_link"; }, "the next way");
    wait_for([&] { return times_sent("/p/gp_") == 1; }, "the link in public");
    EXPECT_EQ(known(offered.id()).state(), v1::ESCALATION_STATE_OFFERED);
    EXPECT_EQ(known(offered.id()).identity(), v1::IDENTITY_PROOF_CLAIMED);
    EXPECT_TRUE(known(offered.id()).private_conversation().empty());
    EXPECT_TRUE(known(offered.id()).chain().empty());
}

TEST_F(EscalationTest, WhatThePlatformRefusesIsOfferedAnotherWayAndNothingUntrueIsSaid) {
    connector_.next.kind = channels::Outcome::Kind::permanent;
    connector_.next.error = "this person takes no messages";
    const auto mine = comment();
    const auto offered = offer(asking(mine));
    wait_for([&] { return known(offered.id()).route().id() == "private_link"; }, "the next way");
    wait_for_state(offered.id(), v1::ESCALATION_STATE_EXPIRED);
    EXPECT_EQ(times_sent("just written to you"), 0U);
    EXPECT_EQ(times_sent("/p/gp_"), 1U) << "refused too, and nothing is left";
    EXPECT_EQ(known(offered.id()).error(), "this person takes no messages");
}

}  // namespace
}  // namespace guichet::test
