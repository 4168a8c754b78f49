#include "common/channels/custom/custom_connector.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "common/channels/custom/signature.hpp"
#include "tests/support/wait.hpp"

namespace guichet::channels {
namespace {

using Kind = Outcome::Kind;

http::ClientResult answered(int status, std::string body = {}) {
    http::ClientResult result;
    result.outcome = http::Outcome::response;
    result.status = status;
    result.body = std::move(body);
    return result;
}

http::ClientResult not_answered(http::Outcome outcome, Code code) {
    http::ClientResult result;
    result.outcome = outcome;
    result.error = make_status(code, "why");
    return result;
}

TEST(CustomOutcome, FollowsTheStatus) {
    const std::map<int, Kind> expected = {{200, Kind::sent},      {204, Kind::sent},   {301, Kind::permanent},
                                          {400, Kind::permanent}, {401, Kind::reauth}, {403, Kind::reauth},
                                          {404, Kind::permanent}, {408, Kind::retry},  {409, Kind::duplicate},
                                          {410, Kind::permanent}, {429, Kind::retry},  {500, Kind::retry},
                                          {503, Kind::retry}};
    for (const auto& [status, kind] : expected) EXPECT_EQ(outcome_of(answered(status)).kind, kind) << status;
}

TEST(CustomOutcome, TellsNotSentFromNobodyKnows) {
    EXPECT_EQ(outcome_of(not_answered(http::Outcome::not_sent, Code::unavailable)).kind, Kind::retry);
    EXPECT_EQ(outcome_of(not_answered(http::Outcome::not_sent, Code::permission_denied)).kind,
              Kind::permanent);
    EXPECT_EQ(outcome_of(not_answered(http::Outcome::not_sent, Code::invalid_argument)).kind,
              Kind::permanent);
    EXPECT_EQ(outcome_of(not_answered(http::Outcome::ambiguous, Code::deadline_exceeded)).kind,
              Kind::ambiguous);
}

TEST(CustomOutcome, TakesTheRemoteIdAndTheWait) {
    EXPECT_EQ(outcome_of(answered(200, R"({"id":"r1"})")).external_id, "r1");
    EXPECT_EQ(outcome_of(answered(200, "ok")).external_id, "");
    EXPECT_EQ(outcome_of(answered(200, R"({"id":7})")).external_id, "");
    auto busy = answered(429);
    busy.headers.add("Retry-After", "30");
    EXPECT_EQ(outcome_of(busy).after, std::chrono::seconds(30));
    busy.headers.set("Retry-After", "soon");
    EXPECT_EQ(outcome_of(busy).after, std::nullopt);
}

TEST(CustomDelivery, SaysWhatAndToWhom) {
    SendIntent intent;
    intent.delivery = DeliveryId("D1");
    intent.conversation = ConversationId("C1");
    intent.thread = "t1";
    intent.author = "anna";
    intent.reply_to = "e1";
    intent.text = "Bonjour \"Anna\"";
    intent.persona = "Claire";
    intent.created_at = 1'700'000'000'000;
    const auto body = boost::json::parse(delivery_body(intent)).as_object();
    EXPECT_EQ(body.at("delivery").as_string(), "D1");
    EXPECT_EQ(body.at("text").as_string(), "Bonjour \"Anna\"");
    EXPECT_EQ(body.at("reply_to").as_string(), "e1");
    EXPECT_EQ(body.at("created_at").as_string(), "2023-11-14T22:13:20.000Z");
}

class CustomConnectorTest : public ::testing::Test {
  protected:
    CustomConnectorTest() {
        outside_ = *http::Client::create(io_, test::system_clock(), {});
        http::ClientOptions options;
        options.allowed_networks = *http::CidrSet::parse({"127.0.0.0/8"});
        anywhere_ = *http::Client::create(io_, test::system_clock(), std::move(options));
        (*channel_.mutable_settings())["webhook_url"] = "http://127.0.0.1:1/hook";
        (*channel_.mutable_secrets())["secret"] = "0123456789abcdef";
    }
    boost::asio::io_context io_;
    std::unique_ptr<http::Client> outside_, anywhere_;
    v1::Channel channel_;
};

TEST_F(CustomConnectorTest, ReachesPrivateAddressesOnlyWhereBothAllowIt) {
    CustomConnector strict(*outside_, nullptr, test::system_clock());
    CustomConnector loose(*outside_, anywhere_.get(), test::system_clock());
    EXPECT_EQ(test::run(io_, loose.send(channel_, {})).kind, Kind::permanent)
        << "the channel does not ask for it";
    (*channel_.mutable_settings())["allow_private"] = "true";
    EXPECT_EQ(test::run(io_, strict.send(channel_, {})).kind, Kind::permanent)
        << "the configuration forbids it";
    EXPECT_EQ(strict.check(channel_).field, "settings.allow_private");
    const auto refused = test::run(io_, loose.send(channel_, {}));
    EXPECT_EQ(refused.kind, Kind::retry) << "reached, and nobody listens: " << refused.error;
}

TEST_F(CustomConnectorTest, SendsNothingWithoutAddressOrSecret) {
    CustomConnector connector(*outside_, nullptr, test::system_clock());
    channel_.mutable_settings()->clear();
    EXPECT_EQ(test::run(io_, connector.send(channel_, {})).kind, Kind::permanent);
}

TEST_F(CustomConnectorTest, ChecksSettings) {
    CustomConnector connector(*outside_, nullptr, test::system_clock());
    EXPECT_TRUE(connector.check(channel_).ok());
    (*channel_.mutable_settings())["webhook_url"] = "ftp://x";
    EXPECT_EQ(connector.check(channel_).field, "settings.webhook_url");
    (*channel_.mutable_settings())["webhook_url"] = "https://shop.example/hook";
    (*channel_.mutable_settings())["files_url"] = "http://10.0.0.5/files";
    EXPECT_EQ(connector.check(channel_).field, "settings.files_url");
    channel_.mutable_settings()->erase("files_url");
    (*channel_.mutable_settings())["webhook_url"] = "";
    (*channel_.mutable_settings())["visibility"] = "secret";
    EXPECT_EQ(connector.check(channel_).field, "settings.visibility");
    (*channel_.mutable_settings())["visibility"] = "public";
    (*channel_.mutable_secrets())["secret"] = "short";
    EXPECT_EQ(connector.check(channel_).field, "secrets.secret");
    (*channel_.mutable_secrets())["secret"] = "0123456789abcdef";
    EXPECT_TRUE(connector.check(channel_).ok());
    EXPECT_TRUE(connector.caps(channel_).is_public);
}

TEST_F(CustomConnectorTest, AuthenticatesWithEitherSecret) {
    CustomConnector connector(*outside_, nullptr, test::system_clock());
    (*channel_.mutable_secrets())["old_secret"] = "fedcba9876543210";
    http::Request request;
    request.body = "{}";
    request.headers.add(kTimestampHeader, "1763800000");
    request.headers.add(kSignatureHeader, sign_body("fedcba9876543210", "1763800000", "{}"));
    EXPECT_TRUE(connector.authenticate(channel_, request, 1'763'800'000'000).ok());
    request.body = "{ }";
    EXPECT_EQ(connector.authenticate(channel_, request, 1'763'800'000'000).code, Code::unauthenticated);
}

}  // namespace
}  // namespace guichet::channels
