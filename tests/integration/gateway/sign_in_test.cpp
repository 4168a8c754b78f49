// Signing in by password and by one-time link, sessions, what a browser may do with them.
#include <gmock/gmock.h>

#include "services/gateway/browser.hpp"
#include "tests/integration/gateway/fixture.hpp"

namespace guichet::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string cookie(const std::string& session) {
    return "Cookie: guichet_session=" + session + "\r\n";
}

class SignInTest : public GatewayTest {
  protected:
    SignInTest() { put_agent("dora", v1::ROLE_AGENT, kPassword); }
    Answer sign_in(const std::string& who, const std::string& password) {
        return post_form("/sign-in", {{"agent", who}, {"password", password}});
    }
};

TEST_F(SignInTest, ByNameOrAddressAndPassword) {
    for (const char* who : {"dora", "Dora@Brand.example", " dora "}) {
        const auto answer = sign_in(who, kPassword);
        EXPECT_EQ(answer.status, 303) << who;
        EXPECT_EQ(answer.header("location"), "/");
        EXPECT_THAT(answer.header("set-cookie"), HasSubstr("HttpOnly"));
        const auto session = answer.cookie(kSessionCookie);
        EXPECT_TRUE(session.starts_with("gs_"));
        EXPECT_EQ(http("GET", "/", cookie(session)).status, 200);
        EXPECT_THAT(dump(), Not(HasSubstr(session.substr(3))));
    }
}

TEST_F(SignInTest, TheSameWordsForEveryMistake) {
    const auto wrong = sign_in("dora", "wrong");
    const auto nobody = sign_in("nobody", "wrong");
    const auto no_password = sign_in("bob", "");
    for (const auto* answer : {&wrong, &nobody, &no_password}) {
        EXPECT_EQ(answer->status, 401);
        EXPECT_THAT(answer->body, HasSubstr("name or password is wrong"));
        EXPECT_EQ(answer->header("set-cookie"), "");
    }
}

TEST_F(SignInTest, ANameThatNobodyHasIsHashedForLikeAnyOther) {
    // Hashing takes the time, and does not take place where its threads are gone.
    pool_.close();
    for (const char* who : {"dora", "nobody"}) EXPECT_EQ(sign_in(who, "wrong").status, 503) << who;
}

TEST_F(SignInTest, WhoIsKnownCannotBeToldFromWhatIsLookedUp) {
    int address = 0;
    // Of an answer whose words are the same, known or not, by id, by address, or by what can be neither.
    const auto lookups = [&](const std::string& who) {
        const auto before = client_->counters().commands;
        const auto from = "X-Forwarded-For: 203.0.113." + std::to_string(++address) + "\r\n";
        EXPECT_EQ(post_form("/sign-in", {{"agent", who}, {"password", "wrong"}}, from).status, 401) << who;
        return client_->counters().commands - before;
    };
    lookups("sue");  // the list of agents is known from here on
    const auto known = lookups("dora");
    EXPECT_GT(known, 2U);
    for (const char* who :
         {"dora@brand.example", "nobody-of-ours", "nobody@brand.example", "no body", "bob"}) {
        EXPECT_EQ(lookups(who), known) << who;
    }
}

TEST_F(SignInTest, ThePageSpeaksTheLanguageOfTheBrowserOrTheOneThatWasChosen) {
    const auto french = http("GET", "/sign-in", "Accept-Language: fr-BE, en;q=0.5\r\n");
    EXPECT_THAT(french.body, HasSubstr("<html lang=\"fr\">"));
    EXPECT_THAT(french.body, HasSubstr("Mot de passe"));
    EXPECT_EQ(french.header("set-cookie"), "");
    const auto chosen = http("GET", "/sign-in?lang=nl", "Accept-Language: fr-BE\r\n");
    EXPECT_THAT(chosen.body, HasSubstr("<html lang=\"nl\">"));
    const auto kept = "Cookie: guichet_language=" + chosen.cookie("guichet_language") + "\r\n";
    EXPECT_THAT(http("GET", "/sign-in", kept).body, HasSubstr("Wachtwoord"));
    const auto refused = post_form("/sign-in", {{"agent", "dora"}, {"password", "wrong"}}, kept);
    EXPECT_EQ(refused.status, 401);
    EXPECT_THAT(refused.body, HasSubstr("naam of wachtwoord is onjuist"));
    const auto spent =
        post_form("/sign-in/link", {{"link", "gl_x"}, {"password", "long enough it is"}}, kept);
    EXPECT_THAT(spent.body, HasSubstr("vraag een nieuwe"));
}

