// A link in public: each visitor has a conversation of his own, and only the author's becomes the private
// side.
#include "tests/integration/store/log_seen.hpp"

namespace guichet::test {
namespace {

using namespace std::chrono_literals;

class ProofStore : public StoreTest {
  protected:
    ProofStore() {
        const auto stored = expect(store_.ingest(comment("c1", "it never works")));
        triage(stored, 1000);
        mine_ = expect(store_.claim(by("bob"), stored.conversation, 60s, 5));
        store::Offer o;
        o.conversation = mine_.conversation;
        o.epoch = mine_.epoch;
        o.escalation = EscalationId("E1");
        o.route = "private_link";
        o.kind = "private_link";
        o.channel = ChannelId("form");
        o.public_delivery = DeliveryId("DQ");
        o.public_text = "Here: https://care.example.org/p/x";
        v1::Message message;
        message.set_text(o.public_text);
        message.set_delivery("DQ");
        o.public_blob = store::encode_message(message);
        o.expires_at = clock_.now() + 3'600'000;
        o.identity = "claimed";
        offered_ = expect(store_.escalate(by("bob"), o));
        begin(DeliveryId("DQ"));
        outcome(DeliveryId("DQ"), store::AttemptOutcome::Kind::sent);
    }
    store::Inbound comment(const std::string& id, const std::string& text) {
        auto m = inbound(id, "post1|anna", text);
        m.channel = ChannelId("page");
        m.is_public = true;
        m.parent_thread = "post1";
        return m;
    }
    store::Visit visiting(const std::string& visitor, const std::string& code) {
        return {kBrand, EscalationId("E1"), visitor, code, 1h, 3, 1h};
    }
    store::Visitor opens(const std::string& visitor, const std::string& code = "K7M-4QX") {
        return expect(store_.visit(visiting(visitor, code)));
    }
    store::Inbound words(const std::string& id, const std::string& visitor) {
        auto m = inbound(id, "claim|E1|" + visitor, "it is me");
        m.author = "visitor:" + visitor;
        m.author_name.clear();
        m.team = TeamId("forms");
        m.claim = store::Claim{EscalationId("E1"), visitor, 2};
        return m;
    }
    ConversationId writes(const std::string& id, const std::string& visitor) {
        const auto stored = expect(store_.ingest(words(id, visitor)));
        triage(stored, 1000);
        return stored.conversation;
    }
    // What escalation makes of the comment `seq`.
    store::CodeTried tried(std::int64_t seq, const std::string& attempt) {
        store::CodeTried t;
        t.workspace = kBrand;
        t.conversation = mine_.conversation;
        t.seq = seq;
        t.poster = "anna";
        t.attempt = attempt;
        return t;
    }
    store::CodeTried matched(std::int64_t seq, const std::string& visitor, const std::string& code) {
        auto t = tried(seq, "matched");
        t.visitor = visitor;
        t.code = code;
        return t;
    }
    v1::Escalation known() { return expect(reads_.escalation(kBrand, EscalationId("E1"))); }
    store::Visitor visitor(const std::string& id) {
        return expect(reads_.visitor(kBrand, EscalationId("E1"), id)).value();
    }
    v1::GetConversationResponse seen(const ConversationId& id) {
        auto view = expect(reads_.view(by("bob"), id, 0, 50));
        expect(reads_.surround(by("bob"), view, 50));
        return view;
    }
    std::int64_t work(const std::string& service) {
        const auto keys = expect(client_->call(redis::Command("KEYS", "*work:" + service)));
        if (keys.size() == 0) return 0;
        return expect(client_->call(redis::Command("XLEN", keys[0].text()))).to_integer();
    }

    store::Claimed mine_;
    store::Offered offered_;
};

TEST_F(ProofStore, ALinkInPublicHasNoPrivateSideYet) {
    EXPECT_TRUE(offered_.private_conversation.empty());
    EXPECT_TRUE(known().private_conversation().empty());
    EXPECT_TRUE(read(mine_.conversation).counterpart().empty());
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_OFFERED);
}

TEST_F(ProofStore, EachVisitorHasHisOwnConversationAndNeitherIsTheCustomers) {
    opens("eve", "C3C-4DD");
    opens("anna");
    const auto hers = writes("p1", "eve"), his = writes("p2", "anna");
    EXPECT_NE(hers, his);
    for (const auto& id : {hers, his}) {
        const auto c = read(id);
        EXPECT_EQ(c.identity(), v1::IDENTITY_PROOF_CLAIMED);
        EXPECT_EQ(c.escalation(), "E1");
        EXPECT_EQ(c.counterpart(), mine_.conversation.str());
        EXPECT_TRUE(c.contact().empty()) << "nobody's, until it is proven";
        EXPECT_EQ(c.team(), "care") << "with those who care for the case";
        EXPECT_EQ(c.message_count(), 1);
    }
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_OFFERED) << "words prove nothing";
    const auto view = seen(mine_.conversation);
    EXPECT_FALSE(view.has_counterpart());
    EXPECT_EQ(view.claimants_size(), 2);
    EXPECT_EQ(view.others_size(), 0);
}

