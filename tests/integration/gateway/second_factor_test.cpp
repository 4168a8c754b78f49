// The second factor: set up, asked for at each sign-in, reset, required.
#include "common/access/second_factor.hpp"

#include <gmock/gmock.h>

#include "guichet/v1/second_factor.pb.h"
#include "services/gateway/second_factor/totp.hpp"
#include "tests/integration/gateway/fixture.hpp"

namespace guichet::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kService[] = "SecondFactorService/";

std::string from_base32(const std::string& text) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string bytes;
    unsigned int buffer = 0;
    int bits = 0;
    for (const char c : text) {
        buffer = (buffer << 5 | static_cast<unsigned int>(kAlphabet.find(c))) & 0xfffU;
        if ((bits += 5) >= 8) bytes += static_cast<char>(buffer >> (bits -= 8) & 0xffU);
    }
    return bytes;
}

class SecondFactorTest : public GatewayTest {
  protected:
    SecondFactorTest() {
        // On a step's first millisecond.
        clock_.advance(std::chrono::milliseconds(kStepMs - clock_.now() % kStepMs));
        put_agent("dora", v1::ROLE_AGENT, kPassword);
        put_agent("sven", v1::ROLE_SUPERVISOR, kPassword);
    }

    template <class Res, class Req>
    Result<Res> ask(const std::string& credential, const std::string& method, Req request) {
        return call<Res>(credential, kService + method, std::move(request));
    }
    Answer password(const std::string& who) {
        return post_form("/sign-in", {{"agent", who}, {"password", kPassword}});
    }
    Answer second(const Answer& first, const http::Fields& fields) {
        return post_form("/sign-in/code", fields, ticket(first));
    }
    static std::string ticket(const Answer& answer) {
        return "Cookie: guichet_ticket=" + answer.cookie("guichet_ticket") + "\r\n";
    }
    std::string code(const std::string& secret) {
        return code_of(from_base32(secret), step_of(clock_.now()));
    }
    void next_code() { clock_.advance(std::chrono::milliseconds(kStepMs)); }

    // Sets it up from a session; the secret. `codes_` has the recovery codes, and the step is spent.
    std::string set_up(const std::string& session) {
        v1::BeginSecondFactorRequest begin;
        begin.set_password(kPassword);
        auto begun = ask<v1::BeginSecondFactorResponse>(session, "BeginSecondFactor", begin);
        EXPECT_TRUE(begun) << to_string(begun.error());
        v1::ConfirmSecondFactorRequest confirm;
        confirm.set_code(code(begun->secret()));
        auto confirmed = ask<v1::ConfirmSecondFactorResponse>(session, "ConfirmSecondFactor", confirm);
        EXPECT_TRUE(confirmed) << to_string(confirmed.error());
        codes_.assign(confirmed->recovery_codes().begin(), confirmed->recovery_codes().end());
        return begun->secret();
    }
    std::string set_up_dora() {
        const auto secret = set_up(session_of("dora", kPassword));
        next_code();
        return secret;
    }
    bool opens(const std::string& session) {
        return call<v1::WhoAmIResponse>(session, "WhoAmI", v1::WhoAmIRequest()).has_value();
    }
    void rule(v1::SecondFactorRule rule) {
        v1::PutSecondFactorRuleRequest request;
        request.set_rule(rule);
        EXPECT_TRUE(ask<v1::PutSecondFactorRuleResponse>(ada_, "PutSecondFactorRule", request));
    }
    Result<v1::ResetSecondFactorResponse> reset(const std::string& who, const std::string& agent) {
        v1::ResetSecondFactorRequest request;
        request.set_agent(agent);
        return ask<v1::ResetSecondFactorResponse>(who, "ResetSecondFactor", request);
    }

    std::vector<std::string> codes_;
};

