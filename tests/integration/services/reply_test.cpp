#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

using Kind = channels::Outcome::Kind;

class ReplyTest : public ServicesTest {
  protected:
    ReplyTest() { mine_ = claim("bob", complain("t1", "I want a refund, this is a scandal.")); }
    v1::DeliveryState state(const v1::Delivery& delivery) {
        return run(io_, reads_.delivery(kBrand, DeliveryId(delivery.id())))->state();
    }
    void settle(const v1::Delivery& delivery, v1::DeliveryState wanted) {
        wait_for([&] { return state(delivery) == wanted; }, v1::DeliveryState_Name(wanted).c_str());
    }
    v1::Conversation mine_;
};

TEST_F(ReplyTest, AnAnswerReachesTheChannelOnceWithItsVariables) {
    const auto delivery =
        send("bob", mine_, "Dear {{contact.name}}, {{agent.name}} looks into {{reference}}.");
    settle(delivery, v1::DELIVERY_STATE_SENT);
    ASSERT_EQ(connector_.sent.size(), 1u);
    EXPECT_EQ(connector_.sent[0].text, "Dear Anna, Agent bob looks into " + mine_.reference() + ".");
    EXPECT_EQ(connector_.sent[0].delivery.str(), delivery.id());
}

// While others write, each trip to Redis waits for the disk.
TEST_F(ReplyTest, AClaimItsAnswerAndTheDeliveryReadTheConversationNeverByItself) {
    const auto id = complain("t2", "I want a refund as well.");
    const auto blind = change_library("function_name = 'g1_view'", "function_name = 'g1_unseen'");
    const auto delivery = send("eve", claim("eve", id), "We look into it.");
    EXPECT_EQ(delivery.state(), v1::DELIVERY_STATE_QUEUED);
    EXPECT_EQ(delivery.text(), "We look into it.");
    settle(delivery, v1::DELIVERY_STATE_SENT);
    EXPECT_EQ(library(), blind) << "somebody missed a function, and had the library loaded again";
}

TEST_F(ReplyTest, WorkThatDoesNotNameItsChannelIsDone) {
    change_library("G.work(tx, 'reply', 'send', c.id, id, G.get(c, 'ch'))",
                   "G.work(tx, 'reply', 'send', c.id, id)");
    settle(send("bob", mine_, "We look into it."), v1::DELIVERY_STATE_SENT);
    EXPECT_EQ(connector_.sent.size(), 1u);
}

TEST_F(ReplyTest, ALibraryThatDoesNotLookAtTheChannelsIsNotAsked) {
    change_library("redis.register_function('g1_answer'", "redis.register_function('g1_unseen'");
    v1::SendRequest request;
    request.set_conversation(mine_.id());
    request.set_epoch(mine_.epoch());
    request.set_inbound_seq(mine_.inbound_seq());
    request.set_text(std::string(201, 'x'));
    EXPECT_EQ(refused<v1::SendResponse>("bob", "ReplyService/Send", request).field, "text");
    EXPECT_EQ(library(), store::library_text());
}

TEST_F(ReplyTest, WhatTheChannelCannotTakeIsRefusedBeforehand) {
    v1::SendRequest request;
    request.set_conversation(mine_.id());
    request.set_epoch(mine_.epoch());
    request.set_inbound_seq(mine_.inbound_seq());
    request.set_text(std::string(201, 'x'));
    EXPECT_EQ(refused<v1::SendResponse>("bob", "ReplyService/Send", request).field, "text");
    request.set_text("{{nobody}}");
    EXPECT_EQ(refused<v1::SendResponse>("bob", "ReplyService/Send", request).field, "text");
    request.set_text("fine");
    auto* attachment = request.add_attachments();
    attachment->set_blob("sha256:of-another-customers-file");
    EXPECT_EQ(refused<v1::SendResponse>("bob", "ReplyService/Send", request).field, "attachments.blob");
    attachment->clear_blob();
    attachment->set_url("file:///etc/passwd");
    EXPECT_EQ(refused<v1::SendResponse>("bob", "ReplyService/Send", request).field, "attachments.url");
    request.clear_attachments();
    request.set_epoch("1:stale");
    EXPECT_EQ(refused<v1::SendResponse>("bob", "ReplyService/Send", request).reason, "stale_epoch");
    EXPECT_TRUE(connector_.sent.empty());
}

