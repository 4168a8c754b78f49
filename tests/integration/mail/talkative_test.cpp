// A mail server that does not stop talking: neither memory nor time without end goes to it.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "common/channels/mail/imap_client.hpp"
#include "common/channels/mail/mail_connector.hpp"
#include "tests/support/wait.hpp"

namespace guichet::channels::mail {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// Greets, and says the same again and again from then on, whatever it is asked.
class Talker {
  public:
    Talker(asio::io_context& io, std::string words, std::function<void()> said_so = {})
        : acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          words_(std::move(words)),
          said_so_(std::move(said_so)) {
        asio::co_spawn(io, talk(), asio::detached);
    }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    std::size_t said = 0;
    bool ended = false;

  private:
    asio::awaitable<void> talk() {
        ErrorCode ec;
        auto peer = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, ec));
        std::string part = "* OK hello\r\n";
        while (!ec) {
            said += co_await asio::async_write(peer, asio::buffer(part),
                                               asio::redirect_error(asio::use_awaitable, ec));
            part = words_;
            if (said_so_) said_so_();
        }
        ended = true;
    }

    tcp::acceptor acceptor_;
    std::string words_;
    std::function<void()> said_so_;
};

class TalkativeTest : public ::testing::Test {
  protected:
    Status sign_in(std::uint16_t port) {
        Server server;
        server.host = "127.0.0.1";
        server.port = port;
        server.security = Security::none;
        server.user = "anna";
        server.password = "secret";
        server.allow_private = true;
        Dialer dialer(io, true);
        auto wire = test::run(io, dialer.dial(server, 5s));
        if (!wire) return wire.error();
        ImapClient client(std::move(*wire), clock);
        return test::run(io, client.sign_in(server));
    }
    // How the client ended, and that it let go of the server.
    Code ends(Talker& talker) {
        const auto status = sign_in(talker.port());
        EXPECT_TRUE(test::wait_until(io, [&] { return talker.ended; }));
        return status.code;
    }

    v1::Channel channel(std::uint16_t port) {
        v1::Channel channel;
        auto& settings = *channel.mutable_settings();
        settings["address"] = "help@shop.example";
        settings["imap_host"] = "127.0.0.1";
        settings["imap_port"] = std::to_string(port);
        settings["imap_tls"] = "none";
        settings["allow_private"] = "true";
        (*channel.mutable_secrets())["password"] = "secret";
        return channel;
    }

    asio::io_context io;
    SystemClock clock;
};

TEST_F(TalkativeTest, WhatNobodyAskedForIsNotKeptWithoutEnd) {
    constexpr std::size_t kLiteral = 60'000;
    Talker talker(io, "* X {" + std::to_string(kLiteral) + "}\r\n" + std::string(kLiteral, 'a') + "\r\n");
    EXPECT_EQ(ends(talker), Code::resource_exhausted);
    EXPECT_LT(talker.said, std::size_t{32} << 20);
}

TEST_F(TalkativeTest, NoPasswordGoesToAPublicAddressInTheClear) {
    Server server;
    server.host = "8.8.8.8";
    server.port = 143;
    server.security = Security::none;
    server.user = "anna";
    server.password = "secret";
    server.allow_private = true;
    Dialer dialer(io, true);
    const auto wire = test::run(io, dialer.dial(server, 5s));
    ASSERT_FALSE(wire);
    EXPECT_EQ(wire.error().reason, "public_address") << to_string(wire.error());
}

TEST_F(TalkativeTest, QuestionsWithoutEndAreNotAnswered) {
    Talker talker(io, "+ and then?\r\n");
    EXPECT_EQ(ends(talker), Code::resource_exhausted);
}

// A byte a second: never silent, and never done.
TEST_F(TalkativeTest, WhatComesInDropsComesToAnEnd) {
    ManualClock slow;
    Talker talker(io, "a", [&slow] { slow.advance(1s); });
    MailOptions options;
    options.allow_private = true;
    MailConnector connector(io, slow, options);
    const auto begun = slow.steady();
    const auto page = test::run(io, connector.pull(channel(talker.port()), "1:1", 25min));
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, Code::deadline_exceeded) << to_string(page.error());
    EXPECT_GE(slow.steady() - begun, 60s);
    EXPECT_TRUE(test::wait_until(io, [&] { return talker.ended; }));
}

}  // namespace
}  // namespace guichet::channels::mail
