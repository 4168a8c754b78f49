#include "services/ingest/web/private_view.hpp"

#include <gtest/gtest.h>

namespace guichet::ingest::web {
namespace {

v1::Message& add(v1::GetConversationResponse& to, v1::MessageKind kind, const std::string& text) {
    auto* message = to.add_messages();
    message->set_seq(to.messages_size());
    message->set_kind(kind);
    message->set_text(text);
    return *message;
}

std::string texts_of(const std::vector<Bubble>& bubbles) {
    std::string all;
    for (const auto& bubble : bubbles) all += (bubble.ours ? "<" : ">") + bubble.text + " ";
    return all;
}

TEST(Visible, ShowsHisWordsAndSentAnswersOnly) {
    v1::GetConversationResponse c;
    add(c, v1::MESSAGE_KIND_INBOUND, "question");
    add(c, v1::MESSAGE_KIND_NOTE, "among us");
    for (int state = v1::DeliveryState_MIN; state <= v1::DeliveryState_MAX; ++state) {
        auto& answer = add(c, v1::MESSAGE_KIND_OUTBOUND, v1::DeliveryState_Name(state));
        answer.set_delivery_state(static_cast<v1::DeliveryState>(state));
        answer.set_actor("agent-7");
        answer.set_persona("Claire");
    }
    const auto bubbles = visible(c);
    EXPECT_EQ(texts_of(bubbles), ">question <DELIVERY_STATE_SENT ");
    EXPECT_EQ(bubbles[1].name, "Claire");
    EXPECT_EQ(bubbles_json(bubbles, kEnglish).find("agent-7"), std::string::npos);
}

TEST(Visible, AppliesEditsAndDeletions) {
    v1::GetConversationResponse c;
    add(c, v1::MESSAGE_KIND_INBOUND, "one");
    add(c, v1::MESSAGE_KIND_INBOUND, "two");
    add(c, v1::MESSAGE_KIND_EDIT, "one!").set_target_seq(1);
    add(c, v1::MESSAGE_KIND_DELETION, "").set_target_seq(2);
    add(c, v1::MESSAGE_KIND_EDIT, "x").set_target_seq(99);
    const auto bubbles = visible(c);
    ASSERT_EQ(bubbles.size(), 2u);
    EXPECT_EQ(bubbles[0].text, "one!");
    EXPECT_TRUE(bubbles[0].edited);
    EXPECT_TRUE(bubbles[1].deleted);
    EXPECT_EQ(bubbles[1].text, "");
}

TEST(Proof, TheCodeStandsThereOnlyWhileItCounts) {
    PrivateView view;
    view.base = "/p/x";
    view.proof = ProofView{ProofView::State::waiting, "K7M-4QX", 1'800'000'000'000, {}};
    EXPECT_NE(render_conversation(view).find("<code>K7M-4QX</code>"), std::string::npos);
    for (const auto state :
         {ProofView::State::expired, ProofView::State::exhausted, ProofView::State::proven}) {
        view.proof->state = state;
        EXPECT_EQ(render_conversation(view).find("K7M-4QX"), std::string::npos) << to_string(state);
    }
    EXPECT_NE(render_conversation(view).find("role=\"status\""), std::string::npos);
    view.proof->state = ProofView::State::expired;
    EXPECT_NE(render_conversation(view).find("action=\"/p/x/open?lang=en\""), std::string::npos);
    view.proof.reset();
    EXPECT_EQ(render_conversation(view).find("class=\"proof\""), std::string::npos);
}

TEST(Proof, ScriptsLearnTheStateAndNeverTheCode) {
    EXPECT_NE(fingerprint({}, "waiting"), fingerprint({}, "proven"));
    EXPECT_NE(bubbles_json({}, kEnglish, "proven").find("\"proof\":\"proven\""), std::string::npos);
}

TEST(Fingerprint, ChangesWithWhatIsSeenOnly) {
    v1::GetConversationResponse c;
    add(c, v1::MESSAGE_KIND_INBOUND, "question");
    auto& answer = add(c, v1::MESSAGE_KIND_OUTBOUND, "answer");
    answer.set_delivery_state(v1::DELIVERY_STATE_HELD);
    const auto before = fingerprint(visible(c));
    add(c, v1::MESSAGE_KIND_NOTE, "note");
    EXPECT_EQ(fingerprint(visible(c)), before);
    c.mutable_messages(1)->set_delivery_state(v1::DELIVERY_STATE_SENT);
    EXPECT_NE(fingerprint(visible(c)), before);
}

TEST(ConversationPage, EscapesAndIsReadByMachinesAsALog) {
    PrivateView view;
    view.base = "/p/gp_x";
    view.reference = "G-2";
    view.bubbles.push_back(
        {1, false, "", "<script>alert(1)</script>", {"a.pdf"}, 1'700'000'000'000, false, false});
    const auto html = render_conversation(view);
    EXPECT_EQ(html.find("<script>alert"), std::string::npos);
    EXPECT_NE(html.find("role=\"log\""), std::string::npos);
    EXPECT_NE(html.find("action=\"/p/gp_x/messages\""), std::string::npos);
    EXPECT_NE(html.find("a.pdf"), std::string::npos);
    EXPECT_NE(html.find("data-state=\"" + fingerprint(view.bubbles) + "\""), std::string::npos);
}

}  // namespace
}  // namespace guichet::ingest::web
