#pragma once
// The Facebook connector and a page that is run by the stand-in, on one clock that a test moves.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "common/channels/facebook/facebook_connector.hpp"
#include "services/demo/platform/platform.hpp"
#include "tests/support/wait.hpp"

namespace guichet::channels::facebook {

using namespace std::chrono_literals;
using stand_in::Fault;

class FacebookWorld : public ::testing::Test {
  protected:
    FacebookWorld() {
        http::ClientOptions options;
        options.allowed_networks = *http::CidrSet::parse({"127.0.0.0/8"});
        client_ = *http::Client::create(io_, clock_, std::move(options));
        connector_ = std::make_unique<FacebookConnector>(*client_, client_.get(), clock_);
        start({});
    }

    void start(stand_in::GraphOptions options) {
        platform_ = std::make_unique<stand_in::Platform>(io_, clock_, test::system_random(), options);
        auto& settings = *channel_.mutable_settings();
        settings["app"] = "900";
        settings["page_id"] = options.page.id;
        settings["graph_url"] = platform_->url();
        settings["allow_private"] = "true";
        auto& secrets = *channel_.mutable_secrets();
        secrets["app_secret"] = options.app_secret;
        secrets["verify_token"] = "handshake";
        secrets["page_token"] = options.access_token;
    }

    // An answer to the comment, or to the person who wrote the message.
    SendIntent intent_for(const std::string& reply_to, const std::string& text, Way way = Way::answer) {
        SendIntent intent;
        intent.way = way;
        intent.delivery = DeliveryId("D1");
        intent.reply_to = reply_to;
        intent.text = text;
        intent.is_public = way == Way::answer;
        intent.customer_wrote_at = clock_.now();
        intent.created_at = clock_.now();
        intent.deadline = 5s;
        return intent;
    }
    SendIntent intent_to(const std::string& person, const std::string& text) {
        auto intent = intent_for("m_1", text);
        intent.is_public = false;
        intent.thread = "dm|" + person;
        return intent;
    }
    channels::Outcome send(const SendIntent& intent) {
        return test::run(io_, connector_->send(channel_, intent));
    }
    Reconciled look(const SendIntent& intent) {
        return test::run(io_, connector_->reconcile(channel_, intent));
    }
    Result<Pulled> pull(const std::string& cursor) {
        return test::run(io_, connector_->pull(channel_, cursor, 10s));
    }
    std::string psid(const std::string& name) { return platform_->page().person(name).psid; }

    asio::io_context io_;
    ManualClock clock_;
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<FacebookConnector> connector_;
    std::unique_ptr<stand_in::Platform> platform_;
    v1::Channel channel_;
};

}  // namespace guichet::channels::facebook