TEST_F(ReplyTest, AnAmbiguousOutcomeIsNotSentAgainUntilAHumanSaysSo) {
    connector_.next.kind = Kind::ambiguous;
    const auto delivery = send("bob", mine_, "We look into it.");
    settle(delivery, v1::DELIVERY_STATE_UNCONFIRMED);
    EXPECT_EQ(connector_.sent.size(), 1u);
    connector_.next.kind = Kind::sent;
    v1::SettleRequest settled;
    settled.set_delivery(delivery.id());
    settled.set_settlement(v1::SETTLEMENT_RESEND);
    EXPECT_EQ(refused<v1::SettleResponse>("agency", "ReplyService/Settle", settled).code, Code::not_found);
    expect<v1::SettleResponse>("bob", "ReplyService/Settle", settled);
    settle(delivery, v1::DELIVERY_STATE_SENT);
    EXPECT_EQ(connector_.sent.size(), 2u);
}

TEST_F(ReplyTest, APermanentRefusalFailsInWords) {
    connector_.next = {Kind::permanent, "", "blocked by the customer", {}};
    const auto delivery = send("bob", mine_, "We look into it.");
    settle(delivery, v1::DELIVERY_STATE_FAILED);
    EXPECT_EQ(run(io_, reads_.delivery(kBrand, DeliveryId(delivery.id())))->error(),
              "blocked by the customer");
}

TEST_F(ReplyTest, UndoKeepsTheTextAndTheChannelNeverHears) {
    v1::SendRequest request;
    request.set_conversation(mine_.id());
    request.set_epoch(mine_.epoch());
    request.set_inbound_seq(mine_.inbound_seq());
    request.set_text("Something harsh");
    const auto held = expect<v1::SendResponse>("bob", "ReplyService/Send", request).delivery();
    EXPECT_EQ(held.state(), v1::DELIVERY_STATE_HELD);
    v1::UndoRequest undo;
    undo.set_delivery(held.id());
    EXPECT_EQ(refused<v1::UndoResponse>("agency", "ReplyService/Undo", undo).code, Code::not_found);
    EXPECT_EQ(expect<v1::UndoResponse>("bob", "ReplyService/Undo", undo).delivery().state(),
              v1::DELIVERY_STATE_CANCELLED);
    EXPECT_TRUE(connector_.sent.empty());
    v1::GetConversationRequest get;
    get.set_conversation(mine_.id());
    EXPECT_EQ(expect<v1::GetConversationResponse>("bob", "InboxService/GetConversation", get).draft(),
              "Something harsh");
}

TEST_F(ReplyTest, NotesDraftsAndSuggestionsStayInsideAndInScope) {
    v1::AddNoteRequest note;
    note.set_conversation(mine_.id());
    note.set_text("he called before");
    note.add_mentions("eve");
    EXPECT_GT(expect<v1::AddNoteResponse>("bob", "ReplyService/AddNote", note).seq(), 1);
    note.set_request_id("");
    EXPECT_EQ(refused<v1::AddNoteResponse>("agency", "ReplyService/AddNote", note).code, Code::not_found);
    v1::SaveDraftRequest draft;
    draft.set_conversation(mine_.id());
    draft.set_text("half a sentence");
    expect<v1::SaveDraftResponse>("bob", "ReplyService/SaveDraft", draft);
    draft.set_request_id("");
    EXPECT_EQ(refused<v1::SaveDraftResponse>("agency", "ReplyService/SaveDraft", draft).code,
              Code::not_found);
    v1::SuggestRequest suggest;
    suggest.set_conversation(mine_.id());
    suggest.set_text("say sorry");
    expect<v1::SuggestResponse>("eve", "ReplyService/Suggest", suggest);
    suggest.set_request_id("");
    EXPECT_EQ(refused<v1::SuggestResponse>("agency", "ReplyService/Suggest", suggest).code, Code::not_found);
    EXPECT_TRUE(connector_.sent.empty());
}

TEST_F(ReplyTest, APostOfTheBrandsOwnNeedsASupervisor) {
    v1::PublishRequest post;
    post.set_channel("wall");
    post.set_text("We are open again.");
    post.mutable_undo_window();
    EXPECT_EQ(refused<v1::PublishResponse>("bob", "ReplyService/Publish", post).code,
              Code::permission_denied);
    const auto delivery = expect<v1::PublishResponse>("boss", "ReplyService/Publish", post).delivery();
    settle(delivery, v1::DELIVERY_STATE_SENT);
    EXPECT_EQ(connector_.sent.at(0).reply_to, "");
}

}  // namespace
}  // namespace guichet::test
