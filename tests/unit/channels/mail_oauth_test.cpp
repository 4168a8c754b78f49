#include <gtest/gtest.h>

#include "common/channels/mail/oauth.hpp"
#include "common/core/bytes.hpp"

namespace guichet::channels::mail {
namespace {

v1::Channel by_token() {
    v1::Channel channel;
    channel.set_kind(v1::CHANNEL_KIND_MAIL);
    auto& settings = *channel.mutable_settings();
    settings["address"] = "help@shop.example";
    settings["imap_host"] = "imap.shop.example";
    settings["smtp_host"] = "smtp.shop.example";
    settings["token_url"] = "https://login.shop.example/token";
    settings["client_id"] = "guichet";
    (*channel.mutable_secrets())["refresh_token"] = "refresh-1";
    return channel;
}

// The provider's own example of the encoding.
TEST(MailOauth, SpeaksXoauth2) {
    EXPECT_EQ(
        base64(xoauth2_words("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")),
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRH"
        "RXVZMjl0Q2cBAQ==");
}

TEST(MailOauth, ReadsWhatTheEndpointGives) {
    const auto answer = read_token_answer(
        200, R"({"access_token":"at","expires_in":3599,"refresh_token":"next","token_type":"Bearer"})");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->access_token, "at");
    EXPECT_EQ(answer->seconds, 3599);
    EXPECT_EQ(answer->refresh_token, "next");
    EXPECT_EQ(read_token_answer(200, R"({"access_token":"at","expires_in":"120"})")->seconds, 120);
    EXPECT_EQ(read_token_answer(200, R"({"access_token":"at"})")->seconds, 0);
}

TEST(MailOauth, SaysWhatIsWrongAndWhetherItPasses) {
    const auto refused =
        read_token_answer(400, R"({"error":"invalid_grant","error_description":"secret words"})");
    EXPECT_EQ(refused.error().code, Code::unauthenticated);
    EXPECT_NE(refused.error().message.find("invalid_grant"), std::string::npos);
    EXPECT_NE(refused.error().message.find("secrets.refresh_token"), std::string::npos);
    EXPECT_EQ(refused.error().message.find("secret words"), std::string::npos);
    EXPECT_EQ(read_token_answer(401, "<html>").error().code, Code::unauthenticated);
    EXPECT_EQ(read_token_answer(400, R"({"error":"<b>\n"})").error().message.find("<b>"), std::string::npos);
    EXPECT_EQ(read_token_answer(503, "").error().code, Code::unavailable);
    EXPECT_EQ(read_token_answer(429, "").error().code, Code::unavailable);
    for (const auto* body : {"", "[]", "{}", R"({"access_token":7})", R"({"access_token":"a b"})",
                             R"({"access_token":"a\u0001b"})"})
        EXPECT_EQ(read_token_answer(200, body).error().code, Code::failed_precondition) << body;
}

TEST(MailOauth, ATokenTakesThePlaceOfThePassword) {
    auto channel = by_token();
    (*channel.mutable_secrets())["password"] = "left from before";
    auto settings = read_settings(channel);
    ASSERT_TRUE(settings) << settings.error().message;
    ASSERT_TRUE(settings->imap->grant && settings->smtp->grant);
    EXPECT_EQ(settings->imap->grant->refresh_token, "refresh-1");
    EXPECT_EQ(settings->imap->password, "");
    EXPECT_EQ(settings->smtp->user, "help@shop.example");
    (*channel.mutable_secrets())["smtp_password"] = "of a relay";
    settings = read_settings(channel);
    EXPECT_FALSE(settings->smtp->grant) << "a server's own password counts";
    EXPECT_TRUE(settings->imap->grant);
}

TEST(MailOauth, ARefreshTokenGoesToASafePlaceOnly) {
    auto channel = by_token();
    (*channel.mutable_settings())["token_url"] = "http://login.shop.example/token";
    EXPECT_EQ(read_settings(channel).error().field, "settings.token_url");
    (*channel.mutable_settings())["allow_private"] = "true";
    EXPECT_TRUE(read_settings(channel));
    channel = by_token();
    (*channel.mutable_settings())["client_id"] = "";
    EXPECT_EQ(read_settings(channel).error().field, "settings.client_id");
    channel = by_token();
    (*channel.mutable_settings())["token_url"] = "";
    channel.mutable_secrets()->clear();
    (*channel.mutable_secrets())["access_token"] = "at";
    EXPECT_TRUE(read_settings(channel)) << "nothing is fetched";
}

}  // namespace
}  // namespace guichet::channels::mail
