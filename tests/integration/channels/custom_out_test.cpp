#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "common/channels/custom/custom_connector.hpp"
#include "common/channels/custom/signature.hpp"
#include "common/http/server.hpp"
#include "common/runtime/timer.hpp"
#include "tests/support/wait.hpp"

namespace guichet::channels {
namespace {

using Kind = Outcome::Kind;
using namespace std::chrono_literals;

constexpr char kSecret[] = "0123456789abcdef";

// The other system: remembers what it was sent, answers as told.
class CustomOut : public ::testing::Test {
  protected:
    CustomOut() {
        http::ClientOptions options;
        options.allowed_networks = std::move(*http::CidrSet::parse({"127.0.0.0/8"}));
        client_ = std::move(*http::Client::create(io_, clock_, std::move(options)));
        connector_ = std::make_unique<CustomConnector>(*client_, client_.get(), clock_);
        auto router = std::make_shared<http::Router>();
        router->post("/hook", [this](http::Request request) { return take(std::move(request)); });
        // Where a redirect leads, by whatever method it is followed.
        router->post("/elsewhere", [this](http::Request request) { return take(std::move(request)); });
        router->get("/elsewhere", [this](http::Request request) { return take(std::move(request)); });
        http::ServerOptions server;
        server.listeners.push_back({});
        server_ =
            std::make_unique<http::Server>(io_, clock_, test::system_random(), std::move(server), router);
        if (!server_->start()) throw std::runtime_error("no server");
        (*channel_.mutable_settings())["webhook_url"] =
            "http://127.0.0.1:" + std::to_string(server_->port()) + "/hook";
        (*channel_.mutable_settings())["allow_private"] = "true";
        (*channel_.mutable_secrets())["secret"] = kSecret;
        intent_.delivery = DeliveryId("D1");
        intent_.conversation = ConversationId("C1");
        intent_.text = "Bonjour";
        intent_.deadline = 5s;
    }
    ~CustomOut() override { test::run(io_, server_->stop(100ms)); }

    asio::awaitable<http::Response> take(http::Request request) {
        seen_.push_back(std::move(request));
        if (delay_ > 0ms) co_await runtime::sleep(delay_);
        auto response = http::Response::json(status_, answer_);
        if (!retry_after_.empty()) response.header("Retry-After", retry_after_);
        if (status_ == 302) response.header("Location", "/elsewhere");
        co_return response;
    }
    Outcome send() { return test::run(io_, connector_->send(channel_, intent_)); }

    asio::io_context io_;
    SystemClock clock_;
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<CustomConnector> connector_;
    std::unique_ptr<http::Server> server_;
    v1::Channel channel_;
    SendIntent intent_;
    std::vector<http::Request> seen_;
    int status_ = 200;
    std::string answer_ = "{}";
    std::string retry_after_;
    std::chrono::milliseconds delay_{0};
};

TEST_F(CustomOut, DeliversSignedAndTakesTheRemoteId) {
    answer_ = R"({"id":"remote-7"})";
    const auto outcome = send();
    EXPECT_EQ(outcome.kind, Kind::sent) << outcome.error;
    EXPECT_EQ(outcome.external_id, "remote-7");
    ASSERT_EQ(seen_.size(), 1u);
    const auto& request = seen_[0];
    EXPECT_EQ(request.headers.get("guichet-delivery"), "D1");
    EXPECT_EQ(request.media_type(), "application/json");
    EXPECT_TRUE(verify_signature({kSecret}, request.headers.get(kTimestampHeader),
                                 request.headers.get(kSignatureHeader), request.body, clock_.now())
                    .ok());
    EXPECT_EQ(boost::json::parse(request.body).as_object().at("text").as_string(), "Bonjour");
}

TEST_F(CustomOut, ASecondAttemptBearsTheSameIdAndMayBeADuplicate) {
    status_ = 503;
    retry_after_ = "7";
    const auto first = send();
    EXPECT_EQ(first.kind, Kind::retry);
    EXPECT_EQ(first.after, 7s);
    status_ = 409;
    intent_.attempt = 2;
    EXPECT_EQ(send().kind, Kind::duplicate);
    ASSERT_EQ(seen_.size(), 2u);
    EXPECT_EQ(seen_[0].headers.get("guichet-delivery"), seen_[1].headers.get("guichet-delivery"));
    EXPECT_EQ(seen_[0].body, seen_[1].body);
}

TEST_F(CustomOut, DoesNotFollowRedirects) {
    status_ = 302;
    EXPECT_EQ(send().kind, Kind::permanent);
    EXPECT_EQ(seen_.size(), 1u);
}

TEST_F(CustomOut, ASilentSystemLeavesTheOutcomeOpen) {
    delay_ = 1s;
    intent_.deadline = 200ms;
    EXPECT_EQ(send().kind, Kind::ambiguous);
    EXPECT_EQ(seen_.size(), 1u);
}

TEST_F(CustomOut, SendsNothingTooLate) {
    intent_.not_after = clock_.now() - 1;
    EXPECT_EQ(send().kind, Kind::retry);
    EXPECT_TRUE(seen_.empty());
}

TEST_F(CustomOut, TestsItsWayOut) {
    EXPECT_TRUE(test::run(io_, connector_->test(channel_)).ok());
    EXPECT_FALSE(seen_.at(0).headers.has("guichet-delivery"));
    status_ = 401;
    const auto status = test::run(io_, connector_->test(channel_));
    EXPECT_NE(status.message.find("secret"), std::string::npos) << status.message;
}

}  // namespace
}  // namespace guichet::channels
