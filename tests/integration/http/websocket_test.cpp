// WebSocket sessions, the client side written frame by frame.
#include "common/http/websocket.hpp"

#include <gmock/gmock.h>

#include "tests/integration/http/http_fixture.hpp"

namespace guichet::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string upgrade(const std::string& path, const std::string& more = {}) {
    return "GET " + path +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           more + "\r\n";
}

constexpr int kText = 1, kClose = 8, kPing = 9, kPong = 10;

// Masked with zeros, which leaves the payload readable.
std::string frame(int opcode, const std::string& payload) {
    std::string out(1, static_cast<char>(0x80 | opcode));
    if (payload.size() < 126) {
        out += static_cast<char>(0x80 | payload.size());
    } else {
        out += static_cast<char>(0x80 | 126);
        out += static_cast<char>(payload.size() >> 8);
        out += static_cast<char>(payload.size());
    }
    return out + std::string(4, '\0') + payload;
}

struct Frame {
    int opcode = -1;  // -1: the connection ended or nothing came
    std::string payload;
    int close_code() const {
        if (payload.size() < 2) return 0;
        return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    }
};

Frame read_frame(RawSocket& socket) {
    const std::string head = socket.read_exactly(2);
    if (head.size() < 2) return {};
    std::size_t size = head[1] & 0x7f;
    if (size >= 126) {
        const std::string more = socket.read_exactly(size == 126 ? 2 : 8);
        size = 0;
        for (char c : more) size = size << 8 | static_cast<unsigned char>(c);
    }
    return {head[0] & 0x0f, socket.read_exactly(size)};
}

class WebSocketTest : public HttpTest {
  protected:
    WebSocketTest() {
        settings.subprotocols = {"guichet.v2", "guichet.v1"};
        settings.max_message_bytes = 1000;
    }

    void serve() {
        router->websocket(
            "/ws",
            [this](Request request, std::shared_ptr<WebSocket> socket) {
                return talk(std::move(request), std::move(socket));
            },
            settings);
        start();
    }

    asio::awaitable<void> talk(Request, std::shared_ptr<WebSocket> socket) {
        sockets.push_back(socket);
        ++open;
        for (;;) {
            std::optional<std::string> message = co_await socket->receive();
            if (!message) break;
            if (*message == "throw") throw std::runtime_error("talked out");
            if (*message == "bye") {
                socket->send("before the end");
                socket->close(4001, "as you wish");
                continue;
            }
            if (*message == "return") break;
            socket->send("echo " + *message);
        }
        last_code = socket->close_code();
        --open;
    }

    RawSocket connect(const std::string& more = {}) {
        RawSocket client(port());
        client.write(upgrade("/ws", more));
        EXPECT_THAT(client.read_to("\r\n\r\n"), StartsWith("HTTP/1.1 101"));
        return client;
    }

    WebSocketOptions settings;
    std::vector<std::shared_ptr<WebSocket>> sockets;  // io thread only
    std::atomic<int> open{0};
    std::atomic<int> last_code{-1};
};

TEST_F(WebSocketTest, Echoes) {
    serve();
    RawSocket client = connect();
    client.write(frame(kText, "one") + frame(kText, "two"));
    EXPECT_EQ(read_frame(client).payload, "echo one");
    EXPECT_EQ(read_frame(client).payload, "echo two");
    client.write(frame(kPing, "p"));
    EXPECT_EQ(read_frame(client).opcode, kPong);
    client.write(frame(kClose, "\x03\xe8"));
    const Frame closing = read_frame(client);
    EXPECT_EQ(closing.opcode, kClose);
    EXPECT_EQ(closing.close_code(), 1000);
    client.shutdown_write();
    EXPECT_TRUE(wait_for([&] { return last_code == 1000 && server->connections() == 0; }));
}

