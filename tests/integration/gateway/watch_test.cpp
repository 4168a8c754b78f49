// The live log over a WebSocket, the client side written frame by frame.
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include "services/gateway/browser.hpp"
#include "tests/integration/gateway/fixture.hpp"

namespace guichet::gateway {
namespace {

using asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int kText = 1, kClose = 8;

struct Frame {
    int opcode = -1;
    std::string payload;
    int close_code() const {
        if (opcode != kClose || payload.size() < 2) return 0;
        return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    }
};

// Every wait ends with the test's own limit (test::run).
class Client {
  public:
    explicit Client(asio::io_context& io) : socket_(io) {}

    // Returns the head of the answer.
    asio::awaitable<std::string> open(std::uint16_t port, std::string headers) {
        const tcp::endpoint server(asio::ip::address_v4::loopback(), port);
        co_await socket_.async_connect(server, asio::use_awaitable);
        const std::string request =
            "GET /v1/watch HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
            headers + "\r\n";
        co_await asio::async_write(socket_, asio::buffer(request), asio::use_awaitable);
        const auto size = co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n\r\n",
                                                          asio::use_awaitable);
        auto head = buffer_.substr(0, size);
        buffer_.erase(0, size);
        co_return head;
    }
    // Masked with zeros, which leaves the payload readable.
    asio::awaitable<bool> send(std::string text, int opcode = kText) {
        std::string frame(1, static_cast<char>(0x80 | opcode));
        frame += static_cast<char>(0x80 | text.size());
        frame += std::string(4, '\0') + text;
        co_await asio::async_write(socket_, asio::buffer(frame), asio::use_awaitable);
        co_return true;
    }
    asio::awaitable<Frame> receive() {
        const bool head = co_await fill(2);
        if (!head) co_return Frame{};
        std::size_t skip = 2, size = buffer_[1] & 0x7f;
        if (size == 126) {
            co_await fill(4);
            size = static_cast<unsigned char>(buffer_[2]) << 8 | static_cast<unsigned char>(buffer_[3]);
            skip = 4;
        }
        co_await fill(skip + size);
        Frame frame{buffer_[0] & 0x0f, buffer_.substr(skip, size)};
        buffer_.erase(0, skip + size);
        co_return frame;
    }
    void cut() { socket_.close(); }

  private:
    asio::awaitable<bool> fill(std::size_t count) {
        boost::system::error_code error;
        if (buffer_.size() < count) {
            co_await asio::async_read(socket_, asio::dynamic_buffer(buffer_),
                                      asio::transfer_at_least(count - buffer_.size()),
                                      asio::redirect_error(asio::use_awaitable, error));
        }
        co_return buffer_.size() >= count;
    }
    tcp::socket socket_;
    std::string buffer_;
};

class WatchTest : public GatewayTest {
  protected:
    std::string bearer(const std::string& secret) { return "Authorization: Bearer " + secret + "\r\n"; }
    void happens(const std::string& type) {
        events_.emplace_back();
        events_.back().set_type(type);
    }
    // Opens and sends the first message.
    std::string watch(Client& client, const std::string& headers, const std::string& request) {
        auto head = run(client.open(port(), headers));
        if (head.starts_with("HTTP/1.1 101")) run(client.send(request));
        return head;
    }
    Frame next(Client& client) { return run(client.receive()); }
};

TEST_F(WatchTest, DeliversWhatHappensAndResumes) {
    Client client(io_);
    EXPECT_THAT(watch(client, bearer(bob_), "{}"), StartsWith("HTTP/1.1 101"));
    EXPECT_THAT(next(client).payload, HasSubstr("\"cursor\":\"0\""));
    happens("message.received");
    const auto first = next(client).payload;
    EXPECT_THAT(first, HasSubstr("message.received"));
    EXPECT_THAT(first, HasSubstr("\"cursor\":\"1\""));
    client.cut();
    EXPECT_TRUE(test::wait_until(io_, [this] { return !watch_open_; }));

    happens("conversation.claimed");
    Client again(io_);
    watch(again, bearer(bob_), R"({"cursor":"1"})");
    EXPECT_THAT(next(again).payload, HasSubstr("\"cursor\":\"1\""));
    EXPECT_THAT(next(again).payload, HasSubstr("conversation.claimed"));
}

TEST_F(WatchTest, ASessionOpensItFromOurPagesOnly) {
    put_agent("dora", v1::ROLE_AGENT, "correct horse battery");
    const auto cookie = "Cookie: guichet_session=" + session_of("dora", "correct horse battery") + "\r\n";
    Client own(io_);
    EXPECT_THAT(watch(own, cookie + "Origin: https://care.example\r\n", "{}"), StartsWith("HTTP/1.1 101"));
    EXPECT_THAT(next(own).payload, HasSubstr("cursor"));
    Client foreign(io_);
    EXPECT_THAT(watch(foreign, cookie + "Origin: https://evil.example\r\n", "{}"),
                StartsWith("HTTP/1.1 403"));
}

TEST_F(WatchTest, CloseCodesSayWhy) {
    Client nobody(io_);
    watch(nobody, "", "{}");
    EXPECT_EQ(next(nobody).close_code(), 4401);
    Client guess(io_);
    watch(guess, bearer("gt_guess"), "{}");
    EXPECT_EQ(next(guess).close_code(), 4401);
    Client garbage(io_);
    watch(garbage, bearer(bob_), "{\"cursor\":");
    EXPECT_EQ(next(garbage).close_code(), 4400);
    Client channel(io_);
    v1::CreateTokenRequest request;
    request.set_name("a channel");
    request.add_grants()->set_role(v1::ROLE_CHANNEL);
    const auto token = call<v1::CreateTokenResponse>(ada_, "CreateToken", request)->secret();
    watch(channel, bearer(token), "{}");
    EXPECT_EQ(next(channel).close_code(), 4403);
}

TEST_F(WatchTest, AnEndOfTheStreamIsToldToTheClient) {
    Client client(io_);
    watch(client, bearer(bob_), "{}");
    EXPECT_THAT(next(client).payload, HasSubstr("cursor"));
    dispatcher_.cancel_streams(unavailable("the server is stopping"));
    EXPECT_EQ(next(client).close_code(), 4503);
}

TEST_F(WatchTest, AClientThatClosesEndsTheStream) {
    Client client(io_);
    watch(client, bearer(bob_), "{}");
    EXPECT_THAT(next(client).payload, HasSubstr("cursor"));
    run(client.send("\x03\xe8", kClose));
    EXPECT_EQ(next(client).close_code(), 1000);
    client.cut();
    EXPECT_TRUE(test::wait_until(io_, [this] { return !watch_open_; }));
}

}  // namespace
}  // namespace guichet::gateway
