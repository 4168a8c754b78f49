#include "common/channels/form/form_connector.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/wait.hpp"

namespace guichet::channels {
namespace {

TEST(FormConnector, SendsAtOnceAndTwiceWithoutHarm) {
    boost::asio::io_context io;
    FormConnector connector;
    const auto channel = default_channels("Brand").front();
    EXPECT_TRUE(connector.caps(channel).idempotent);
    EXPECT_EQ(test::run(io, connector.send(channel, {})).kind, Outcome::Kind::sent);
    EXPECT_EQ(test::run(io, connector.reconcile(channel, {})).kind, Reconciled::Kind::found);
    EXPECT_TRUE(test::run(io, connector.test(channel)).ok());
}

TEST(FormConnector, TwoFormsExistFromTheStart) {
    const auto channels = default_channels("Brand", "care");
    ASSERT_EQ(channels.size(), 2u);
    EXPECT_EQ(channels[0].id(), "complaint");
    EXPECT_EQ(channels[1].id(), "contact");
    for (const auto& channel : channels) {
        EXPECT_EQ(channel.kind(), v1::CHANNEL_KIND_FORM);
        EXPECT_EQ(channel.team(), "care");
        EXPECT_TRUE(FormConnector().check(channel).ok());
    }
}

TEST(FormConnector, ChecksItsSettings) {
    FormConnector connector;
    auto channel = default_channels("Brand").front();
    (*channel.mutable_settings())["return_origins"] = "https://a.example https://b.example:8443";
    EXPECT_TRUE(connector.check(channel).ok());
    for (const auto* wrong :
         {"a.example", "https://a.example/", "javascript:alert(1)", "https://a.example/path"}) {
        (*channel.mutable_settings())["return_origins"] = wrong;
        EXPECT_EQ(connector.check(channel).field, "settings.return_origins") << wrong;
    }
    channel.mutable_settings()->clear();
    (*channel.mutable_settings())["template"] = "survey";
    EXPECT_EQ(connector.check(channel).field, "settings.template");
}

TEST(FormConnector, MeasuresCharacters) {
    EXPECT_EQ(FormConnector().measure("héé€"), 4u);
}

TEST(FormConnector, HasNoWebhook) {
    EXPECT_EQ(FormConnector().authenticate({}, {}, 0).code, Code::unimplemented);
    EXPECT_EQ(FormConnector().parse({}, "{}").error().code, Code::unimplemented);
}

}  // namespace
}  // namespace guichet::channels