TEST_F(ProofStore, WhoWatchesThePublicSideIsToldOfEachWhoBeginsToWrite) {
    const auto told = [this] {
        auto events = newest_events(io_, *client_, 100);
        std::erase_if(events, [](const v1::Event& event) { return event.type() != "escalation.claimed"; });
        return events;
    };
    opens("eve", "C3C-4DD");
    opens("anna");
    const auto version = read(mine_.conversation).version();
    EXPECT_TRUE(told().empty()) << "who only looks is nobody yet";
    writes("p1", "anna");
    ASSERT_EQ(told().size(), 1u);
    EXPECT_EQ(told()[0].conversation(), mine_.conversation.str());
    EXPECT_EQ(told()[0].detail(), "E1");
    EXPECT_EQ(told()[0].visibility(), v1::VISIBILITY_PUBLIC);
    EXPECT_EQ(told()[0].version(), version + 1);
    EXPECT_EQ(read(mine_.conversation).version(), version + 1);
    expect(store_.ingest(words("p2", "anna")));
    EXPECT_EQ(told().size(), 1u) << "his further words are of his own conversation";
    writes("p3", "eve");
    EXPECT_EQ(told().size(), 2u);
    EXPECT_EQ(read(mine_.conversation).owner(), "bob");
}

TEST_F(ProofStore, TheCodeFromTheAuthorsAccountMakesItTheCounterpart) {
    opens("eve", "C3C-4DD");
    opens("anna");
    const auto hers = writes("p1", "eve"), his = writes("p2", "anna");
    const auto before = work("routing");
    expect(store_.ingest(comment("c2", "K7M-4QX")));
    EXPECT_EQ(work("escalation"), 1) << "first it is looked for a code";
    EXPECT_EQ(work("routing"), before);
    auto t = matched(3, "anna", "K7M-4QX");
    t.triage = false;
    expect(store_.code_tried(t));
    EXPECT_EQ(work("routing"), before) << "a code alone needs no answer";
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(known().private_conversation(), his.str());
    EXPECT_EQ(known().identity(), v1::IDENTITY_PROOF_ACCOUNT_PROVEN);
    EXPECT_EQ(read(his).identity(), v1::IDENTITY_PROOF_ACCOUNT_PROVEN);
    EXPECT_EQ(read(his).contact(), read(mine_.conversation).contact());
    EXPECT_EQ(read(hers).identity(), v1::IDENTITY_PROOF_CLAIMED);
    EXPECT_EQ(visitor("anna").proof, "account_proven");
    EXPECT_EQ(visitor("eve").proof, "");
    const auto view = seen(mine_.conversation);
    EXPECT_EQ(view.counterpart().id(), his.str());
    ASSERT_EQ(view.claimants_size(), 1);
    EXPECT_EQ(view.claimants(0).id(), hers.str());
    EXPECT_EQ(seen(his).counterpart().id(), mine_.conversation.str());
    // Delivered again: done once.
    const auto version = read(his).version();
    expect(store_.code_tried(t));
    EXPECT_EQ(read(his).version(), version);
}

TEST_F(ProofStore, WhoProvesHimselfBeforeHeWritesIsAwaited) {
    opens("anna");
    expect(store_.ingest(comment("c2", "K7M-4QX")));
    expect(store_.code_tried(matched(3, "anna", "K7M-4QX")));
    const ConversationId his(known().private_conversation());
    EXPECT_EQ(read(his).state(), v1::CONVERSATION_STATE_PENDING_CUSTOMER);
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(writes("p1", "anna"), his);
    EXPECT_EQ(read(his).identity(), v1::IDENTITY_PROOF_ACCOUNT_PROVEN);
    EXPECT_EQ(read(his).state(), v1::CONVERSATION_STATE_WAITING);
}

TEST_F(ProofStore, TheFunctionChecksAgainWhatWasJudged) {
    opens("anna");
    expect(store_.ingest(comment("c2", "K7M-4QX")));
    EXPECT_EQ(refused(store_.code_tried(matched(3, "anna", "C3C-4DD"))).reason, "changed");
    EXPECT_EQ(refused(store_.code_tried(matched(3, "nobody", "K7M-4QX"))).reason, "changed");
    auto foreign = matched(3, "anna", "K7M-4QX");
    foreign.poster = "eve";
    EXPECT_EQ(refused(store_.code_tried(foreign)).reason, "changed") << "another account proves nothing";
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_OFFERED);
}