TEST_F(SecondFactorTest, APasswordAloneGivesATicketThatIsNoSession) {
    const auto secret = set_up_dora();
    const auto first = password("dora");
    EXPECT_EQ(first.status, 303);
    EXPECT_EQ(first.header("location"), "/sign-in/code");
    EXPECT_EQ(first.cookie(kSessionCookie), "");
    const auto paper = first.cookie("guichet_ticket");
    EXPECT_TRUE(paper.starts_with("gc_"));
    EXPECT_FALSE(opens(paper));
    EXPECT_THAT(dump(), Not(HasSubstr(paper.substr(3))));
    EXPECT_EQ(http("GET", "/", "Cookie: guichet_session=" + paper + "\r\n").status, 303);
    const auto page = http("GET", "/sign-in/code", ticket(first));
    EXPECT_THAT(page.body, HasSubstr("autocomplete=\"one-time-code\""));
    EXPECT_THAT(page.body, HasSubstr("inputmode=\"numeric\""));

    const auto done = second(first, {{"code", code(secret)}});
    EXPECT_EQ(done.status, 303);
    EXPECT_TRUE(opens(done.cookie(kSessionCookie)));
    // The ticket went with it.
    next_code();
    EXPECT_EQ(second(first, {{"code", code(secret)}}).status, 401);
}

TEST_F(SecondFactorTest, ACodeCountsOnce) {
    const auto secret = set_up_dora();
    const auto shown = code(secret);
    EXPECT_EQ(second(password("dora"), {{"code", shown}}).status, 303);
    const auto again = second(password("dora"), {{"code", shown}});
    EXPECT_EQ(again.status, 401);
    EXPECT_EQ(again.cookie(kSessionCookie), "");
    EXPECT_THAT(again.body, HasSubstr("wrong or was used already"));
}

TEST_F(SecondFactorTest, OfTwoGatewaysOneTakesACode) {
    const auto secret = set_up_dora();
    Factors here(context_, sealer_);
    Factors there(context_, sealer_);
    const Person dora{kMain, "dora"};
    int accepted = 0, refused = 0;
    const auto shown = code(secret);
    const auto count = [&](std::exception_ptr, Result<Accepted> result) {
        ++(result ? accepted : refused);
        EXPECT_TRUE(result || result.error().reason == "wrong_code");
    };
    asio::co_spawn(io_, here.use(dora, shown), count);
    asio::co_spawn(io_, there.use(dora, shown), count);
    ASSERT_TRUE(test::wait_until(io_, [&] { return accepted + refused == 2; }));
    EXPECT_EQ(accepted, 1);
}

TEST_F(SecondFactorTest, WrongCodesAreThrottledThoughThePasswordIsRight) {
    const auto secret = set_up_dora();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(second(password("dora"), {{"code", "000000"}}).status, 401);
    EXPECT_EQ(password("dora").status, 429);
    clock_.advance(settings_.gateway.login_window);
    EXPECT_EQ(second(password("dora"), {{"code", code(secret)}}).status, 303);
    EXPECT_THAT(dump(), HasSubstr("wrong_code"));
}

TEST_F(SecondFactorTest, ARecoveryCodeOpensOnce) {
    set_up_dora();
    ASSERT_EQ(codes_.size(), 10u);
    EXPECT_EQ(second(password("dora"), {{"recovery", codes_[3]}}).status, 303);
    EXPECT_EQ(second(password("dora"), {{"recovery", codes_[3]}}).status, 401);
    EXPECT_EQ(second(password("dora"), {{"recovery", codes_[4]}}).status, 303);
    EXPECT_THAT(dump(), HasSubstr("sign_in.recovery_code"));
}

TEST_F(SecondFactorTest, NothingOfItLiesOpenInRedis) {
    const auto secret = set_up_dora();
    const auto all = dump();
    EXPECT_THAT(all, HasSubstr("second_factor"));
    EXPECT_THAT(all, Not(HasSubstr(secret)));
    EXPECT_THAT(all, Not(HasSubstr(from_base32(secret))));
    for (const auto& recovery : codes_) {
        EXPECT_THAT(all, Not(HasSubstr(recovery)));
        EXPECT_THAT(all, Not(HasSubstr(recovery.substr(0, 5) + recovery.substr(6))));
    }
    // What is sealed for one agent does not open for another.
    auto document = *run(store_.document(kMain, access::kSecondFactor, "dora"));
    store::By by{kMain, "test", {}, "*"};
    ASSERT_TRUE(run(store_.put_document(by, access::kSecondFactor, "sven", 0, document->bytes)));
    Factors factors(context_, sealer_);
    EXPECT_EQ(run(factors.use({kMain, "sven"}, code(secret))).error().reason, "sealed_with_other_key");
}

TEST_F(SecondFactorTest, SettingItUpEndsTheOtherSessions) {
    const auto old = session_of("dora", kPassword);
    const auto own = session_of("dora", kPassword);
    clock_.advance(std::chrono::seconds(1));
    set_up(own);
    EXPECT_FALSE(opens(old));
    EXPECT_TRUE(opens(own));
}