TEST_F(WebSocketTest, HandshakeChoosesOurPreferredProtocol) {
    serve();
    RawSocket client(port());
    client.write(
        upgrade("/ws", "Sec-WebSocket-Protocol: other, guichet.v1, guichet.v2\r\nX-Request-Id: r1\r\n"));
    const std::string head = client.read_to("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    EXPECT_THAT(head, HasSubstr("Sec-WebSocket-Protocol: guichet.v2\r\n"));
    EXPECT_THAT(head, HasSubstr("X-Request-Id: r1\r\n"));
    RawSocket other(port());
    other.write(upgrade("/ws", "Sec-WebSocket-Protocol: other\r\n"));
    EXPECT_THAT(other.read_to("\r\n\r\n"), Not(HasSubstr("Sec-WebSocket-Protocol")));
}

TEST_F(WebSocketTest, ForeignOriginsAreRefused) {
    serve();
    RawSocket foreign(port());
    foreign.write(upgrade("/ws", "Origin: https://evil.example\r\n"));
    EXPECT_THAT(foreign.read_all(), StartsWith("HTTP/1.1 403"));
    RawSocket scheme(port());
    scheme.write(upgrade("/ws", "Origin: null\r\n"));
    EXPECT_THAT(scheme.read_all(), StartsWith("HTTP/1.1 403"));
    connect("Origin: http://localhost\r\n");
}

TEST_F(WebSocketTest, HooksAndPlainRequestsAreAnsweredBeforeTheUpgrade) {
    settings.allow_origin = [](const Request& request) {
        return request.headers.get("origin") == "https://good";
    };
    settings.head.push_back([](Request& request) -> std::optional<Response> {
        if (request.query_param("token") == "t") return std::nullopt;
        return Response::error(401, "unauthenticated", "who are you?");
    });
    serve();
    RawSocket nobody(port());
    nobody.write(upgrade("/ws"));
    EXPECT_THAT(nobody.read_response(), StartsWith("HTTP/1.1 401"));
    nobody.write("GET /ws?token=t HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(nobody.read_response(), StartsWith("HTTP/1.1 426"));
    nobody.write(upgrade("/ws?token=t", "Origin: https://good\r\n"));
    EXPECT_THAT(nobody.read_to("\r\n\r\n"), StartsWith("HTTP/1.1 101"));
}

TEST_F(WebSocketTest, ClosesWithCodeAndReasonAfterWhatIsQueued) {
    serve();
    RawSocket client = connect();
    client.write(frame(kText, "bye"));
    EXPECT_EQ(read_frame(client).payload, "before the end");
    const Frame closing = read_frame(client);
    EXPECT_EQ(closing.close_code(), 4001);
    EXPECT_EQ(closing.payload.substr(2), "as you wish");
    client.write(frame(kClose, closing.payload));
    client.shutdown_write();
    EXPECT_TRUE(wait_for([&] { return last_code == 4001 && server->connections() == 0; }));
}

TEST_F(WebSocketTest, TheHandlersEndClosesTheSocket) {
    serve();
    RawSocket client = connect();
    client.write(frame(kText, "return"));
    EXPECT_EQ(read_frame(client).close_code(), 1000);
    RawSocket broken = connect();
    broken.write(frame(kText, "throw"));
    EXPECT_EQ(read_frame(broken).close_code(), 1011);
    EXPECT_THAT(errors(), testing::Contains(HasSubstr("talked out")));
}

TEST_F(WebSocketTest, MessagesAreBounded) {
    serve();
    RawSocket client = connect();
    client.write(frame(kText, std::string(1000, 'x')));
    EXPECT_EQ(read_frame(client).payload.size(), 1005u);
    client.write(frame(kText, std::string(1001, 'x')));
    EXPECT_EQ(read_frame(client).close_code(), 1009);
    client.shutdown_write();
    EXPECT_TRUE(wait_for([&] { return last_code == 1009; }));
}

TEST_F(WebSocketTest, AVanishedClientIsNoticed) {
    settings.keepalive = 300ms;
    serve();
    RawSocket silent = connect();
    RawSocket reset = connect();
    EXPECT_TRUE(wait_for([&] { return open == 2; }));
    reset.reset();
    EXPECT_TRUE(wait_for([&] { return open == 1; }));
    EXPECT_EQ(last_code, 1006);
    EXPECT_EQ(read_frame(silent).opcode, kPing);  // not answered
    EXPECT_TRUE(wait_for([&] { return open == 0; }));
    silent.read_all();
    EXPECT_TRUE(silent.closed());
}

TEST_F(WebSocketTest, ASlowClientIsDroppedAndHoldsNobodyUp) {
    settings.max_queued_bytes = 256 * 1024;
    settings.close_timeout = 10s;
    serve();
    RawSocket fast = connect();
    RawSocket slow = connect();
    EXPECT_TRUE(wait_for([&] { return open == 2; }));
    const auto text = std::make_shared<const std::string>(32 * 1024, 'b');
    std::atomic<int> sent{0};
    bool dropped = false;
    for (int i = 0; i < 2000 && !dropped; ++i) {
        on_io([&] {
            EXPECT_TRUE(sockets[0]->send(text));
            dropped = !sockets[1]->send(text);
            ++sent;
        });
        EXPECT_EQ(read_frame(fast).payload.size(), text->size());
    }
    EXPECT_TRUE(dropped);
    on_io([&] {
        EXPECT_FALSE(sockets[1]->is_open());
        EXPECT_FALSE(sockets[1]->send("more"));
        EXPECT_EQ(sockets[1]->close_code(), 1013);
        EXPECT_EQ(sockets[1]->queued_bytes(), 0u);
    });
    // What was already on its way still arrives, then the reason.
    Frame last;
    int arrived = 0;
    while ((last = read_frame(slow)).opcode == kText) ++arrived;
    EXPECT_EQ(last.close_code(), 1013);
    EXPECT_LT(arrived, sent);
    slow.write(frame(kClose, last.payload));
    slow.shutdown_write();
    EXPECT_TRUE(wait_for([&] { return open == 1; }));
}

TEST_F(WebSocketTest, WhoWaitsUntilItIsDrainedDropsNobody) {
    constexpr int kTexts = 64;
    settings.max_queued_bytes = 300 * 1024;
    bool last = true;
    router->websocket(
        "/patient",
        [&](Request, std::shared_ptr<WebSocket> socket) -> asio::awaitable<void> {
            for (int i = 0; i < kTexts; ++i) {
                EXPECT_TRUE(socket->send(std::string(200 * 1024, 'd')));
                const bool drained = co_await socket->drained();
                EXPECT_TRUE(drained);
            }
            socket->close();
            last = co_await socket->drained();
        },
        settings);
    start();
    RawSocket client(port());
    client.write(upgrade("/patient"));
    client.read_to("\r\n\r\n");
    Frame frame_read;
    int arrived = 0;
    while ((frame_read = read_frame(client)).opcode == kText) ++arrived;
    EXPECT_EQ(arrived, kTexts);
    EXPECT_EQ(frame_read.close_code(), 1000);
    on_io([&] { EXPECT_FALSE(last); });
}

TEST_F(WebSocketTest, AClientThatNeverReadsIsCut) {
    settings.max_queued_bytes = 64 * 1024;
    settings.close_timeout = 100ms;
    serve();
    RawSocket slow = connect();
    EXPECT_TRUE(wait_for([&] { return open == 1; }));
    bool dropped = false;
    while (!dropped) {
        on_io([&] { dropped = !sockets[0]->send(std::string(32 * 1024, 'c')); });
    }
    EXPECT_TRUE(wait_for([&] { return open == 0 && server->connections() == 0; }));
    EXPECT_EQ(last_code, 1013);
}

TEST_F(WebSocketTest, UnreadMessagesStopTheReaderNotTheServer) {
    settings.max_unread_messages = 2;
    std::atomic<int> got{0};
    router->websocket(
        "/lazy",
        [&](Request, std::shared_ptr<WebSocket> socket) -> asio::awaitable<void> {
            asio::steady_timer timer(io);
            while (!release) {
                timer.expires_after(1ms);
                co_await timer.async_wait(asio::use_awaitable);
            }
            for (;;) {
                auto message = co_await socket->receive();
                if (!message) break;
                ++got;
            }
        },
        settings);
    start();
    RawSocket client(port());
    client.write(upgrade("/lazy"));
    client.read_to("\r\n\r\n");
    for (int i = 0; i < 20; ++i) client.write(frame(kText, "m"));
    RawSocket other(port());
    other.write("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(other.read_response(), StartsWith("HTTP/1.1 404"));
    release = true;
    EXPECT_TRUE(wait_for([&] { return got == 20; }));
    client.write(frame(kClose, ""));
    EXPECT_EQ(read_frame(client).opcode, kClose);
}

TEST_F(WebSocketTest, StopSaysGoingAway) {
    serve();
    RawSocket client = connect();
    EXPECT_TRUE(wait_for([&] { return open == 1; }));
    auto stopped = asio::co_spawn(io, server->stop(5s), asio::use_future);
    const Frame closing = read_frame(client);
    EXPECT_EQ(closing.close_code(), 1001);
    client.write(frame(kClose, closing.payload));
    client.shutdown_write();
    EXPECT_TRUE(stopped.get());
}

TEST_F(WebSocketTest, BadHandshakesAndFramesEndTheConnection) {
    serve();
    RawSocket no_key(port());
    no_key.write("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    EXPECT_THAT(no_key.read_all(), StartsWith("HTTP/1.1 4"));
    RawSocket unmasked = connect();
    unmasked.write(std::string("\x81\x01x", 3));
    EXPECT_EQ(read_frame(unmasked).close_code(), 1002);
    RawSocket eager(port());
    eager.write(upgrade("/ws") + frame(kText, "too early"));
    EXPECT_THAT(eager.read_all(), StartsWith("HTTP/1.1 400"));
}

}  // namespace
}  // namespace guichet::http