TEST_F(ProofStore, AWrongCodeIsCountedNotedAndReadBySomebody) {
    opens("anna");
    expect(store_.ingest(comment("c2", "C3C-4DD")));
    auto t = tried(3, "wrong");
    t.wrong = {"anna"};
    v1::Message note;
    note.set_text("a wrong code");
    t.note = store::encode_message(note);
    const auto before = work("routing");
    expect(store_.code_tried(t));
    expect(store_.code_tried(t));
    EXPECT_EQ(visitor("anna").wrong, 1) << "once, however often the work comes";
    EXPECT_EQ(work("routing"), before + 1);
    EXPECT_EQ(expect(reads_.messages(kBrand, mine_.conversation, 4, 4)).at(0).kind(), v1::MESSAGE_KIND_NOTE);
}

TEST_F(ProofStore, VisitorsAndWritersAreLimited) {
    opens("a", "C3C-4DD");
    opens("b", "C3C-4DF");
    opens("c", "C3C-4DH");
    EXPECT_EQ(refused(store_.visit(visiting("d", "C3C-4DJ"))).reason, "too_many_visitors");
    EXPECT_EQ(opens("a", "C3C-4DK").code, "C3C-4DD") << "who is known keeps his code";
    writes("p1", "a");
    writes("p2", "b");
    EXPECT_EQ(refused(store_.ingest(words("p3", "c"))).reason, "too_many_claimants");
    EXPECT_EQ(refused(store_.ingest(words("p4", "nobody"))).code, Code::not_found);
    // Two are heard, and the author still gets through: his code first.
    expect(store_.ingest(comment("c2", "C3C-4DH")));
    expect(store_.code_tried(matched(3, "c", "C3C-4DH")));
    EXPECT_EQ(writes("p3", "c").str(), known().private_conversation());
    auto quick = visiting("d", "C3C-4DF");
    quick.most = 9;
    EXPECT_EQ(refused(store_.visit(quick)).reason, "code_taken");
    // Who had his time and did nothing makes room.
    quick.code = "C3C-4DJ";
    quick.grace = 0ms;
    expect(store_.visit(quick));
    quick.visitor = "e";
    quick.code = "C3C-4DK";
    quick.most = 4;
    expect(store_.visit(quick));
    EXPECT_FALSE(expect(reads_.visitor(kBrand, EscalationId("E1"), "d")));
    EXPECT_TRUE(expect(reads_.visitor(kBrand, EscalationId("E1"), "a")));
}

TEST_F(ProofStore, TheBrandVerifiesOtherwise) {
    opens("eve", "C3C-4DD");
    opens("anna");
    const auto hers = writes("p1", "eve"), his = writes("p2", "anna");
    v1::Message note;
    note.set_text("called back on the number that we have");
    const auto how = store::encode_message(note);
    EXPECT_EQ(refused(store_.verify_identity(by("bob"), his, "1:x", how)).reason, "not_owned");
    const auto mine = expect(store_.claim(by("bob"), his, 60s, 5));
    expect(store_.verify_identity(by("bob", "r1"), his, mine.epoch, how));
    expect(store_.verify_identity(by("bob", "r1"), his, mine.epoch, how));
    EXPECT_EQ(read(his).identity(), v1::IDENTITY_PROOF_BRAND_VERIFIED);
    EXPECT_EQ(read(his).message_count(), 2) << "one note";
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(known().identity(), v1::IDENTITY_PROOF_BRAND_VERIFIED);
    EXPECT_EQ(known().private_conversation(), his.str());
    EXPECT_EQ(visitor("anna").proof, "brand_verified");
    // Another one does not take its place.
    const auto other = expect(store_.claim(by("bob"), hers, 60s, 5));
    expect(store_.verify_identity(by("bob"), hers, other.epoch, how));
    EXPECT_EQ(known().private_conversation(), his.str());
    EXPECT_EQ(refused(store_.verify_identity(by("bob"), mine_.conversation, mine_.epoch, how)).reason,
              "not_private");
}

TEST_F(ProofStore, AProofAfterADeclineOpensTheCaseAgain) {
    opens("anna");
    const auto his = writes("p1", "anna");
    expect(store_.decline(by("bob"), EscalationId("E1"), "he does not want to"));
    expect(store_.ingest(comment("c2", "K7M-4QX")));
    expect(store_.code_tried(matched(3, "anna", "K7M-4QX")));
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED) << "he has come";
    EXPECT_EQ(known().error(), "") << "the decline stands no more";
    EXPECT_EQ(known().private_conversation(), his.str());
    EXPECT_EQ(read(his).identity(), v1::IDENTITY_PROOF_ACCOUNT_PROVEN);
}

TEST_F(ProofStore, SoDoesTheBrandsWord) {
    opens("anna");
    const auto his = writes("p1", "anna");
    expect(store_.decline(by("bob"), EscalationId("E1"), "he does not want to"));
    const auto mine = expect(store_.claim(by("bob"), his, 60s, 5));
    expect(store_.verify_identity(by("bob"), his, mine.epoch, ""));
    EXPECT_EQ(known().state(), v1::ESCALATION_STATE_ACCEPTED);
    EXPECT_EQ(known().identity(), v1::IDENTITY_PROOF_BRAND_VERIFIED);
}

}  // namespace
}  // namespace guichet::test