TEST_F(SecondFactorTest, SettingItUpTakesThePasswordAndASession) {
    const auto session = session_of("dora", kPassword);
    v1::BeginSecondFactorRequest begin;
    begin.set_password("guess");
    const auto refused = ask<v1::BeginSecondFactorResponse>(session, "BeginSecondFactor", begin);
    EXPECT_EQ(refused.error().field, "password");
    begin.set_password(kPassword);
    EXPECT_EQ(ask<v1::BeginSecondFactorResponse>(token_of("dora"), "BeginSecondFactor", begin).error().reason,
              "needs_session");
    v1::ConfirmSecondFactorRequest confirm;
    confirm.set_code("123456");
    EXPECT_EQ(ask<v1::ConfirmSecondFactorResponse>(session, "ConfirmSecondFactor", confirm).error().reason,
              "not_begun");
    ASSERT_TRUE(ask<v1::BeginSecondFactorResponse>(session, "BeginSecondFactor", begin));
    EXPECT_EQ(ask<v1::ConfirmSecondFactorResponse>(session, "ConfirmSecondFactor", confirm).error().reason,
              "wrong_code");
    // Not before it is confirmed. The wrong ones counted as attempts to sign in.
    clock_.advance(settings_.gateway.login_window);
    EXPECT_EQ(password("dora").header("location"), "/");
}

TEST_F(SecondFactorTest, TurningItOffTakesPasswordAndCode) {
    const auto secret = set_up_dora();
    const auto session = second(password("dora"), {{"code", code(secret)}}).cookie(kSessionCookie);
    next_code();
    v1::DisableSecondFactorRequest request;
    request.set_password("guess");
    request.set_code(code(secret));
    const auto no_password = ask<v1::DisableSecondFactorResponse>(session, "DisableSecondFactor", request);
    request.set_password(kPassword);
    request.set_code("000000");
    const auto no_code = ask<v1::DisableSecondFactorResponse>(session, "DisableSecondFactor", request);
    EXPECT_EQ(no_password.error().message, no_code.error().message);
    request.set_code(code(secret));
    ASSERT_TRUE(ask<v1::DisableSecondFactorResponse>(session, "DisableSecondFactor", request));
    EXPECT_EQ(password("dora").header("location"), "/");
}

TEST_F(SecondFactorTest, NewRecoveryCodesReplaceTheOld) {
    const auto secret = set_up_dora();
    const auto session = second(password("dora"), {{"code", code(secret)}}).cookie(kSessionCookie);
    next_code();
    v1::RenewRecoveryCodesRequest request;
    request.set_password(kPassword);
    request.set_code(code(secret));
    const auto renewed = ask<v1::RenewRecoveryCodesResponse>(session, "RenewRecoveryCodes", request);
    ASSERT_TRUE(renewed);
    EXPECT_EQ(renewed->recovery_codes_size(), 10);
    EXPECT_EQ(second(password("dora"), {{"recovery", codes_[0]}}).status, 401);
    EXPECT_EQ(second(password("dora"), {{"recovery", renewed->recovery_codes(0)}}).status, 303);
}

TEST_F(SecondFactorTest, AnAdministratorResetsItAndSessionsEnd) {
    const auto secret = set_up_dora();
    const auto session = second(password("dora"), {{"code", code(secret)}}).cookie(kSessionCookie);
    const auto waiting = password("dora");
    clock_.advance(std::chrono::seconds(1));
    EXPECT_EQ(reset(sue_, "dora").error().code, Code::permission_denied);
    EXPECT_TRUE(opens(session));
    ASSERT_TRUE(reset(ada_, "dora"));
    EXPECT_FALSE(opens(session));
    EXPECT_EQ(second(waiting, {{"code", code(secret)}}).status, 401) << "so do sign-ins under way";
    EXPECT_EQ(password("dora").header("location"), "/");
    EXPECT_EQ(reset(ada_, "nobody").error().code, Code::not_found);
}

