// The page of a link that was posted in public: each visitor for himself, and nothing shown before it is
// proven.
#include <set>

#include "common/store/records.hpp"
#include "tests/integration/ingest/ingest_world.hpp"

namespace guichet::test {
namespace {

using Cookies = std::map<std::string, std::string>;

class PublicLink : public IngestWorld {
  protected:
    PublicLink() {
        store::Inbound m;
        m.workspace = kMain;
        m.channel = ChannelId("shop");
        m.external_id = "c1";
        m.thread = "post|anna";
        m.author = "anna";
        m.author_name = "Anna";
        m.is_public = true;
        m.team = TeamId("care");
        m.text = "Never again!";
        v1::Message message;
        message.set_text(m.text);
        m.blob = store::encode_message(message);
        const auto stored = expect(store_.ingest(m));
        store::TriageDecision decision;
        decision.workspace = kMain;
        decision.conversation = stored.conversation;
        decision.seq = 1;
        decision.due = 1'000;
        expect(store_.triage(decision));
        mine_ = expect(store_.claim(by(), stored.conversation, std::chrono::minutes(1), 5));
        store::Offer o;
        o.conversation = mine_.conversation;
        o.epoch = mine_.epoch;
        o.escalation = EscalationId("E1");
        o.route = o.kind = "private_link";
        o.channel = ChannelId("contact");
        o.public_delivery = DeliveryId("DQ");
        o.public_text = "Here we can talk";
        o.identity = "claimed";
        expect(store_.escalate(by(), o));
        access::records::PrivatePageRecord record;
        record.set_workspace(kMain.str());
        record.set_escalation("E1");
        record.set_channel("contact");
        record.set_language("en");
        record.set_expires_at(clock_.now() + 3'600'000);
        base_ = "/p/" + expect(credentials_.create_private_page(record));
    }
    store::By by() const { return {kMain, "bob", {}, "*"}; }
    Answer enter() { return post_form(base_ + "/open?lang=en", {}); }
    // Somebody with a browser of his own.
    Cookies visitor() {
        cookies_.clear();
        EXPECT_EQ(enter().status, 303);
        return cookies_;
    }
    std::string page(const Cookies& who) {
        cookies_ = who;
        return get(base_ + "?lang=en").body;
    }
    std::string code(const Cookies& who) { return between(page(who), "<code>", "</code>"); }
    Answer write(const Cookies& who, const std::string& text) {
        const auto html = page(who);
        return post_form(base_ + "/messages?lang=en", {{"token", hidden(html, "token")}, {"message", text}});
    }
    std::vector<store::Visitor> visitors() { return expect(reads_.visitors(kMain, EscalationId("E1"))); }
    // As the author's own account posts it, and escalation finds it.
    void prove(const std::string& code) {
        for (const auto& visitor : visitors()) {
            if (visitor.code != code) continue;
            store::CodeTried tried;
            tried.workspace = kMain;
            tried.conversation = mine_.conversation;
            tried.seq = ++seq_;
            tried.poster = "anna";
            tried.attempt = "matched";
            tried.visitor = visitor.id;
            tried.code = code;
            expect(store_.code_tried(tried));
            return;
        }
        ADD_FAILURE() << "nobody has the code " << code;
    }

