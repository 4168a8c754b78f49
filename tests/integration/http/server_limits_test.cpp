// What the server refuses, cuts off and ends.
#include <gmock/gmock.h>

#include "tests/integration/http/http_fixture.hpp"

namespace guichet::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(HttpTest, RefusesALargeBodyBeforeReadingIt) {
    start();
    RawSocket client(port());
    client.write("POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n");
    const std::string response = client.read_response();
    EXPECT_THAT(response, StartsWith("HTTP/1.1 413"));
    EXPECT_THAT(response, HasSubstr("Connection: close"));
    EXPECT_THAT(body_of(response), HasSubstr("larger than the 10 bytes"));
    RawSocket fitting(port());
    fitting.write(post("/small", "0123456789"));
    EXPECT_EQ(body_of(fitting.read_response()), "0123456789");
}

TEST_F(HttpTest, AnAnswerSurvivesTheRestOfARefusedBody) {
    start();
    RawSocket client(port());
    client.write("POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n");
    client.write(std::string(300000, 'x'));
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpTest, RefusesMalformedRequests) {
    start();
    const std::pair<std::string, std::string> cases[] = {
        {"nonsense\r\n\r\n", "400"},
        {"GET / HTTP/3.7\r\nHost: a\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", "400"},
        {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "400"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "400"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "501"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(40'000, 'x'),
         "400"},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: magic\r\n\r\n", "417"},
        {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(40'000, 'x'), "431"},
        {"GET /" + std::string(40'000, 'x'), "431"},
        {[] {
             std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
             for (int i = 0; i < 200; ++i) many += "X: y\r\n";
             return many + "\r\n";
         }(),
         "431"},
    };
    for (const auto& [bytes, status] : cases) {
        RawSocket client(port());
        client.write(bytes);
        client.shutdown_write();
        EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 " + status)) << bytes.substr(0, 100);
        EXPECT_TRUE(client.closed());
    }
    RawSocket client(port());
    client.write(post("/echo", "alive"));
    EXPECT_EQ(body_of(client.read_response()), "alive");
}

TEST_F(HttpTest, CutsOffSlowClients) {
    options.header_timeout = 200ms;
    options.body_timeout = 200ms;
    options.idle_timeout = 300ms;
    start();
    RawSocket silent(port());
    RawSocket head(port());
    RawSocket body(port());
    RawSocket idle(port());
    head.write("POST /echo HTT");
    body.write("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
    idle.write(post("/echo", "x"));
    EXPECT_THAT(idle.read_response(), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(head.read_all(), StartsWith("HTTP/1.1 408"));
    EXPECT_THAT(body.read_all(), StartsWith("HTTP/1.1 408"));
    silent.read_all();
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_TRUE(head.closed() && body.closed() && silent.closed() && idle.closed());
}

TEST_F(HttpTest, AHandlerThatTakesTooLongIsA503) {
    RouteOptions quick;
    quick.timeout = 150ms;
    router->get(
        "/late",
        [this](Request) -> asio::awaitable<Response> {
            ++waiting;
            asio::steady_timer timer(io);
            while (!release) {
                timer.expires_after(1ms);
                co_await timer.async_wait(asio::use_awaitable);
            }
            --waiting;
            co_return Response::text(200, "late");
        },
        quick);
    start();
    std::string response;
    {
        RawSocket client(port());
        client.write(get("/late") + post("/echo", "pipelined"));
        response = client.read_all();
    }
    EXPECT_THAT(response, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(response, HasSubstr("Connection: close"));
    EXPECT_THAT(response, Not(HasSubstr("pipelined")));
    EXPECT_EQ(waiting, 1);
    release = true;
    EXPECT_TRUE(wait_for([&] { return waiting == 0 && server->connections() == 0; }));
    EXPECT_EQ(accesses().size(), 1u);
}

TEST_F(HttpTest, LimitsConnections) {
    options.max_connections = 2;
    start();
    RawSocket first(port());
    RawSocket second(port());
    first.write(post("/echo", "1"));
    second.write(post("/echo", "2"));
    EXPECT_EQ(body_of(first.read_response()), "1");
    EXPECT_EQ(body_of(second.read_response()), "2");
    RawSocket third(port());
    third.write(post("/echo", "3"));
    EXPECT_THAT(third.read_all(), StartsWith("HTTP/1.1 503"));
    first.reset();
    EXPECT_TRUE(wait_for([&] { return server->connections() == 1; }));
    RawSocket fourth(port());
    fourth.write(post("/echo", "4"));
    EXPECT_EQ(body_of(fourth.read_response()), "4");
}

TEST_F(HttpTest, LimitsRequestsOnAConnection) {
    options.max_requests_per_connection = 2;
    start();
    RawSocket client(port());
    client.write(post("/echo", "1") + post("/echo", "2") + post("/echo", "3"));
    EXPECT_THAT(client.read_response(), Not(HasSubstr("Connection: close")));
    const std::string rest = client.read_all();
    EXPECT_THAT(rest, HasSubstr("Connection: close"));
    EXPECT_TRUE(rest.ends_with("2"));
}

TEST_F(HttpTest, ServesAHundredClientsAtOnce) {
    start();
    std::vector<RawSocket> clients;
    for (int i = 0; i < 100; ++i) clients.emplace_back(port());
    for (auto& client : clients) client.write(get("/wait"));
    EXPECT_TRUE(wait_for([&] { return waiting == 100; }));
    release = true;
    for (auto& client : clients) EXPECT_EQ(body_of(client.read_response()), "done");
}

TEST_F(HttpTest, StopsGracefully) {
    start();
    RawSocket busy(port());
    RawSocket idle(port());
    RawSocket silent(port());
    idle.write(post("/echo", "x"));
    idle.read_response();
    EXPECT_TRUE(wait_for([&] { return server->connections() == 3; }));
    busy.write(get("/wait") + post("/echo", "never"));
    EXPECT_TRUE(wait_for([&] { return waiting == 1; }));
    auto stopped = asio::co_spawn(io, server->stop(10s), asio::use_future);
    EXPECT_EQ(idle.read_all() + silent.read_all(), "");
    EXPECT_TRUE(idle.closed() && silent.closed());
    EXPECT_THROW(RawSocket{port()}, std::exception);
    release = true;
    const std::string last = busy.read_all();
    EXPECT_THAT(last, HasSubstr("Connection: close"));
    EXPECT_TRUE(last.ends_with("done"));
    EXPECT_TRUE(stopped.get());
}

TEST_F(HttpTest, StopCutsWhatDoesNotEnd) {
    start();
    RawSocket busy(port());
    busy.write(get("/wait"));
    EXPECT_TRUE(wait_for([&] { return waiting == 1; }));
    EXPECT_FALSE(await(server->stop(50ms)));
    EXPECT_EQ(busy.read_all(), "");
    EXPECT_TRUE(busy.closed());
}

}  // namespace
}  // namespace guichet::http