TEST_F(SecondFactorTest, WhoMustHaveOneCanOnlySetItUp) {
    const auto doras = session_of("dora", kPassword);
    const auto svens = session_of("sven", kPassword);
    rule(v1::SECOND_FACTOR_RULE_SUPERVISORS);
    EXPECT_TRUE(opens(doras));
    EXPECT_FALSE(opens(svens));
    EXPECT_TRUE(opens(sue_)) << "a token has none";
    const auto first = password("sven");
    EXPECT_EQ(first.header("location"), "/sign-in/code");
    EXPECT_EQ(first.cookie(kSessionCookie), "");
    const auto page = http("GET", "/sign-in/code", ticket(first));
    const auto at = page.body.find("class=\"secret\">") + 15;
    const auto secret = page.body.substr(at, page.body.find('<', at) - at);
    EXPECT_EQ(secret.size(), 32u) << page.body;
    EXPECT_THAT(page.body, HasSubstr("<path d=\"M4 4h7v1h-7z"));
    EXPECT_EQ(second(first, {{"code", "000000"}}).status, 401);
    const auto done = second(first, {{"code", code(secret)}});
    EXPECT_EQ(done.status, 200);
    EXPECT_THAT(done.body, HasSubstr("recovery-codes"));
    EXPECT_TRUE(opens(done.cookie(kSessionCookie)));
    rule(v1::SECOND_FACTOR_RULE_EVERYBODY);
    EXPECT_FALSE(opens(doras));
    rule(v1::SECOND_FACTOR_RULE_NOBODY);
    EXPECT_TRUE(opens(doras));
}

TEST_F(SecondFactorTest, ALinkDoesNotLeadAroundIt) {
    const auto secret = set_up_dora();
    const auto answer = post_form("/sign-in/link", {{"link", link_of("dora")}, {"password", kPassword}});
    EXPECT_EQ(answer.header("location"), "/sign-in/code");
    EXPECT_EQ(answer.cookie(kSessionCookie), "");
    EXPECT_EQ(second(answer, {{"code", code(secret)}}).status, 303);
}

TEST_F(SecondFactorTest, ATicketEndsByItselfAndWithANewPassword) {
    const auto secret = set_up_dora();
    const auto late = password("dora");
    clock_.advance(access::Tickets::kLife);
    EXPECT_EQ(second(late, {{"code", code(secret)}}).status, 401);
    EXPECT_EQ(http("GET", "/sign-in/code", ticket(late)).header("location"), "/sign-in");
    const auto before = password("dora");
    clock_.advance(std::chrono::seconds(1));
    EXPECT_EQ(post_form("/sign-in/link", {{"link", link_of("dora")}, {"password", kPassword}}).status, 303);
    EXPECT_EQ(second(before, {{"code", code(secret)}}).status, 401);
    EXPECT_EQ(second(password("dora"), {{"code", code(secret)}}).status, 303);
}

TEST_F(SecondFactorTest, AnotherSitesFormIsRefused) {
    const auto secret = set_up_dora();
    const auto first = password("dora");
    const auto answer = post_form("/sign-in/code", {{"code", code(secret)}},
                                  ticket(first) + "Origin: https://evil.example\r\n");
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.cookie(kSessionCookie), "");
}

TEST_F(SecondFactorTest, AdministratorsSeeWhoHasOne) {
    set_up_dora();
    rule(v1::SECOND_FACTOR_RULE_SUPERVISORS);
    const auto listed =
        ask<v1::ListSecondFactorsResponse>(ada_, "ListSecondFactors", v1::ListSecondFactorsRequest());
    ASSERT_TRUE(listed);
    std::map<std::string, v1::SecondFactor> by_agent;
    for (const auto& factor : listed->second_factors()) by_agent[factor.agent()] = factor;
    EXPECT_EQ(by_agent.size(), 5u);
    EXPECT_TRUE(by_agent["dora"].on());
    EXPECT_EQ(by_agent["dora"].recovery_codes(), 10);
    EXPECT_FALSE(by_agent["dora"].required());
    EXPECT_FALSE(by_agent["sven"].on());
    EXPECT_TRUE(by_agent["sven"].required());
    EXPECT_EQ(by_agent["ada"].role(), v1::ROLE_ADMIN);
    EXPECT_EQ(ask<v1::ListSecondFactorsResponse>(sue_, "ListSecondFactors", v1::ListSecondFactorsRequest())
                  .error()
                  .code,
              Code::permission_denied);
    v1::PutSecondFactorRuleRequest no_rule;
    EXPECT_EQ(ask<v1::PutSecondFactorRuleResponse>(ada_, "PutSecondFactorRule", no_rule).error().field,
              "rule");
}

}  // namespace
}  // namespace guichet::gateway
