#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

TEST_F(ServicesTest, AComplaintIsInTheQueueWithItsReasons) {
    const auto id = complain("t1", "Je suis très déçue, ma commande n'est jamais arrivée. Remboursez-moi !");
    const auto c = read(id);
    EXPECT_EQ(c.state(), v1::CONVERSATION_STATE_WAITING);
    EXPECT_EQ(c.triage().language(), "fr");
    EXPECT_EQ(c.triage().intent(), v1::INTENT_COMPLAINT);
    EXPECT_EQ(c.triage().sentiment(), v1::SENTIMENT_NEGATIVE);
    EXPECT_FALSE(c.triage().reasons().empty());
    EXPECT_TRUE(c.has_first_answer_due_at());
}

TEST_F(ServicesTest, ClaimNextWaitsForWorkAndScopeIsEnforced) {
    v1::ClaimNextRequest request;
    EXPECT_FALSE(
        expect<v1::ClaimNextResponse>("bob", "RoutingService/ClaimNext", request).has_conversation());
    const auto id = complain("t1", "Where is my parcel? I am very angry about this.");
    EXPECT_FALSE(
        expect<v1::ClaimNextResponse>("agency", "RoutingService/ClaimNext", request).has_conversation());
    const auto mine = expect<v1::ClaimNextResponse>("bob", "RoutingService/ClaimNext", request);
    EXPECT_EQ(mine.conversation().id(), id.str());
    EXPECT_FALSE(mine.conversation().epoch().empty());
    ASSERT_EQ(mine.messages_size(), 1);
    request.mutable_wait()->set_seconds(31);
    EXPECT_EQ(refused<v1::ClaimNextResponse>("bob", "RoutingService/ClaimNext", request).field, "wait");
}

TEST_F(ServicesTest, AClaimThatComesAgainNamesItsEpochThoughItIsOver) {
    complain("t1", "Where is my parcel? I am very angry about this.");
    v1::ClaimNextRequest request;
    request.set_request_id("once");
    const auto mine =
        expect<v1::ClaimNextResponse>("bob", "RoutingService/ClaimNext", request).conversation();
    v1::ReleaseRequest release;
    release.set_conversation(mine.id());
    release.set_epoch(mine.epoch());
    expect<v1::ReleaseResponse>("bob", "RoutingService/Release", release);
    const auto again =
        expect<v1::ClaimNextResponse>("bob", "RoutingService/ClaimNext", request).conversation();
    EXPECT_EQ(again.id(), mine.id());
    EXPECT_EQ(again.epoch(), mine.epoch());
    EXPECT_TRUE(again.owner().empty());
    release.clear_request_id();
    EXPECT_EQ(refused<v1::ReleaseResponse>("bob", "RoutingService/Release", release).reason, "not_owned");
}

TEST_F(ServicesTest, AClaimShowsItsMessagesAlsoWithALibraryThatDoesNotBringThem) {
    complain("t1", "Where is my parcel? I am very angry about this.");
    const auto named = complain("t2", "Where is my other parcel? I am very angry about this.");
    change_library("if not most or most == '' then return answer end", "if true then return answer end");
    v1::ClaimRequest request;
    request.set_conversation(named.str());
    const auto second = expect<v1::ClaimResponse>("bob", "RoutingService/Claim", request);
    EXPECT_EQ(second.conversation().owner(), "bob");
    EXPECT_FALSE(second.conversation().epoch().empty());
    ASSERT_EQ(second.messages_size(), 1);
    const auto first =
        expect<v1::ClaimNextResponse>("bob", "RoutingService/ClaimNext", v1::ClaimNextRequest{});
    ASSERT_EQ(first.messages_size(), 1);
    EXPECT_EQ(first.messages(0).text(), "Where is my parcel? I am very angry about this.");
}

