#include "common/http/message.hpp"

#include <gtest/gtest.h>

#include "common/http/security_headers.hpp"

namespace guichet::http {
namespace {

TEST(Headers, NamesCompareWithoutCase) {
    Headers headers;
    headers.add("Content-Type", "text/plain");
    headers.add("X-A", "1");
    headers.add("x-a", "2");
    EXPECT_EQ(headers.get("content-TYPE"), "text/plain");
    EXPECT_EQ(headers.joined("X-a"), "1, 2");
    headers.set("X-A", headers.get("x-a"));
    EXPECT_EQ(headers.joined("X-a"), "1");
    headers.remove("CONTENT-type");
    EXPECT_FALSE(headers.has("Content-Type"));
    EXPECT_EQ(headers.size(), 1u);
}

TEST(Headers, AValueCannotAddAField) {
    Headers headers;
    headers.add("Location", "/a\r\nSet-Cookie: x=1");
    EXPECT_EQ(headers.get("location"), "/a  Set-Cookie: x=1");
    headers.add("Bad Name", "x");
    headers.add("", "x");
    EXPECT_EQ(headers.size(), 1u);
}

TEST(Headers, FindsTokensInLists) {
    Headers headers;
    headers.add("Connection", "keep-alive, Upgrade");
    EXPECT_TRUE(headers.has_token("connection", "upgrade"));
    EXPECT_FALSE(headers.has_token("connection", "up"));
}

TEST(Headers, SurviveAMove) {
    Headers a;
    a.add("A", "1");
    const Headers b = std::move(a);
    EXPECT_EQ(b.get("a"), "1");
}

TEST(Request, LooksIntoTargetAndFields) {
    Request request;
    request.target = "/a/b?x=1%202&y=%zz&x=3";
    request.host = "h.example:8443";
    request.scheme = "https";
    request.headers.add("Cookie", "a=1; b=\"two\"");
    request.headers.add("Authorization", "bearer  gt_abc ");
    request.headers.add("Content-Type", "Application/JSON; charset=utf-8");
    EXPECT_EQ(request.path(), "/a/b");
    EXPECT_EQ(request.query_param("x"), "1 2");
    EXPECT_FALSE(request.query_param("y"));
    EXPECT_EQ(request.query_params().size(), 2u);
    EXPECT_EQ(request.cookie("b"), "two");
    EXPECT_FALSE(request.cookie("c"));
    EXPECT_EQ(request.bearer(), "gt_abc");
    EXPECT_EQ(request.media_type(), "application/json");
    EXPECT_EQ(request.url(), "https://h.example:8443/a/b?x=1%202&y=%zz&x=3");
}

TEST(Request, NoBearerInOtherSchemes) {
    Request request;
    request.headers.add("Authorization", "Basic abc");
    EXPECT_FALSE(request.bearer());
    request.headers.set("Authorization", "Bearer ");
    EXPECT_FALSE(request.bearer());
}

TEST(Cookies, AreFoundByWholeName) {
    EXPECT_EQ(find_cookie("xa=1; a=2;a=3", "a"), "2");
    EXPECT_EQ(find_cookie("a=b=c", "a"), "b=c");
    EXPECT_FALSE(find_cookie("a", "a"));
    EXPECT_FALSE(find_cookie("", "a"));
}

TEST(Cookies, DefaultsAreSafe) {
    SetCookie cookie;
    cookie.name = "gs";
    cookie.value = "gs_abc";
    EXPECT_EQ(to_header(cookie), "gs=gs_abc; Path=/; HttpOnly; Secure; SameSite=Lax");
    cookie.max_age = std::chrono::hours(1);
    cookie.same_site = SameSite::strict;
    cookie.secure = false;
    cookie.http_only = false;
    cookie.path = "/p;x";
    EXPECT_EQ(to_header(cookie), "gs=gs_abc; Path=/px; Max-Age=3600; SameSite=Strict");
}

TEST(Cookies, ValuesCannotAddAttributes) {
    SetCookie cookie;
    cookie.name = "a";
    cookie.value = "x; Domain=evil\r\n";
    EXPECT_EQ(to_header(cookie).find(';'), to_header(cookie).find("; Path"));
    EXPECT_NE(to_header(expired_cookie("a")).find("Max-Age=0"), std::string::npos);
}

TEST(Response, ErrorIsJson) {
    const Response response = Response::error(404, "not_found", "no \"such\" thing");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.body, R"({"code":"not_found","message":"no \"such\" thing"})");
    EXPECT_EQ(response.headers.get("content-type"), "application/json");
}

TEST(SecurityHeaders, AddWhatIsMissingOnly) {
    Response response = Response::html(200, "x");
    response.header("Content-Security-Policy", "default-src 'self'");
    SecurityPolicy policy;
    apply_security_headers(response, policy, true);
    EXPECT_EQ(response.headers.joined("Content-Security-Policy"), "default-src 'self'");
    EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.headers.get("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(response.headers.get("Strict-Transport-Security"), "max-age=31536000");
}

TEST(SecurityHeaders, FramesAreThePolicysChoice) {
    Response response = Response::html(200, "x");
    SecurityPolicy policy;
    apply_security_headers(response, policy, false);
    EXPECT_EQ(response.headers.get("Content-Security-Policy"),
              "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    EXPECT_FALSE(response.headers.has("Strict-Transport-Security"));
    Response embedded = Response::html(200, "x");
    policy.frame_ancestors = "https://brand.example";
    apply_security_headers(embedded, policy, false);
    EXPECT_TRUE(
        embedded.headers.get("Content-Security-Policy").ends_with("frame-ancestors https://brand.example"));
}

}  // namespace
}  // namespace guichet::http
