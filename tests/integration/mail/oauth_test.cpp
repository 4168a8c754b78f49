// Sign-in by token, against Dovecot (which asks the test whether a token is good) and Exim.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "common/http/server.hpp"
#include "common/http/text.hpp"
#include "tests/integration/mail/world.hpp"

namespace guichet::channels {
namespace {

using asio::ip::tcp;

class MailByToken : public MailTest {
  protected:
    MailByToken() {
        auto router = std::make_shared<http::Router>();
        router->post("/token", [this](http::Request request) { return give(std::move(request)); });
        router->post("/introspect", [this](http::Request request) { return judge(std::move(request)); });
        http::ServerOptions server;
        http::ListenOptions listener;
        listener.port = static_cast<std::uint16_t>(servers().judge());
        server.listeners.push_back(std::move(listener));
        provider_ =
            std::make_unique<http::Server>(io, clock, test::system_random(), std::move(server), router);
        if (auto started = provider_->start(); !started) throw std::runtime_error(to_string(started.error()));
        http::ClientOptions options;
        options.allowed_networks = *http::CidrSet::parse({"127.0.0.0/8"});
        client_ = *http::Client::create(io, clock, std::move(options));
        MailOptions mail;
        mail.allow_private = true;
        mail.anywhere = client_.get();
        by_token_ = std::make_unique<MailConnector>(io, clock, std::move(mail));
    }

    ~MailByToken() override { run(provider_->stop(100ms)); }

    // The token endpoint: "refresh-1" gives good-1, good-2…
    asio::awaitable<http::Response> give(http::Request request) {
        const auto fields = http::parse_urlencoded(request.body);
        const auto value = [&](const char* name) { return http::find_field(*fields, name).value_or(""); };
        ++asked_;
        if (status_ != 200) co_return http::Response::json(status_, R"({"error":"invalid_grant"})");
        const bool known = value("grant_type") == "refresh_token" && value("refresh_token") == "refresh-1" &&
                           value("client_id") == "guichet" && value("client_secret") == "of the client";
        if (!known) co_return http::Response::json(400, R"({"error":"invalid_client"})");
        const auto token = (bad_first_ && asked_ == 1 ? "withdrawn-" : "good-") + std::to_string(asked_);
        co_return http::Response::json(200, R"({"access_token":")" + token + R"(","expires_in":3600})");
    }
    // What Dovecot asks.
    asio::awaitable<http::Response> judge(http::Request request) {
        const bool good = request.body.find("good-") != std::string::npos;
        judged_ += good ? "+" : "-";
        co_return http::Response::json(
            200, good ? R"({"active":true,"username":"help@shop.example"})" : R"({"active":false})");
    }

    v1::Channel box() const {
        auto channel = shop();
        set(channel, "token_url", "http://127.0.0.1:" + std::to_string(servers().judge()) + "/token");
        set(channel, "client_id", "guichet");
        channel.mutable_secrets()->clear();
        (*channel.mutable_secrets())["refresh_token"] = "refresh-1";
        (*channel.mutable_secrets())["client_secret"] = "of the client";
        return channel;
    }
    Status try_out(const v1::Channel& channel) { return run(by_token_->test(channel)); }

