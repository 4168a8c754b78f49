#include <gtest/gtest.h>

#include "common/channels/facebook/errors.hpp"
#include "common/channels/facebook/usage.hpp"

namespace guichet::channels::facebook {
namespace {

using OutcomeKind = channels::Outcome::Kind;
using namespace std::chrono_literals;

constexpr TimeMs kErrorsNow = 1'763'800'000'000;

http::ClientResult graph_answer(int status, std::string body = {}) {
    http::ClientResult result;
    result.outcome = http::Outcome::response;
    result.status = status;
    result.body = std::move(body);
    return result;
}

http::ClientResult graph_says(int status, int code, int subcode = 0, const std::string& rest = "") {
    return graph_answer(status, R"({"error":{"message":"Words","type":"OAuthException","code":)" +
                                    std::to_string(code) + R"(,"error_subcode":)" + std::to_string(subcode) +
                                    rest + "}}");
}

channels::Outcome meant(const http::ClientResult& result) {
    return outcome_of(result, kErrorsNow);
}

TEST(FacebookErrors, CodesDecideBeforeTheStatus) {
    struct Case {
        int code, subcode;
        OutcomeKind kind;
        bool route_closed;
    };
    const Case cases[] = {
        {1, 0, OutcomeKind::retry, false},
        {2, 0, OutcomeKind::retry, false},
        {4, 0, OutcomeKind::retry, false},
        {17, 0, OutcomeKind::retry, false},
        {32, 0, OutcomeKind::retry, false},
        {613, 0, OutcomeKind::retry, false},
        {80001, 0, OutcomeKind::retry, false},
        {80006, 0, OutcomeKind::retry, false},
        {80014, 0, OutcomeKind::retry, false},
        {80000, 0, OutcomeKind::permanent, false},
        {80015, 0, OutcomeKind::permanent, false},
        {190, 460, OutcomeKind::reauth, false},
        {102, 0, OutcomeKind::reauth, false},
        {3, 0, OutcomeKind::reauth, false},
        {10, 0, OutcomeKind::reauth, false},
        {200, 0, OutcomeKind::reauth, false},
        {299, 0, OutcomeKind::reauth, false},
        {300, 0, OutcomeKind::permanent, false},
        {10, 2018278, OutcomeKind::permanent, true},
        {551, 0, OutcomeKind::permanent, true},
        {200, 1545041, OutcomeKind::permanent, true},
        {100, 2018001, OutcomeKind::permanent, true},
        {10900, 0, OutcomeKind::duplicate, false},
        {10903, 0, OutcomeKind::permanent, true},
        {100, 33, OutcomeKind::permanent, false},
    };
    for (const auto& one : cases) {
        for (const int status : {200, 400, 403}) {
            const auto outcome = meant(graph_says(status, one.code, one.subcode));
            EXPECT_EQ(outcome.kind, one.kind) << one.code << "/" << one.subcode << " at " << status;
            EXPECT_EQ(outcome.route_closed, one.route_closed) << one.code;
            EXPECT_NE(outcome.error.find("Words"), std::string::npos);
        }
    }
}

TEST(FacebookErrors, ServersFailuresWithAReasonAreTriedAgain) {
    EXPECT_EQ(meant(graph_says(500, 99)).kind, OutcomeKind::retry);
    EXPECT_EQ(meant(graph_says(429, 99)).kind, OutcomeKind::retry);
    EXPECT_EQ(meant(graph_says(400, 99, 0, R"(,"is_transient":true)")).kind, OutcomeKind::retry);
    EXPECT_EQ(meant(graph_says(400, 99, 0, R"(,"is_transient":false)")).kind, OutcomeKind::permanent);
}

TEST(FacebookErrors, WithoutAReasonNobodyKnows) {
    EXPECT_EQ(meant(graph_answer(500)).kind, OutcomeKind::ambiguous);
    EXPECT_EQ(meant(graph_answer(502, "<html>")).kind, OutcomeKind::ambiguous);
    EXPECT_EQ(meant(graph_answer(200, "")).kind, OutcomeKind::ambiguous);
    EXPECT_EQ(meant(graph_answer(200, R"({"id":{}})")).kind, OutcomeKind::ambiguous);
    EXPECT_EQ(meant(graph_answer(404)).kind, OutcomeKind::permanent);
    EXPECT_EQ(meant(graph_answer(302)).kind, OutcomeKind::permanent);
    EXPECT_EQ(meant(graph_answer(401)).kind, OutcomeKind::reauth);
    EXPECT_EQ(meant(graph_answer(429)).kind, OutcomeKind::retry);
}

TEST(FacebookErrors, TellsNotSentFromNobodyKnows) {
    http::ClientResult result;
    result.outcome = http::Outcome::not_sent;
    result.error = unavailable("no connection");
    EXPECT_EQ(meant(result).kind, OutcomeKind::retry);
    result.error = denied("private");
    EXPECT_EQ(meant(result).kind, OutcomeKind::permanent);
    result.outcome = http::Outcome::ambiguous;
    EXPECT_EQ(meant(result).kind, OutcomeKind::ambiguous);
}

TEST(FacebookErrors, TakesTheIdsOfWhatWasMade) {
    EXPECT_EQ(meant(graph_answer(200, R"({"id":"7_80"})")).external_id, "7_80");
    const auto direct = meant(graph_answer(200, R"({"recipient_id":"555","message_id":"m_1"})"));
    EXPECT_EQ(direct.kind, OutcomeKind::sent);
    EXPECT_EQ(direct.external_id, "m_1");
    EXPECT_EQ(direct.recipient, "555");
}

TEST(FacebookErrors, AnActNeedsNoId) {
    EXPECT_EQ(outcome_of(graph_answer(200, R"({"success":true})"), kErrorsNow, Expect::success).kind,
              OutcomeKind::sent);
    EXPECT_EQ(outcome_of(graph_answer(200, "true"), kErrorsNow, Expect::success).kind, OutcomeKind::sent);
    EXPECT_EQ(outcome_of(graph_answer(200, R"({"success":false})"), kErrorsNow, Expect::success).kind,
              OutcomeKind::permanent);
}

TEST(FacebookErrors, SaysHowLongToWait) {
    auto busy = graph_says(400, 32);
    EXPECT_EQ(meant(busy).after, std::nullopt);
    busy.headers.set("X-Business-Use-Case-Usage",
                     R"({"100":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":19},
                        {"type":"messenger","estimated_time_to_regain_access":3}]})");
    EXPECT_EQ(meant(busy).after, 19min);
    busy.headers.set("Retry-After", "30");
    EXPECT_EQ(meant(busy).after, 30s);
    busy.headers.set("Retry-After", "Sat, 22 Nov 2025 08:33:50 GMT");
    EXPECT_EQ(meant(busy).after, 430s);
    busy.headers.set("Retry-After", "Sat, 22 Nov 2014 08:27:10 GMT");
    EXPECT_EQ(meant(busy).after, 0ms);
    busy.headers.set("Retry-After", "99999999");
    EXPECT_EQ(meant(busy).after, 24h);
    busy.headers.remove("X-Business-Use-Case-Usage");
    busy.headers.set("Retry-After", "soon");
    EXPECT_EQ(meant(busy).after, std::nullopt);
}