TEST_F(SignInTest, IsWrittenDownWithoutWhatWasTyped) {
    EXPECT_EQ(sign_in("dora", kPassword).status, 303);
    EXPECT_THAT(dump(), HasSubstr("sign_in.done"));
    EXPECT_THAT(dump(), Not(HasSubstr("sign_in.refused")));
    EXPECT_EQ(sign_in("my-secret-in-the-wrong-field", "x").status, 401);
    EXPECT_THAT(dump(), HasSubstr("sign_in.refused"));
    EXPECT_THAT(dump(), Not(HasSubstr("my-secret-in-the-wrong-field")));
    EXPECT_EQ(post_form("/sign-in", {{"agent", "x"}, {"password", "x"}, {"workspace", "nowhere"}}).status,
              401);
    EXPECT_THAT(dump(), Not(HasSubstr("nowhere")));
}

TEST_F(SignInTest, TooManyFailuresAreThrottledForAccountAndAddress) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(sign_in("dora", "wrong").status, 401);
    const auto refused = sign_in("dora", kPassword);
    EXPECT_EQ(refused.status, 429);
    EXPECT_FALSE(refused.header("retry-after").empty());
    // The address is used up for other accounts too.
    EXPECT_EQ(sign_in("sue", "wrong").status, 429);
    clock_.advance(settings_.gateway.login_window);
    EXPECT_EQ(sign_in("dora", kPassword).status, 303);
}

TEST_F(SignInTest, AnAccountIsThrottledFromWhereverItIsGuessedAt) {
    const auto from = [this](int address, const std::string& password) {
        return post_form("/sign-in", {{"agent", "dora"}, {"password", password}},
                         "X-Forwarded-For: 203.0.113." + std::to_string(address) + "\r\n");
    };
    for (int i = 1; i <= 3; ++i) EXPECT_EQ(from(i, "wrong").status, 401);
    EXPECT_EQ(from(4, kPassword).status, 429);
    clock_.advance(settings_.gateway.login_window);
    EXPECT_EQ(from(4, kPassword).status, 303);
}

TEST_F(SignInTest, ByNameAndByAddressItIsOneAccount) {
    const auto from = [this](int address, const std::string& who, const std::string& password) {
        return post_form("/sign-in", {{"agent", who}, {"password", password}},
                         "X-Forwarded-For: 203.0.113." + std::to_string(address) + "\r\n");
    };
    EXPECT_EQ(from(1, "dora", "wrong").status, 401);
    EXPECT_EQ(from(2, "dora@brand.example", "wrong").status, 401);
    EXPECT_EQ(from(3, "Dora@Brand.example", "wrong").status, 401);
    EXPECT_EQ(from(4, "dora", kPassword).status, 429);
    EXPECT_EQ(from(5, "dora@brand.example", kPassword).status, 429);
    clock_.advance(settings_.gateway.login_window);
    EXPECT_EQ(from(4, "dora@brand.example", kPassword).status, 303);
    EXPECT_EQ(from(6, "dora", "wrong").status, 401) << "what was mistyped before is forgotten";
}

TEST_F(SignInTest, AnAddressThatIsUsedUpLocksNobodyOut) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(sign_in("sue", "wrong").status, 401);
    clock_.advance(settings_.gateway.login_window / 2);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(sign_in("dora", "wrong").status, 429);
    clock_.advance(settings_.gateway.login_window / 2);
    EXPECT_EQ(sign_in("dora", kPassword).status, 303) << "nothing of that was counted against her";
}

TEST_F(SignInTest, ManyRightOnesAreNotThrottled) {
    for (int i = 0; i < 8; ++i) EXPECT_EQ(sign_in("dora", kPassword).status, 303);
}

TEST_F(SignInTest, BotsAndTheDisabledStayOutside) {
    catalog_.forget();
    auto record = **run(catalog_.agent(kMain, AgentId("dora")));
    record.mutable_agent()->set_bot(true);
    store::By by{kMain, "test", {}, "*"};
    ASSERT_TRUE(run(store_.put_document(by, access::kAgent, "dora", -1, record.SerializeAsString())));
    catalog_.forget();
    EXPECT_EQ(sign_in("dora", kPassword).status, 401);
}

TEST_F(SignInTest, ALinkIsSpentOnceAndSetsThePassword) {
    const auto link = link_of("bob");
    EXPECT_EQ(http("GET", "/sign-in").status, 200);
    const auto first = post_form("/sign-in/link", {{"link", link}, {"password", "my new password"}});
    EXPECT_EQ(first.status, 303);
    EXPECT_FALSE(first.cookie(kSessionCookie).empty());
    const auto second = post_form("/sign-in/link", {{"link", link}, {"password", "somebody elses"}});
    EXPECT_EQ(second.status, 404);
    EXPECT_EQ(second.cookie(kSessionCookie), "");
    EXPECT_EQ(sign_in("bob", "my new password").status, 303);
    EXPECT_THAT(dump(), Not(HasSubstr("my new password")));
}

