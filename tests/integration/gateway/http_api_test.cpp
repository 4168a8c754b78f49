// Calls over HTTP: Connect JSON with a token or a session, refusals, files of the page.
#include <gmock/gmock.h>

#include "services/gateway/assets.hpp"
#include "services/gateway/browser.hpp"
#include "tests/integration/gateway/fixture.hpp"

namespace guichet::gateway {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kWhoAmI[] = "/guichet.v1.AdminService/WhoAmI";
constexpr char kJson[] = "Content-Type: application/json\r\n";

class HttpApi : public GatewayTest {
  protected:
    Answer call_json(const std::string& path, const std::string& body, const std::string& headers) {
        return http("POST", path, kJson + headers, body);
    }
    static std::string bearer(const std::string& secret) {
        return "Authorization: Bearer " + secret + "\r\n";
    }
};

TEST_F(HttpApi, AProgramCallsWithItsToken) {
    const auto answer = call_json(kWhoAmI, "{}", bearer(bob_));
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.header("content-type"), StartsWith("application/json"));
    EXPECT_THAT(answer.body, HasSubstr("\"workspace\":\"main\""));
    EXPECT_THAT(answer.body, HasSubstr("\"role\":\"ROLE_AGENT\""));
    const auto made = call_json("/guichet.v1.AdminService/PutTeam",
                                R"({"requestId":"r1","team":{"id":"press","name":"Press"}})", bearer(ada_));
    EXPECT_EQ(made.status, 200) << made.body;
    EXPECT_THAT(made.body, HasSubstr("\"version\":\"1\""));
}

TEST_F(HttpApi, RefusalsHaveTheShapeOfConnect) {
    EXPECT_EQ(call_json(kWhoAmI, "{}", "").status, 401);
    EXPECT_EQ(call_json(kWhoAmI, "{}", bearer("gt_guess")).status, 401);
    const auto denied = call_json("/guichet.v1.AdminService/ListTokens", "{}", bearer(bob_));
    EXPECT_EQ(denied.status, 403);
    EXPECT_THAT(denied.body, HasSubstr("\"code\":\"permission_denied\""));
    const auto wrong = call_json("/guichet.v1.AdminService/PutTeam",
                                 R"({"requestId":"r","team":{"id":"a b"}})", bearer(ada_));
    EXPECT_EQ(wrong.status, 400);
    EXPECT_THAT(wrong.body, HasSubstr("\"field\":\"team.id\""));
    EXPECT_EQ(call_json("/guichet.v1.AdminService/Nothing", "{}", bearer(ada_)).status, 404);
    EXPECT_EQ(http("POST", kWhoAmI, "Content-Type: text/plain\r\n" + bearer(ada_), "{}").status, 415);
}

TEST_F(HttpApi, ASessionNeedsItsProof) {
    put_agent("dora", v1::ROLE_AGENT, kPassword);
    const auto session = session_of("dora", kPassword);
    const auto cookie = "Cookie: guichet_session=" + session + "\r\n";
    const auto without = call_json(kWhoAmI, "{}", cookie);
    EXPECT_EQ(without.status, 403);
    EXPECT_THAT(without.body, HasSubstr("x-guichet-csrf"));
    EXPECT_EQ(call_json(kWhoAmI, "{}", cookie + "x-guichet-csrf: guess\r\n").status, 403);
    // As the page learns it.
    const auto told = http("GET", "/session", cookie);
    EXPECT_EQ(told.status, 200);
    EXPECT_THAT(told.body, HasSubstr("\"agent\":\"dora\""));
    const auto at = told.body.find("\"csrf\":\"") + 8;
    const auto proof = told.body.substr(at, told.body.find('"', at) - at);
    EXPECT_EQ(call_json(kWhoAmI, "{}", cookie + "x-guichet-csrf: " + proof + "\r\n").status, 200);
}