    store::Claimed mine_;
    std::string base_;
    std::int64_t seq_ = 10;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_F(PublicLink, LookingSpendsNothingAndTheDoorSaysThatAnybodyMayBeHere) {
    for (int i = 0; i < 3; ++i) {
        const auto door = get(base_);
        EXPECT_EQ(door.status, 200);
        EXPECT_TRUE(has(door.body, "posted in public")) << door.body;
        EXPECT_TRUE(has(door.body, "Maison Dupont"));
        EXPECT_FALSE(has(door.body, "Never again!"));
    }
    EXPECT_TRUE(cookies_.empty());
    EXPECT_TRUE(visitors().empty());
    EXPECT_EQ(get(base_ + "/messages").status, 401);
}

TEST_F(PublicLink, EachVisitorGetsACodeOfHisOwnAndKeepsIt) {
    const auto eve = visitor(), anna = visitor();
    const auto first = code(eve);
    EXPECT_EQ(first.size(), 7U);
    EXPECT_NE(first, code(anna));
    EXPECT_EQ(code(eve), first);
    cookies_ = eve;
    EXPECT_EQ(enter().status, 303);
    EXPECT_EQ(code(cookies_), first) << "the button again changes nothing";
    EXPECT_EQ(visitors().size(), 2U);
    EXPECT_FALSE(has(page(eve), "Never again!")) << "no history";
}

TEST_F(PublicLink, NobodySeesAnothersWordsAndAllAreUnproven) {
    const auto eve = visitor(), anna = visitor();
    EXPECT_EQ(write(eve, "I am Anna, send it to me").status, 303);
    EXPECT_EQ(write(anna, "My number is 4711").status, 303);
    EXPECT_EQ(write(anna, "and my name Peeters").status, 303);
    EXPECT_TRUE(has(page(eve), "I am Anna"));
    EXPECT_FALSE(has(page(eve), "4711"));
    EXPECT_TRUE(has(page(anna), "4711"));
    EXPECT_FALSE(has(page(anna), "I am Anna"));
    std::set<std::string> claimed;
    for (const auto& visitor : visitors()) {
        const auto c = conversation(visitor.conversation.str());
        EXPECT_EQ(c.identity(), v1::IDENTITY_PROOF_CLAIMED);
        EXPECT_EQ(c.visibility(), v1::VISIBILITY_PRIVATE);
        EXPECT_EQ(c.counterpart(), mine_.conversation.str());
        EXPECT_TRUE(c.contact().empty());
        claimed.insert(c.id());
    }
    EXPECT_EQ(claimed.size(), 2U);
    EXPECT_EQ(expect(reads_.escalation(kMain, EscalationId("E1"))).state(), v1::ESCALATION_STATE_OFFERED);
}

TEST_F(PublicLink, ACookieOfOneVisitorIsNoOthers) {
    const auto anna = visitor();
    write(anna, "My number is 4711");
    auto forged = anna;
    forged.begin()->second.back() = forged.begin()->second.back() == 'a' ? 'b' : 'a';
    EXPECT_FALSE(has(page(forged), "4711"));
    EXPECT_TRUE(has(page({}), "posted in public"));
}

TEST_F(PublicLink, OnceProvenHeSeesWhatWasSaidAndTheOtherDoesNot) {
    const auto eve = visitor(), anna = visitor();
    write(eve, "I am Anna");
    write(anna, "My number is 4711");
    prove(code(anna));
    const auto hers = page(anna);
    EXPECT_TRUE(has(hers, "We know now that it is you")) << hers;
    EXPECT_TRUE(has(hers, "Never again!"));
    EXPECT_TRUE(has(hers, "4711"));
    EXPECT_FALSE(has(hers, "I am Anna"));
    EXPECT_FALSE(has(hers, "<code>"));
    const auto theirs = page(eve);
    EXPECT_FALSE(has(theirs, "Never again!"));
    EXPECT_FALSE(has(theirs, "4711"));
    EXPECT_TRUE(has(theirs, "<code>"));
    EXPECT_EQ(write(anna, "And now?").status, 303);
    const auto known = expect(reads_.escalation(kMain, EscalationId("E1")));
    EXPECT_EQ(messages(known.private_conversation()).size(), 2U) << "in the same conversation";
}

TEST_F(PublicLink, WhoProvesHimselfFirstWritesAfterwards) {
    const auto anna = visitor();
    prove(code(anna));
    EXPECT_TRUE(has(page(anna), "We know now that it is you"));
    EXPECT_EQ(write(anna, "Here I am").status, 303);
    const auto known = expect(reads_.escalation(kMain, EscalationId("E1")));
    EXPECT_EQ(messages(known.private_conversation()).size(), 1U);
}

TEST_F(PublicLink, TheScriptLearnsThatItIsProven) {
    const auto anna = visitor();
    const auto html = page(anna);
    EXPECT_EQ(between(html, "data-proof=\"", "\""), "waiting");
    const auto url = base_ + "/messages?lang=en&after=" + between(html, "data-state=\"", "\"");
    http::ClientRequest poll;
    poll.url = origin() + url;
    poll.headers.add("Cookie", anna.begin()->first + "=" + anna.begin()->second);
    std::optional<http::ClientResult> seen;
    asio::co_spawn(io_, client_->request(poll, std::chrono::seconds(10)),
                   [&](std::exception_ptr, http::ClientResult result) { seen = std::move(result); });
    prove(code(anna));
    ASSERT_TRUE(wait_until(io_, [&] { return seen.has_value(); }));
    EXPECT_TRUE(has(seen->body, "\"proof\":\"proven\"")) << seen->body;
}

TEST_F(PublicLink, WrongCodesEndItsCodeAndTheLimitsAreTold) {
    const auto anna = visitor();
    store::CodeTried wrong;
    wrong.workspace = kMain;
    wrong.conversation = mine_.conversation;
    wrong.attempt = "wrong";
    wrong.wrong = {visitors().front().id};
    for (int i = 0; i < ingest::FormOptions{}.code_tries; ++i) {
        wrong.seq = ++seq_;
        expect(store_.code_tried(wrong));
    }
    EXPECT_TRUE(has(page(anna), "Wrong codes were posted too often"));
    EXPECT_FALSE(has(page(anna), "<code>"));
    const ingest::FormOptions limits;
    for (int i = 1; i < limits.visitors; ++i) {
        store::Visit more{kMain,
                          EscalationId("E1"),
                          "v" + std::to_string(i),
                          "x" + std::to_string(i),
                          std::chrono::hours(1),
                          limits.visitors,
                          std::chrono::hours(1)};
        expect(store_.visit(more));
    }
    cookies_.clear();
    const auto full = enter();
    EXPECT_EQ(full.status, 429);
    EXPECT_TRUE(has(full.body, "Too many people have opened this page"));
    EXPECT_TRUE(cookies_.empty());
}

TEST_F(PublicLink, TooManyWritersAreToldToProveThemselvesFirst) {
    const ingest::FormOptions limits;
    for (int i = 0; i < limits.claimants; ++i) EXPECT_EQ(write(visitor(), "me").status, 303);
    const auto late = visitor();
    const auto refused = write(late, "my long story");
    EXPECT_EQ(refused.status, 429);
    EXPECT_TRUE(has(refused.body, "Post your code first"));
    EXPECT_TRUE(has(refused.body, "my long story")) << "what he typed is not lost";
    prove(code(late));
    EXPECT_EQ(write(late, "my long story").status, 303);
}

TEST_F(PublicLink, SpeaksThreeLanguages) {
    const auto anna = visitor();
    cookies_ = anna;
    EXPECT_TRUE(has(get(base_ + "?lang=fr").body, "sous votre propre commentaire"));
    EXPECT_TRUE(has(get(base_ + "?lang=nl").body, "onder uw eigen reactie"));
}

}  // namespace
}  // namespace guichet::test
