// Cookies, the proof against forged requests, origins, passwords, pages.
#include "services/gateway/browser.hpp"

#include <gtest/gtest.h>

#include "services/gateway/assets.hpp"
#include "services/gateway/passwords.hpp"
#include "services/gateway/sign_in_page.hpp"

namespace guichet::gateway {
namespace {

http::Request from_browser() {
    http::Request request;
    request.scheme = "https";
    request.host = "care.example";
    return request;
}

TEST(Csrf, ACookieAloneIsNotEnough) {
    auto request = from_browser();
    EXPECT_EQ(*proven_session(request), "");
    request.headers.add("Cookie", "guichet_session=gs_secret");
    EXPECT_EQ(proven_session(request).error().code, Code::permission_denied);
    request.headers.set(kCsrfHeader, csrf_of("gs_other"));
    EXPECT_EQ(proven_session(request).error().reason, "csrf");
    request.headers.set(kCsrfHeader, csrf_of("gs_secret"));
    EXPECT_EQ(*proven_session(request), "gs_secret");
}

TEST(Csrf, TheProofDoesNotTellTheSecret) {
    const auto proof = csrf_of("gs_secret");
    EXPECT_EQ(proof.size(), 43u);
    EXPECT_EQ(proof.find("secret"), std::string::npos);
    EXPECT_NE(proof, csrf_of("gs_secreu"));
}

TEST(Origin, OnlyOurOwnPagesMayPost) {
    EXPECT_TRUE(is_same_origin(from_browser(), ""));
    for (const auto& [site, allowed] : std::vector<std::pair<std::string, bool>>{
             {"same-origin", true}, {"none", true}, {"same-site", false}, {"cross-site", false}}) {
        auto request = from_browser();
        request.headers.add("Sec-Fetch-Site", site);
        EXPECT_EQ(is_same_origin(request, ""), allowed) << site;
    }
    for (const auto& [origin, allowed] :
         std::vector<std::pair<std::string, bool>>{{"https://care.example", true},
                                                   {"https://brand.example", true},
                                                   {"http://care.example", false},
                                                   {"https://care.example.evil", false},
                                                   {"null", false}}) {
        auto request = from_browser();
        request.headers.add("Origin", origin);
        EXPECT_EQ(is_same_origin(request, "https://brand.example/"), allowed) << origin;
    }
}

TEST(Cookie, IsOutOfReachOfScriptsAndOfPlainHttp) {
    const auto text = http::to_header(session_cookie(from_browser(), "gs_x", std::chrono::hours(12)));
    for (const char* part :
         {"guichet_session=gs_x", "HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=43200"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
    }
    auto plain = from_browser();
    plain.scheme = "http";
    EXPECT_EQ(http::to_header(session_cookie(plain, "gs_x", std::chrono::hours(1))).find("Secure"),
              std::string::npos);
    EXPECT_NE(http::to_header(no_session_cookie(plain)).find("Max-Age=0"), std::string::npos);
}

TEST(Passwords, AreHashedWithTheConfiguredCost) {
    config::GatewaySettings settings;
    settings.argon2_memory = config::mib(8);
    settings.argon2_time = 1;
    settings.argon2_parallelism = 2;
    const auto cost = hash_cost(settings);
    const auto encoded = hash_password(cost, std::string(16, 's'), "correct horse battery");
    ASSERT_TRUE(encoded);
    EXPECT_TRUE(encoded->starts_with("$argon2id$v=19$m=8192,t=1,p=2$")) << *encoded;
    EXPECT_TRUE(password_matches(*encoded, "correct horse battery"));
    EXPECT_FALSE(password_matches(*encoded, "correct horse batterz"));
    EXPECT_FALSE(password_matches("", "x"));
    EXPECT_FALSE(is_outdated(*encoded, cost));
    settings.argon2_time = 2;
    EXPECT_TRUE(is_outdated(*encoded, hash_cost(settings)));
}

TEST(Passwords, NewOnesHaveALeastLength) {
    EXPECT_EQ(check_new_password("elevenchars").code, Code::invalid_argument);
    EXPECT_TRUE(check_new_password("twelve chars").ok());
    EXPECT_FALSE(check_new_password(std::string(2000, 'x')).ok());
    EXPECT_FALSE(check_new_password("twelve chars\xff").ok());
}

TEST(Pages, ValuesAreEscapedAndNotFilledTwice) {
    EXPECT_EQ(fill("<a title=\"{{x}}\">{{y}}{{z}}", {{"x", "\"<b>"}, {"y", "{{x}}"}}),
              "<a title=\"&quot;&lt;b&gt;\">{{x}}");
    const auto page = sign_in_page(401, {"wrong <name>", "\"><script>", "", "", false});
    EXPECT_EQ(page.body.find("\"><script>"), std::string::npos);
    EXPECT_NE(page.body.find("wrong &lt;name&gt;"), std::string::npos);
}

TEST(Pages, HoldNoInlineScriptOrStyle) {
    for (const auto& [name, text] : asset_files()) {
        EXPECT_EQ(text.find("innerHTML"), std::string::npos) << name;
        if (!name.ends_with(".html")) continue;
        EXPECT_EQ(text.find("<style"), std::string::npos) << name;
        EXPECT_EQ(text.find(" style="), std::string::npos) << name;
        EXPECT_EQ(text.find(" onclick="), std::string::npos) << name;
        EXPECT_EQ(text.find("<script>"), std::string::npos) << name;
        EXPECT_EQ(with_assets(text).find("{{asset:"), std::string::npos) << name;
    }
    EXPECT_EQ(console_policy().content_security_policy.find("unsafe"), std::string::npos);
}

}  // namespace
}  // namespace guichet::gateway
