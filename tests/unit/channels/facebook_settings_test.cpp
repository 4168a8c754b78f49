#include <gtest/gtest.h>

#include "common/channels/facebook/settings.hpp"
#include "common/channels/facebook/signature.hpp"

namespace guichet::channels::facebook {
namespace {

constexpr char kAppSecret[] = "0123456789abcdef0123456789abcdef";

v1::Channel settings_channel() {
    v1::Channel made;
    auto& settings = *made.mutable_settings();
    settings["app"] = "900";
    settings["page_id"] = "100";
    auto& secrets = *made.mutable_secrets();
    secrets["app_secret"] = kAppSecret;
    secrets["verify_token"] = "handshake";
    secrets["page_token"] = "EAAB";
    return made;
}

TEST(FacebookSettings, HaveDefaults) {
    const auto settings = settings_of(settings_channel());
    EXPECT_EQ(settings.graph_url, "https://graph.facebook.com");
    EXPECT_EQ(settings.graph_version, "v25.0");
    EXPECT_EQ(settings.pull_every, std::chrono::minutes(5));
    EXPECT_EQ(settings.max_comment, 8000u);
    EXPECT_FALSE(settings.human_agent);
    EXPECT_TRUE(check_settings(settings_channel(), false).ok());
}

TEST(FacebookSettings, TheFirstThatIsWrongIsNamed) {
    const std::pair<const char*, const char*> wrong[] = {{"app", ""},
                                                         {"page_id", ""},
                                                         {"page_id", "1/2"},
                                                         {"allow_private", "yes"},
                                                         {"human_agent", "1"},
                                                         {"max_comment", "x"},
                                                         {"max_comment", "99"},
                                                         {"max_direct", "99999"},
                                                         {"pull_every", "1"},
                                                         {"graph_url", "ftp://x"},
                                                         {"graph_url", "http://graph.example"},
                                                         {"graph_url", "https://x.example/?a=b"},
                                                         {"files_url", "http://10.0.0.5/files"},
                                                         {"graph_version", "25"},
                                                         {"graph_version", "v25/me"}};
    for (const auto& [name, value] : wrong) {
        auto bad = settings_channel();
        (*bad.mutable_settings())[name] = value;
        EXPECT_EQ(check_settings(bad, true).field, std::string("settings.") + name) << value;
    }
    for (const auto* name : {"app_secret", "verify_token", "page_token"}) {
        auto bad = settings_channel();
        bad.mutable_secrets()->erase(name);
        EXPECT_EQ(check_settings(bad, true).field, std::string("secrets.") + name);
    }
    auto bad = settings_channel();
    (*bad.mutable_secrets())["old_app_secret"] = "short";
    EXPECT_EQ(check_settings(bad, true).field, "secrets.old_app_secret");
}

TEST(FacebookSettings, PlainHttpOnlyInPrivateNetworks) {
    auto local = settings_channel();
    (*local.mutable_settings())["graph_url"] = "http://127.0.0.1:8080/";
    (*local.mutable_settings())["allow_private"] = "true";
    EXPECT_TRUE(check_settings(local, true).ok());
    EXPECT_EQ(check_settings(local, false).field, "settings.allow_private");
    EXPECT_EQ(settings_of(local).graph_url, "http://127.0.0.1:8080");
}

TEST(FacebookSignature, FitsEitherSecretAndNothingElse) {
    const std::string body = R"({"text":"\u00e4"})";
    const auto signature = sign_body(kAppSecret, body);
    EXPECT_TRUE(verify_signature({kAppSecret, ""}, signature, body).ok());
    EXPECT_TRUE(verify_signature({"a newer secret", kAppSecret}, signature, body).ok());
    EXPECT_EQ(verify_signature({kAppSecret}, signature, body + " ").code, Code::unauthenticated);
    EXPECT_FALSE(verify_signature({"another"}, signature, body).ok());
    EXPECT_FALSE(verify_signature({"", ""}, sign_body("", body), body).ok()) << "an empty secret is none";
    EXPECT_FALSE(verify_signature({kAppSecret}, "", body).ok());
    EXPECT_FALSE(verify_signature({kAppSecret}, signature.substr(7), body).ok());
    EXPECT_FALSE(verify_signature({kAppSecret}, signature.substr(0, 40), body).ok());
    EXPECT_FALSE(verify_signature({kAppSecret}, "sha256=zz", body).ok());
}

// RFC 4231, test case 2.
TEST(FacebookSignature, IsHmacSha256InHex) {
    EXPECT_EQ(sign_body("Jefe", "what do ya want for nothing?"),
              "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(appsecret_proof("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

http::Request handshake_asked(const std::string& query, http::Method method = http::Method::get) {
    http::Request request;
    request.method = method;
    request.target = "/webhooks/facebook/900?" + query;
    return request;
}

TEST(FacebookHandshake, EchoesTheChallengeToWhoKnowsTheToken) {
    const auto good = answer_handshake(
        "token 1", handshake_asked("hub.mode=subscribe&hub.challenge=11%3C58&hub.verify_token=token+1"));
    ASSERT_TRUE(good);
    EXPECT_EQ(good->status, 200);
    EXPECT_EQ(good->body, "11<58");
    EXPECT_EQ(good->headers.get("content-type").substr(0, 10), "text/plain");
    const auto bad = answer_handshake(
        "token 1", handshake_asked("hub.mode=subscribe&hub.challenge=1&hub.verify_token=token"));
    ASSERT_TRUE(bad);
    EXPECT_EQ(bad->status, 403);
    EXPECT_EQ(
        answer_handshake("", handshake_asked("hub.mode=subscribe&hub.challenge=1&hub.verify_token="))->status,
        403);
    EXPECT_FALSE(answer_handshake("token 1", handshake_asked("hub.challenge=1")));
    EXPECT_FALSE(answer_handshake("token 1", handshake_asked("hub.mode=subscribe", http::Method::post)));
}

}  // namespace
}  // namespace guichet::channels::facebook