TEST_F(SignInTest, AShortPasswordSpendsNoLink) {
    const auto link = link_of("bob");
    const auto refused = post_form("/sign-in/link", {{"link", link}, {"password", "short"}});
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr(link));
    // As pasted, with the address around it.
    const auto pasted = "https://care.example/sign-in#" + link;
    EXPECT_EQ(post_form("/sign-in/link", {{"link", pasted}, {"password", "long enough now"}}).status, 303);
}

TEST_F(SignInTest, AnExpiredLinkOpensNothing) {
    const auto link = link_of("bob");
    clock_.advance(std::chrono::minutes(2));
    EXPECT_EQ(post_form("/sign-in/link", {{"link", link}, {"password", "long enough now"}}).status, 404);
}

TEST_F(SignInTest, ANewPasswordEndsTheSessionsBefore) {
    const auto before = session_of("dora", kPassword);
    ASSERT_TRUE(call<v1::WhoAmIResponse>(before, "WhoAmI", v1::WhoAmIRequest()));
    clock_.advance(std::chrono::seconds(1));
    const auto answer =
        post_form("/sign-in/link", {{"link", link_of("dora")}, {"password", "another password"}});
    ASSERT_EQ(answer.status, 303);
    EXPECT_EQ(call<v1::WhoAmIResponse>(before, "WhoAmI", v1::WhoAmIRequest()).error().code,
              Code::unauthenticated);
    EXPECT_TRUE(call<v1::WhoAmIResponse>(answer.cookie(kSessionCookie), "WhoAmI", v1::WhoAmIRequest()));
    EXPECT_EQ(sign_in("dora", kPassword).status, 401);
}

TEST_F(SignInTest, SessionsExpire) {
    const auto session = session_of("dora", kPassword);
    EXPECT_EQ(http("GET", "/session", cookie(session)).status, 200);
    clock_.advance(settings_.gateway.session);
    EXPECT_EQ(http("GET", "/session", cookie(session)).status, 401);
    EXPECT_EQ(http("GET", "/", cookie(session)).header("location"), "/sign-in");
}

TEST_F(SignInTest, SignOutEndsTheSessionAtOnce) {
    const auto session = session_of("dora", kPassword);
    ASSERT_TRUE(call<v1::WhoAmIResponse>(session, "WhoAmI", v1::WhoAmIRequest()));
    const auto out = http("POST", "/sign-out", cookie(session));
    EXPECT_EQ(out.status, 303);
    EXPECT_THAT(out.header("set-cookie"), HasSubstr("Max-Age=0"));
    EXPECT_EQ(call<v1::WhoAmIResponse>(session, "WhoAmI", v1::WhoAmIRequest()).error().code,
              Code::unauthenticated);
}

TEST_F(SignInTest, AnotherSitesFormIsRefused) {
    const auto answer = post_form("/sign-in", {{"agent", "dora"}, {"password", kPassword}},
                                  "Origin: https://evil.example\r\n");
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.cookie(kSessionCookie), "");
    EXPECT_EQ(http("POST", "/sign-out", "Sec-Fetch-Site: cross-site\r\n").status, 403);
}

TEST_F(SignInTest, APasswordOfYesterdaysCostIsMadeAnew) {
    settings_.gateway.argon2_time = 2;
    Factors factors(context_, sealer_);
    LoginLimits limits(3, 60'000);
    SignIn stricter(context_, nullptr, factors, limits);
    ASSERT_TRUE(run(stricter.start()));
    auto router = std::make_shared<http::Router>();
    stricter.mount(*router, {});
    http::ServerOptions options;
    options.listeners.push_back({});
    server_ = std::make_unique<http::Server>(io_, clock_, random_, std::move(options), router);
    ASSERT_TRUE(server_->start());
    EXPECT_EQ(sign_in("dora", kPassword).status, 303);
    catalog_.forget();
    EXPECT_THAT((**run(catalog_.agent(kMain, AgentId("dora")))).password(), HasSubstr(",t=2,"));
    EXPECT_EQ(sign_in("dora", kPassword).status, 303);
    test::run(io_, server_->stop(std::chrono::milliseconds(500)));
}

TEST_F(SignInTest, PagesCarryAStrictPolicy) {
    const auto page = http("GET", "/sign-in");
    const auto policy = page.header("content-security-policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(page.header("cache-control"), "no-store");
    EXPECT_EQ(page.header("referrer-policy"), "same-origin");
}

}  // namespace
}  // namespace guichet::gateway