TEST_F(ServicesTest, OutsideHisScopeAConversationDoesNotExist) {
    const auto hidden = complain("t1", "This is a bad private story, I complain.");
    const auto shown = complain("t2", "This is a bad public story, I complain.", "wall", true);
    v1::ClaimRequest request;
    request.set_conversation(hidden.str());
    EXPECT_EQ(refused<v1::ClaimResponse>("agency", "RoutingService/Claim", request).code, Code::not_found);
    EXPECT_EQ(claim("agency", shown).owner(), "agency");
    v1::SetLabelsRequest labels;
    labels.set_conversation(hidden.str());
    labels.add_add("vip");
    EXPECT_EQ(refused<v1::SetLabelsResponse>("agency", "RoutingService/SetLabels", labels).code,
              Code::not_found);
    v1::ResolveRequest resolve;
    resolve.set_conversation(hidden.str());
    resolve.set_outcome(v1::OUTCOME_SPAM);
    EXPECT_EQ(refused<v1::ResolveResponse>("agency", "RoutingService/Resolve", resolve).code,
              Code::not_found);
    v1::ReopenRequest reopen;
    reopen.set_conversation(hidden.str());
    EXPECT_EQ(refused<v1::ReopenResponse>("agency", "RoutingService/Reopen", reopen).code, Code::not_found);
    v1::SnoozeRequest snooze;
    snooze.set_conversation(hidden.str());
    store::set_time(snooze.mutable_until(), clock_.now() + 60'000);
    EXPECT_EQ(refused<v1::SnoozeResponse>("agency", "RoutingService/Snooze", snooze).code, Code::not_found);
    v1::ReleaseRequest release;
    release.set_conversation(hidden.str());
    EXPECT_EQ(refused<v1::ReleaseResponse>("agency", "RoutingService/Release", release).code,
              Code::not_found);
    v1::HandoffRequest handoff;
    handoff.set_conversation(hidden.str());
    handoff.set_reason("x");
    EXPECT_EQ(refused<v1::HandoffResponse>("agency", "RoutingService/Handoff", handoff).code,
              Code::not_found);
    v1::TransferRequest transfer;
    transfer.set_conversation(hidden.str());
    transfer.mutable_target()->set_team("legal");
    EXPECT_EQ(refused<v1::TransferResponse>("agency", "RoutingService/Transfer", transfer).code,
              Code::not_found);
    v1::AssignRequest assign;
    assign.set_conversation(shown.str());
    EXPECT_EQ(refused<v1::AssignResponse>("agency", "RoutingService/Assign", assign).code,
              Code::permission_denied);
    v1::BulkAssignRequest bulk;
    bulk.add_conversations(shown.str());
    EXPECT_EQ(refused<v1::BulkAssignResponse>("agency", "RoutingService/BulkAssign", bulk).code,
              Code::permission_denied);
    v1::RenewRequest renew;
    renew.add_conversations(hidden.str());
    EXPECT_TRUE(expect<v1::RenewResponse>("agency", "RoutingService/Renew", renew).conversations().empty());
}

TEST_F(ServicesTest, ARefusalSaysWhoOwnsItAndAtWhichVersion) {
    const auto id = complain("t1", "I want a refund, this is a scandal.");
    const auto mine = claim("bob", id);
    v1::ClaimRequest request;
    request.set_conversation(id.str());
    const auto refusal = refused<v1::ClaimResponse>("eve", "RoutingService/Claim", request);
    EXPECT_EQ(refusal.reason, "owned_by_other");
    ASSERT_TRUE(refusal.present);
    EXPECT_EQ(refusal.present->owner, "bob");
    EXPECT_EQ(refusal.present->version, mine.version());
}

TEST_F(ServicesTest, ASupervisorAssignsManyAndEachHasItsResult) {
    const auto first = complain("t1", "I want a refund, this is a scandal.");
    const auto second = complain("t2", "I want a refund too, terrible.");
    v1::BulkAssignRequest bulk;
    for (const auto& id : {first.str(), second.str(), std::string("nothing")}) bulk.add_conversations(id);
    bulk.mutable_target()->set_agent("eve");
    const auto done = expect<v1::BulkAssignResponse>("boss", "RoutingService/BulkAssign", bulk);
    ASSERT_EQ(done.results_size(), 3);
    EXPECT_EQ(done.results(0).code(), 0);
    EXPECT_EQ(done.results(1).code(), 0);
    EXPECT_EQ(done.results(2).code(), static_cast<int>(Code::not_found));
    EXPECT_EQ(read(first).owner(), "eve");
    bulk.mutable_target()->set_agent("nobody");
    EXPECT_EQ(refused<v1::BulkAssignResponse>("boss", "RoutingService/BulkAssign", bulk).code,
              Code::not_found);
}

TEST_F(ServicesTest, AHandoffCarriesItsReasonAndATransferReachesTheTeam) {
    const auto id = complain("t1", "My lawyer will write to you, this is a scandal.");
    const auto mine = claim("bob", id);
    v1::HandoffRequest handoff;
    handoff.set_conversation(id.str());
    handoff.set_epoch(mine.epoch());
    handoff.set_reason("needs a lawyer");
    handoff.mutable_target()->set_team("legal");
    expect<v1::HandoffResponse>("bob", "RoutingService/Handoff", handoff);
    EXPECT_EQ(read(id).team(), "legal");
    EXPECT_EQ(read(id).state(), v1::CONVERSATION_STATE_WAITING);
    v1::ClaimNextRequest legal;
    legal.add_teams("legal");
    const auto taken = expect<v1::ClaimNextResponse>("eve", "RoutingService/ClaimNext", legal);
    ASSERT_EQ(taken.conversation().id(), id.str());
    EXPECT_EQ(taken.messages(1).kind(), v1::MESSAGE_KIND_NOTE);
}

TEST_F(ServicesTest, GoingOfflineGivesEverythingBack) {
    const auto id = complain("t1", "I want a refund, this is a scandal.");
    claim("bob", id);
    v1::SetPresenceRequest offline;
    offline.set_presence(v1::PRESENCE_OFFLINE);
    expect<v1::SetPresenceResponse>("bob", "RoutingService/SetPresence", offline);
    EXPECT_EQ(read(id).state(), v1::CONVERSATION_STATE_WAITING);
    EXPECT_EQ(claim("eve", id).owner(), "eve");
}

TEST_F(ServicesTest, TalkAmongCustomersWaitsForNobodyUnlessTheBrandIsAsked) {
    store::Inbound m;
    m.workspace = kBrand;
    m.channel = ChannelId("wall");
    m.team = TeamId("care");
    m.is_public = true;
    m.parent_thread = "post1";
    m.among_customers = true;
    const auto say = [&](const std::string& id, const std::string& text) {
        m.external_id = id;
        m.thread = "post1|" + id;
        m.author = id;
        m.text = text;
        v1::Message message;
        message.set_text(text);
        m.blob = store::encode_message(message);
        const auto stored = run(io_, store_.ingest(m));
        EXPECT_TRUE(stored);
        wait_for([&] { return read(stored->conversation).state() != v1::CONVERSATION_STATE_NEW; }, "triage");
        return read(stored->conversation);
    };
    EXPECT_EQ(say("p1", "lovely weather today").state(), v1::CONVERSATION_STATE_RESOLVED);
    EXPECT_EQ(say("p2", "I complain too, this is a scandal, I want a refund.").state(),
              v1::CONVERSATION_STATE_WAITING);
}

}  // namespace
}  // namespace guichet::test
