// Who opened the page of a link in public: proven by his own account, or by the brand.
#include "common/proof/code.hpp"
#include "services/escalation/proof_work.hpp"
#include "tests/integration/services/world.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

class ProofTest : public ServicesTest {
  protected:
    ProofTest() { settings_.reply.undo = 0ms; }

    // A comment of anna's that bob owns, and the link below it.
    void offered_in_public() {
        public_ = says("anna", "I want a refund, this is a scandal.");
        triaged(public_);
        auto mine = claim("bob", public_);
        v1::EscalateRequest request;
        request.set_conversation(mine.id());
        request.set_epoch(mine.epoch());
        request.add_routes("private_link");
        case_ = expect<v1::EscalateResponse>("bob", "EscalationService/Escalate", request).escalation().id();
        wait_for([&] { return connector_.sent.size() == 1; }, "the link");
    }
    ConversationId says(const std::string& author, const std::string& text) {
        store::Inbound m;
        m.workspace = kBrand;
        m.channel = ChannelId("wall");
        m.external_id = "s" + std::to_string(++requests_);
        m.thread = "t1";
        m.author = author;
        m.author_name = "Anna Peeters";
        m.text = text;
        m.is_public = true;
        m.team = TeamId("care");
        m.blob = blob(m);
        return stored(std::move(m));
    }
    std::string opens(const std::string& visitor) {
        store::Visit visit{kBrand, EscalationId(case_), visitor, proof::make_code(random_), 1h, 50, 1h};
        auto entered = run(io_, store_.visit(visit));
        EXPECT_TRUE(entered);
        return entered->code;
    }
    ConversationId writes(const std::string& visitor, const std::string& text) {
        store::Inbound m;
        m.workspace = kBrand;
        m.channel = ChannelId("contact");
        m.external_id = "p" + std::to_string(++requests_);
        m.thread = "claim|" + case_ + "|" + visitor;
        m.author = "visitor:" + visitor;
        m.text = text;
        m.claim = store::Claim{EscalationId(case_), visitor, 10};
        m.blob = blob(m);
        const auto id = stored(std::move(m));
        triaged(id);
        return id;
    }
    void triaged(const ConversationId& id) {
        wait_for([this, id] { return read(id).state() != v1::CONVERSATION_STATE_NEW; }, "triage");
    }
    // Escalation has looked at all that was said.
    void looked_at() {
        wait_for(
            [this] {
                const auto streams = run(io_, client_->call(redis::Command("KEYS", "*:work:escalation")));
                if (!streams) return false;
                for (const auto& stream : streams->items()) {
                    const auto left = run(io_, client_->call(redis::Command("XLEN", stream.text())));
                    if (!left || left->to_integer() != 0) return false;
                }
                return streams->size() > 0;
            },
            "the codes are looked at");
    }
    v1::Escalation known() {
        auto found = run(io_, reads_.escalation(kBrand, EscalationId(case_)));
        EXPECT_TRUE(found);
        return *found;
    }
    v1::GetConversationResponse seen(const ConversationId& id, const std::string& caller = "bob") {
        v1::GetConversationRequest get;
        get.set_conversation(id.str());
        return expect<v1::GetConversationResponse>(caller, "InboxService/GetConversation", get);
    }
    std::vector<std::string> notes(const ConversationId& id) {
        std::vector<std::string> texts;
        const auto view = seen(id);
        for (const auto& message : view.messages()) {
            if (message.kind() == v1::MESSAGE_KIND_NOTE) texts.push_back(message.text());
        }
        return texts;
    }

    ConversationId public_;
    std::string case_;

  private:
    static std::string blob(const store::Inbound& m) {
        v1::Message message;
        message.set_text(m.text);
        message.set_external_id(m.external_id);
        message.mutable_author()->set_external_id(m.author);
        message.mutable_author()->set_name(m.author_name);
        return store::encode_message(message);
    }
    ConversationId stored(store::Inbound m) {
        auto stored = run(io_, store_.ingest(std::move(m)));
        if (!stored) throw std::runtime_error(to_string(stored.error()));
        return stored->conversation;
    }
};

TEST_F(ProofTest, HisOwnAccountPostsTheCodeAndTheCaseIsAccepted) {
    offered_in_public();
    opens("eve");
    const auto code = opens("anna");
    const auto hers = writes("eve", "I am Anna, send the money to me");
    const auto his = writes("anna", "My order is 4711");
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_OFFERED);
    EXPECT_EQ(seen(public_).claimants_size(), 2);
    EXPECT_EQ(seen(public_, "agency").claimants_size(), 0) << "who may not see what is private";
    says("anna", " " + code + " ");
    wait_for([&] { return known().state() == v1::ESCALATION_STATE_ACCEPTED; }, "accepted");
    const auto view = seen(public_);
    EXPECT_EQ(view.counterpart().id(), his.str());
    EXPECT_EQ(view.counterpart().identity(), v1::IDENTITY_PROOF_ACCOUNT_PROVEN);
    EXPECT_EQ(view.counterpart().contact(), view.conversation().contact());
    ASSERT_EQ(view.claimants_size(), 1);
    EXPECT_EQ(view.claimants(0).id(), hers.str());
    EXPECT_EQ(view.claimants(0).identity(), v1::IDENTITY_PROOF_CLAIMED);
    EXPECT_EQ(view.messages(2).text(), " " + code + " ") << "it is not lost";
    ASSERT_EQ(notes(public_).size(), 1U);
    EXPECT_EQ(view.conversation().owner(), "bob");
}