    int asked_ = 0;
    int status_ = 200;
    bool bad_first_ = false;
    std::string judged_;
    std::unique_ptr<http::Server> provider_;
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<MailConnector> by_token_;
};

TEST_F(MailByToken, SignsInToBothServersWithOneToken) {
    const auto tried = try_out(box());
    ASSERT_TRUE(tried.ok()) << to_string(tried) << servers().log();
    EXPECT_EQ(judged_, "+");
    EXPECT_EQ(asked_, 1) << "one token for both";
    const auto sent = run(by_token_->send(box(), intent("C1", "By token.")));
    EXPECT_EQ(sent.kind, Outcome::Kind::sent) << sent.error;
    EXPECT_EQ(asked_, 1) << "and for the next connection";
    EXPECT_TRUE(run(by_token_->pull(box(), "", 1s)));
}

TEST_F(MailByToken, ATokenThatWasWithdrawnIsFetchedAnewOnce) {
    bad_first_ = true;
    const auto tried = try_out(box());
    EXPECT_TRUE(tried.ok()) << to_string(tried);
    EXPECT_EQ(asked_, 2);
    EXPECT_EQ(judged_.substr(0, 1), "-");
    EXPECT_EQ(judged_.back(), '+');
}

TEST_F(MailByToken, TheSameHoldsForSending) {
    bad_first_ = true;
    const auto sent = run(by_token_->send(box(), intent("C1", "By token.")));
    EXPECT_EQ(sent.kind, Outcome::Kind::sent) << sent.error;
    EXPECT_EQ(asked_, 2);
}

TEST_F(MailByToken, ARefusedRefreshTokenWaitsForTheBrand) {
    status_ = 400;
    EXPECT_EQ(try_out(box()).code, Code::unauthenticated);
    const auto page = run(by_token_->pull(box(), "", 1s));
    ASSERT_FALSE(page);
    EXPECT_NE(page.error().message.find("set secrets.refresh_token"), std::string::npos);
    EXPECT_EQ(run(by_token_->send(box(), intent("C1", "x"))).kind, Outcome::Kind::reauth);
}

TEST_F(MailByToken, AnEndpointThatIsAwayIsTriedAgain) {
    status_ = 503;
    EXPECT_EQ(try_out(box()).code, Code::unavailable);
    EXPECT_EQ(run(by_token_->send(box(), intent("C1", "x"))).kind, Outcome::Kind::retry);
    status_ = 200;
    EXPECT_TRUE(try_out(box()).ok());
}

TEST_F(MailByToken, AGivenTokenIsUsedAsItIs) {
    auto channel = box();
    channel.mutable_secrets()->clear();
    (*channel.mutable_secrets())["access_token"] = "good-7";
    EXPECT_TRUE(try_out(channel).ok());
    (*channel.mutable_secrets())["access_token"] = "old-7";
    EXPECT_EQ(try_out(channel).code, Code::unauthenticated);
    EXPECT_EQ(asked_, 0);
}

// Google's and Microsoft's servers explain a refusal and wait for an empty line before they refuse.
TEST_F(MailByToken, ARefusalWithDetailsEndsTheExchange) {
    tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
    std::string heard;
    const auto serve = [&]() -> asio::awaitable<void> {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        const std::vector<std::string> replies{"220 mail ESMTP\r\n",
                                               "250-mail\r\n250 AUTH LOGIN PLAIN XOAUTH2\r\n",
                                               "334 eyJzdGF0dXMiOiI0MDEifQ==\r\n", "535 5.7.8 no\r\n"};
        std::string buffer;
        for (const auto& reply : replies) {
            co_await asio::async_write(socket, asio::buffer(reply), asio::use_awaitable);
            if (&reply == &replies.back()) co_return;
            const auto length = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer), '\n',
                                                                asio::use_awaitable);
            heard += buffer.substr(0, length);
            buffer.erase(0, length);
        }
    };
    asio::co_spawn(io, serve(), asio::detached);
    auto channel = box();
    channel.mutable_settings()->erase("imap_host");
    through(channel, "smtp", acceptor.local_endpoint().port());
    set(channel, "smtp_host", "127.0.0.1");
    channel.mutable_secrets()->clear();
    (*channel.mutable_secrets())["access_token"] = "old-7";
    const auto tried = try_out(channel);
    EXPECT_EQ(tried.code, Code::unauthenticated) << to_string(tried);
    EXPECT_NE(tried.message.find("535 5.7.8 no"), std::string::npos) << tried.message;
    EXPECT_EQ(heard.substr(heard.size() - 4), "\r\n\r\n") << heard;
}

}  // namespace
}  // namespace guichet::channels