TEST(FacebookErrors, ReadsDatesOfHttp) {
    EXPECT_EQ(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784'111'777'000);
    for (const auto* text :
         {"", "Sun, 06 Nov 1994", "Sun, 06 anF 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT x",
          "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET"}) {
        EXPECT_EQ(http_date(text), std::nullopt) << text;
    }
}

TEST(FacebookErrors, AsAStatusSaysWhatToDo) {
    const auto expired = status_of(meant(graph_says(400, 190)));
    EXPECT_EQ(expired.code, Code::unauthenticated);
    EXPECT_NE(expired.message.find("page_token"), std::string::npos);
    EXPECT_EQ(status_of(meant(graph_says(400, 100))).code, Code::failed_precondition);
    EXPECT_EQ(status_of(meant(graph_says(400, 2))).code, Code::unavailable);
    EXPECT_TRUE(status_of(meant(graph_answer(200, R"({"id":"1"})"))).ok());
}

TEST(FacebookUsage, HoldsWhileTheAllowanceIsNearlyUsedUp) {
    ManualClock clock;
    UsageHold hold(clock);
    http::Headers headers;
    headers.set("X-App-Usage", R"({"call_count":94,"total_time":25,"total_cputime":25})");
    hold.note("a", headers);
    EXPECT_EQ(hold.held("a"), std::nullopt);
    headers.set("X-Page-Usage", R"({"call_count":10,"total_time":95.2,"total_cputime":5})");
    hold.note("a", headers);
    EXPECT_EQ(hold.held("a"), 60s);
    EXPECT_EQ(hold.held("b"), std::nullopt);
    clock.advance(59'500ms);
    EXPECT_EQ(hold.held("a"), 500ms);
    headers.set("X-Page-Usage", "{}");
    hold.note("a", headers);
    EXPECT_EQ(hold.held("a"), 500ms) << "not shortened";
    clock.advance(500ms);
    EXPECT_EQ(hold.held("a"), std::nullopt);
}

TEST(FacebookUsage, HoldsUntilAccessIsRegained) {
    ManualClock clock;
    UsageHold hold(clock);
    http::Headers headers;
    headers.set("X-Business-Use-Case-Usage",
                R"({"1":[{"estimated_time_to_regain_access":5}],"2":7,"3":[1]})");
    hold.note("a", headers);
    EXPECT_EQ(hold.held("a"), 5min);
    headers.set("X-Business-Use-Case-Usage", "no json");
    EXPECT_EQ(time_to_regain(headers), 0ms);
    headers.set("X-App-Usage", R"({"call_count":1e300})");
    EXPECT_GE(usage_of(headers), kFullUsage);
}

}  // namespace
}  // namespace guichet::channels::facebook