TEST_F(HttpApi, TooManyCallsAreToldToWait) {
    int refused = 0;
    Answer last;
    for (int i = 0; i <= settings_.gateway.api_burst; ++i) {
        const auto answer = call_json(kWhoAmI, "{}", bearer(bob_));
        if (answer.status != 429) continue;
        ++refused;
        last = answer;
    }
    EXPECT_EQ(refused, 1);
    EXPECT_EQ(last.header("retry-after"), "1");
    EXPECT_THAT(last.body, HasSubstr("resource_exhausted"));
    EXPECT_EQ(call_json(kWhoAmI, "{}", bearer(ada_)).status, 200);
    clock_.advance(std::chrono::seconds(1));
    EXPECT_EQ(call_json(kWhoAmI, "{}", bearer(bob_)).status, 200);
}

TEST_F(HttpApi, ABodyBeyondTheLimitIsRefused) {
    const std::string big(settings_.http.body_limit.count + 1, ' ');
    EXPECT_EQ(call_json(kWhoAmI, big, bearer(bob_)).status, 413);
}

TEST_F(HttpApi, AStreamComesPieceByPiece) {
    events_.resize(2);
    events_[0].set_type("message.received");
    events_[1].set_type("conversation.claimed");
    const std::string request = R"({"cursor":"0"})";
    // Flags, then the length in four bytes.
    std::string enveloped(4, '\0');
    enveloped += static_cast<char>(request.size());
    enveloped += request;
    // The time limit ends the stream, with an error in its last piece.
    const auto answer = http(
        "POST", "/guichet.v1.InboxService/Watch",
        "Content-Type: application/connect+json\r\nConnect-Timeout-Ms: 300\r\n" + bearer(bob_), enveloped);
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("message.received"));
    EXPECT_THAT(answer.body, HasSubstr("conversation.claimed"));
    EXPECT_THAT(answer.body, HasSubstr("deadline_exceeded"));
}

TEST_F(HttpApi, FilesAreKeptForEverUnderTheirHash) {
    const auto url = asset_url("sign_in.js");
    const auto file = http("GET", url);
    EXPECT_EQ(file.status, 200);
    EXPECT_THAT(file.header("content-type"), StartsWith("text/javascript"));
    EXPECT_THAT(file.header("cache-control"), HasSubstr("immutable"));
    EXPECT_EQ(http("GET", "/static/sign_in.js?v=old").header("cache-control"), "no-cache");
    EXPECT_EQ(http("GET", url, "If-None-Match: " + file.header("etag") + "\r\n").status, 304);
    EXPECT_EQ(http("GET", "/static/index.html").status, 404);
    EXPECT_EQ(http("GET", "/static/sign_in.html").status, 404);
    EXPECT_EQ(http("GET", "/static/..%2fservice.cpp").status, 404);
}

TEST_F(HttpApi, WhatIsNotThereSaysSo) {
    const auto page = http("GET", "/no/such/page", "Accept: text/html\r\n");
    EXPECT_EQ(page.status, 404);
    EXPECT_THAT(page.body, HasSubstr("Nothing here"));
    const auto json = http("GET", "/no/such/page");
    EXPECT_EQ(json.status, 404);
    EXPECT_THAT(json.body, HasSubstr("not_found"));
    EXPECT_EQ(http("GET", "/").header("location"), "/sign-in");
    EXPECT_EQ(http("GET", "/desk/mine?team=a").header("location"), "/sign-in#/desk/mine?team=a");
}

TEST_F(HttpApi, RedisAwayIs503) {
    redis_.kill9();
    const auto answer = call_json("/guichet.v1.AdminService/PutTeam",
                                  R"({"requestId":"r1","team":{"id":"press","name":"Press"}})", bearer(ada_));
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_EQ(http("GET", "/", "Cookie: guichet_session=gs_x\r\n").status, 503);
    redis_.start();
}

}  // namespace
}  // namespace guichet::gateway
