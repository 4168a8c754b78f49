#include "tests/integration/ingest/ingest_world.hpp"

namespace guichet::test {
namespace {

class PrivatePage : public IngestWorld {
  protected:
    PrivatePage() {
        const auto page = get("/f/contact?lang=en");
        const auto sent = post_form("/f/contact?lang=en", {{"token", hidden(page.body, "token")},
                                                           {"customer", "no"},
                                                           {"name", "Anna"},
                                                           {"message", "Where is my parcel?"}});
        const auto thanks = get(sent.location());
        base_ = between(thanks.body, "href=\"" + origin(), "?lang");
        const auto keys = redis_.command(redis::Command("KEYS", "*main:c:*"));
        const auto key = keys[0].text();
        id_ = key.substr(key.rfind(':') + 1);
    }
    std::string secret() const { return base_.substr(3); }
    Answer write(const std::string& text) {
        const auto page = get(base_);
        return post_form(base_ + "/messages", {{"token", hidden(page.body, "token")}, {"message", text}});
    }
    std::string state(const std::string& page) { return between(page, "data-state=\"", "\""); }

    std::string base_;
    std::string id_;
};

TEST_F(PrivatePage, WhoSentTheFormIsSignedIn) {
    const auto page = get(base_);
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(page.body.find("Where is my parcel?"), std::string::npos);
    EXPECT_NE(page.body.find(conversation(id_).reference()), std::string::npos);
    EXPECT_EQ(page.headers.get("referrer-policy"), "no-referrer");
    EXPECT_EQ(page.headers.get("cache-control"), "no-store");
    EXPECT_NE(page.headers.get("x-robots-tag").find("noindex"), std::string_view::npos);
}

TEST_F(PrivatePage, LookingSpendsAndShowsNothing) {
    cookies_.clear();
    for (int i = 0; i < 3; ++i) {
        const auto door = get(base_);
        EXPECT_EQ(door.status, 200);
        EXPECT_EQ(door.body.find("Where is my parcel?"), std::string::npos);
        EXPECT_NE(door.body.find("Maison Dupont"), std::string::npos) << "whose page it is may be seen";
        EXPECT_TRUE(cookies_.empty());
    }
    EXPECT_EQ(get(base_ + "/messages").status, 401);
    const auto opened = post_form(base_ + "/open?lang=en", {});
    ASSERT_EQ(opened.status, 303);
    const auto cookie = opened.headers.get("set-cookie");
    EXPECT_NE(cookie.find("HttpOnly"), std::string_view::npos);
    EXPECT_NE(cookie.find("Path=/p/"), std::string_view::npos);
    EXPECT_NE(cookie.find("SameSite=Lax"), std::string_view::npos);
    EXPECT_NE(get(opened.location()).body.find("Where is my parcel?"), std::string::npos);
}

TEST_F(PrivatePage, TheCookieOfOnePageOpensNoOther) {
    const auto cookies = cookies_;
    cookies_.clear();
    const auto page = get("/f/contact?lang=en");
    const auto sent = post_form("/f/contact?lang=en", {{"token", hidden(page.body, "token")},
                                                       {"customer", "no"},
                                                       {"name", "Bert"},
                                                       {"message", "Only Bert knows"}});
    const auto other = between(get(sent.location()).body, "href=\"" + origin(), "?lang");
    const auto shown = [&] { return get(other).body.find("Only Bert knows") != std::string::npos; };
    EXPECT_TRUE(shown()) << "to him";
    cookies_ = cookies;
    EXPECT_FALSE(shown());
    // Anna's value under the name of Bert's cookie.
    cookies_.clear();
    post_form(other + "/open", {});
    EXPECT_TRUE(shown());
    cookies_.begin()->second = cookies.begin()->second;
    EXPECT_FALSE(shown());
}

TEST_F(PrivatePage, ShowsSentAnswersOnly) {
    answer(id_, "It is on its way.", true);
    auto page = get(base_).body;
    EXPECT_NE(page.find("It is on its way."), std::string::npos);
    EXPECT_NE(page.find("Claire"), std::string::npos);
    expect(store_.add_note({kMain, "claire", {}, "*"}, ConversationId(id_), "", "note.added", ""));
    answer(id_, "Still held back.", false);
    page = get(base_).body;
    EXPECT_EQ(page.find("Still held back."), std::string::npos);
}

TEST_F(PrivatePage, WritesIntoTheSameConversationOnce) {
    const auto page = get(base_);
    const http::Fields fields = {{"token", hidden(page.body, "token")}, {"message", "Any news?\r\nAnna"}};
    for (int i = 0; i < 3; ++i) {
        const auto sent = post_form(base_ + "/messages", fields);
        ASSERT_EQ(sent.status, 303) << sent.body;
        EXPECT_EQ(sent.location(), base_ + "?lang=en");
    }
    const auto all = messages(id_);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[1].text(), "Any news?\nAnna");
    EXPECT_EQ(all[1].author().name(), "Anna");
    EXPECT_EQ(conversation(id_).inbound_seq(), 2);
    EXPECT_NE(get(base_).body.find("Any news?<br>Anna"), std::string::npos);
}

TEST_F(PrivatePage, RefusesEmptyForeignAndForgedWriting) {
    EXPECT_EQ(write(" \n").status, 422);
    EXPECT_EQ(post_form(base_ + "/messages", {{"token", "x.y"}, {"message", "hello"}}).status, 422);
    http::Headers foreign;
    foreign.add("Content-Type", "application/x-www-form-urlencoded");
    foreign.add("Origin", "https://evil.example");
    EXPECT_EQ(request(http::Method::post, base_ + "/messages", "message=x", foreign).status, 403);
    EXPECT_EQ(request(http::Method::post, base_ + "/open", "", foreign).status, 403);
    cookies_.clear();
    EXPECT_EQ(post_form(base_ + "/messages", {{"message", "hello"}}).status, 303) << "to the door";
    EXPECT_EQ(messages(id_).size(), 1u);
}

TEST_F(PrivatePage, WaitsForAnAnswerAndGetsIt) {
    const auto before = state(get(base_).body);
    const auto url = base_ + "/messages?after=" + before + "&lang=en";
    const auto started = clock_.steady();
    const auto nothing = get(url);
    EXPECT_EQ(nothing.status, 200);
    EXPECT_GE(clock_.steady() - started, options_.forms.poll_wait);
    EXPECT_EQ(between(nothing.body, "\"state\":\"", "\""), before);

    http::ClientRequest poll;
    poll.url = origin() + url;
    poll.headers.add("Cookie", cookies_.begin()->first + "=" + cookies_.begin()->second);
    std::optional<http::ClientResult> seen;
    asio::co_spawn(io_, client_->request(poll, std::chrono::seconds(10)),
                   [&](std::exception_ptr, http::ClientResult result) { seen = std::move(result); });
    answer(id_, "On Tuesday.", true);
    ASSERT_TRUE(wait_until(io_, [&] { return seen.has_value(); }));
    EXPECT_NE(seen->body.find("On Tuesday."), std::string::npos) << seen->body;
}

TEST_F(PrivatePage, EndsWhenRevokedOrUnknown) {
    EXPECT_EQ(get("/p/gp_" + std::string(43, 'x')).status, 404);
    EXPECT_EQ(get("/p/something").status, 404);
    expect(credentials_.revoke_private_page(secret()));
    EXPECT_EQ(get(base_).status, 404);
    EXPECT_EQ(get(base_ + "/messages").status, 404);
    EXPECT_EQ(post_form(base_ + "/open", {}).status, 404);
}

TEST_F(PrivatePage, WritingKeepsItOpenForLonger) {
    auto record = expect(credentials_.private_page(secret()));
    expect(credentials_.prolong_private_page(secret(), clock_.now() + 60'000));
    EXPECT_EQ(write("I am still here").status, 303);
    EXPECT_GE(expect(credentials_.private_page(secret())).expires_at(), record.expires_at());
    expect(credentials_.revoke_private_page(secret()));
    EXPECT_EQ(run(io_, credentials_.prolong_private_page(secret(), clock_.now() + 60'000)).error().code,
              Code::not_found);
}

TEST_F(PrivatePage, KeepsTheLanguageOfTheForm) {
    EXPECT_NE(get(base_).body.find("Your conversation"), std::string::npos);
    EXPECT_NE(get(base_ + "?lang=nl").body.find("Uw gesprek"), std::string::npos);
}

}  // namespace
}  // namespace guichet::test