TEST_F(ProofTest, ACodeAloneNeedsNoAnswerAndWordsWithItDo) {
    offered_in_public();
    const auto code = opens("anna");
    auto mine = read(public_);
    v1::ReleaseRequest release;
    release.set_conversation(public_.str());
    release.set_epoch(mine.epoch());
    release.set_reason("lunch");
    expect<v1::ReleaseResponse>("bob", "RoutingService/Release", release);
    mine = claim("bob", public_);
    v1::ResolveRequest resolve;
    resolve.set_conversation(public_.str());
    resolve.set_epoch(mine.epoch());
    resolve.set_outcome(v1::OUTCOME_SOLVED);
    expect<v1::ResolveResponse>("bob", "RoutingService/Resolve", resolve);
    says("anna", code);
    wait_for([&] { return known().state() == v1::ESCALATION_STATE_ACCEPTED; }, "accepted");
    EXPECT_EQ(read(public_).state(), v1::CONVERSATION_STATE_RESOLVED);
    says("anna", "And why does nobody answer here?");
    wait_for([&] { return read(public_).state() == v1::CONVERSATION_STATE_WAITING; }, "it comes back");
}

TEST_F(ProofTest, FromAnotherAccountItCountsForNothing) {
    offered_in_public();
    const auto code = opens("eve");
    writes("eve", "I am Anna");
    // In the very same thread, as a system may tell it.
    says("eve", code);
    says("eve", "C3C-4DD");
    says("anna", "Is anybody there?");
    looked_at();
    auto visitors = run(io_, reads_.visitors(kBrand, EscalationId(case_)));
    ASSERT_TRUE(visitors);
    EXPECT_EQ(visitors->front().proof, "");
    EXPECT_EQ(visitors->front().wrong, 0);
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_OFFERED);
    EXPECT_TRUE(notes(public_).empty());
}

TEST_F(ProofTest, AWrongCodeIsSeenByTheAgent) {
    offered_in_public();
    opens("anna");
    says("anna", "C3C-4DD");
    wait_for([&] { return !notes(public_).empty(); }, "the note");
    EXPECT_NE(notes(public_)[0].find("not of the private page"), std::string::npos);
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_OFFERED);
}

TEST_F(ProofTest, TheBrandVerifiesAndSaysHow) {
    offered_in_public();
    opens("anna");
    const auto his = writes("anna", "My order is 4711");
    const auto mine = claim("bob", his);
    const std::string method = "EscalationService/VerifyIdentity";
    v1::VerifyIdentityRequest request;
    request.set_conversation(his.str());
    request.set_epoch(mine.epoch());
    EXPECT_EQ(refused<v1::VerifyIdentityResponse>("bob", method, request).field, "how");
    request.set_how("called back on the number in our books");
    EXPECT_EQ(refused<v1::VerifyIdentityResponse>("robot", method, request).code, Code::permission_denied);
    EXPECT_EQ(refused<v1::VerifyIdentityResponse>("looker", method, request).code, Code::permission_denied);
    EXPECT_EQ(refused<v1::VerifyIdentityResponse>("agency", method, request).code, Code::not_found);
    EXPECT_EQ(refused<v1::VerifyIdentityResponse>("eve", method, request).reason, "owned_by_other");
    request.set_request_id("once");
    const auto verified = expect<v1::VerifyIdentityResponse>("bob", method, request);
    EXPECT_EQ(verified.conversation().identity(), v1::IDENTITY_PROOF_BRAND_VERIFIED);
    EXPECT_EQ(verified.escalation().state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(verified.escalation().private_conversation(), his.str());
    expect<v1::VerifyIdentityResponse>("bob", method, request);
    ASSERT_EQ(notes(his).size(), 1U);
    EXPECT_EQ(notes(his)[0], "Identity verified: called back on the number in our books");
}

TEST(LookForCode, IsOneVerdictForAllVisitors) {
    using escalation::look_for_code;
    const proof::Account anna{"wall", "anna"}, eve{"wall", "eve"};
    const proof::CodeSettings settings;
    const std::vector<store::Visitor> visitors{{"a", "K7M-4QX", 100, 0, "", ConversationId()},
                                               {"b", "C3C-4DD", 100, 0, "", ConversationId()},
                                               {"c", "C3C-4DF", 10, 0, "", ConversationId()}};
    const auto matched = look_for_code(visitors, "c3c 4dd", anna, anna, 50, settings);
    EXPECT_EQ(matched.attempt, proof::Attempt::matched);
    EXPECT_EQ(matched.visitor, "b");
    EXPECT_TRUE(matched.wrong.empty());
    const auto wrong = look_for_code(visitors, "C3C-4DF", anna, anna, 50, settings);
    EXPECT_EQ(wrong.attempt, proof::Attempt::wrong) << "his has expired, and it is wrong for the others";
    EXPECT_EQ(wrong.wrong, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(look_for_code(visitors, "K7M-4QX", eve, anna, 50, settings).attempt,
              proof::Attempt::other_account);
    EXPECT_EQ(look_for_code(visitors, "hello", anna, anna, 50, settings).attempt, proof::Attempt::none);
    EXPECT_EQ(look_for_code({}, "K7M-4QX", anna, anna, 50, settings).attempt, proof::Attempt::none);
}

}  // namespace
}  // namespace guichet::test
