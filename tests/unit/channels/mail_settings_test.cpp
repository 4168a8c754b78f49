#include <gtest/gtest.h>

#include "common/channels/mail/settings.hpp"

namespace guichet::channels::mail {
namespace {

v1::Channel bare(const std::string& kind, const std::string& host, bool allow_private) {
    v1::Channel channel;
    auto& settings = *channel.mutable_settings();
    settings["address"] = "help@shop.example";
    settings[kind + "_host"] = host;
    settings[kind + "_tls"] = "none";
    if (allow_private) settings["allow_private"] = "true";
    (*channel.mutable_secrets())["password"] = "secret";
    return channel;
}

std::string wrong_of(const v1::Channel& channel) {
    const auto read = read_settings(channel);
    return read ? "" : read.error().field;
}

TEST(MailSettings, APasswordDoesNotGoOverTheInternetInTheClear) {
    for (const std::string kind : {"imap", "smtp"}) {
        EXPECT_EQ(wrong_of(bare(kind, "mail.shop.example", false)), "settings." + kind + "_tls");
        EXPECT_EQ(wrong_of(bare(kind, "8.8.8.8", true)), "settings." + kind + "_tls");
        EXPECT_EQ(wrong_of(bare(kind, "127.0.0.1", true)), "");
        EXPECT_EQ(wrong_of(bare(kind, "10.0.0.5", true)), "");
        // Whether that is private is seen when it is called.
        EXPECT_EQ(wrong_of(bare(kind, "mail.internal", true)), "");
    }
    auto token = bare("smtp", "mail.shop.example", false);
    token.mutable_secrets()->clear();
    (*token.mutable_secrets())["access_token"] = "t";
    EXPECT_EQ(wrong_of(token), "settings.smtp_tls");
}

TEST(MailSettings, WithoutASignInNothingIsBared) {
    auto relay = bare("smtp", "relay.shop.example", false);
    relay.mutable_secrets()->clear();
    EXPECT_EQ(wrong_of(relay), "");
    (*relay.mutable_settings())["imap_host"] = "mail.shop.example";
    (*relay.mutable_secrets())["imap_password"] = "secret";
    EXPECT_EQ(wrong_of(relay), "");
}

}  // namespace
}  // namespace guichet::channels::mail
