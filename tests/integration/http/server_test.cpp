// The server over real sockets, byte by byte.
#include <gmock/gmock.h>

#include "tests/integration/http/http_fixture.hpp"

namespace guichet::http {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(HttpTest, KeepsAConnectionAlive) {
    start();
    RawSocket client(port());
    for (int i = 0; i < 3; ++i) {
        client.write(post("/echo", "hello " + std::to_string(i)));
        const std::string response = client.read_response();
        EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
        EXPECT_EQ(body_of(response), "hello " + std::to_string(i));
        EXPECT_THAT(response, HasSubstr("X-Content-Type-Options: nosniff"));
        EXPECT_THAT(response, HasSubstr("frame-ancestors 'none'"));
        EXPECT_THAT(response, HasSubstr("\r\nDate: "));
        EXPECT_THAT(response, Not(HasSubstr("Strict-Transport")));
    }
    EXPECT_TRUE(wait_for([&] { return accesses().size() == 3; }));
    EXPECT_EQ(accesses()[0], "POST /echo /echo 200 7 7");
}

TEST_F(HttpTest, AnswersPipelinedRequestsInOrder) {
    start();
    RawSocket client(port());
    std::string all;
    for (int i = 0; i < 50; ++i) all += post("/echo", std::to_string(i));
    client.write(all);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(body_of(client.read_response()), std::to_string(i));
}

TEST_F(HttpTest, TakesARequestByteByByte) {
    start();
    RawSocket client(port());
    for (char c : post("/echo", "slow but sure")) client.write({&c, 1});
    EXPECT_EQ(body_of(client.read_response()), "slow but sure");
}

TEST_F(HttpTest, DescribesTheRequest) {
    start();
    RawSocket client(port());
    client.write(get("/describe/x%20y?q=1", "X-Request-Id: abc-1\r\n"));
    const std::string response = client.read_response();
    EXPECT_EQ(body_of(response),
              "GET http://localhost/describe/x%20y?q=1 ip=127.0.0.1 peer=127.0.0.1 id=abc-1 tls=0 a=x y");
    EXPECT_THAT(response, HasSubstr("X-Request-Id: abc-1\r\n"));
    client.write(get("/describe/x", "X-Request-Id: a b\r\n"));
    EXPECT_THAT(client.read_response(), Not(HasSubstr("X-Request-Id: a b")));
    client.write("GET http://proxy.example/describe/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(body_of(client.read_response()), StartsWith("GET http://localhost/describe/x "));
}

TEST_F(HttpTest, BelievesTrustedProxiesOnly) {
    options.trusted_proxies = CidrSet::parse({"127.0.0.1"}).value();
    start();
    RawSocket client(port());
    client.write(get("/describe/x", "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"));
    const std::string response = client.read_response();
    EXPECT_THAT(body_of(response),
                StartsWith("GET https://localhost/describe/x ip=192.0.2.7 peer=127.0.0.1"));
    EXPECT_THAT(response, HasSubstr("Strict-Transport-Security"));
}

TEST_F(HttpTest, BelievesNobodyElseAboutAnotherClient) {
    options.trusted_proxies = CidrSet::parse({"10.0.0.0/8"}).value();
    start();
    RawSocket client(port());
    client.write(
        get("/describe/x",
            "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n"
            "Forwarded: for=192.0.2.7;proto=https\r\n"));
    const std::string response = client.read_response();
    EXPECT_THAT(body_of(response), StartsWith("GET http://localhost/describe/x ip=127.0.0.1 peer=127.0.0.1"));
    EXPECT_THAT(response, Not(HasSubstr("Strict-Transport-Security")));
}

TEST_F(HttpTest, HeadHasNoBody) {
    start();
    RawSocket client(port());
    client.write("HEAD /describe/x HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/nowhere"));
    const std::string head = client.read_to("\r\n\r\n");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(head, HasSubstr("Content-Length: "));
    EXPECT_THAT(client.read_response(), StartsWith("HTTP/1.1 404"));
}

TEST_F(HttpTest, Http10ClosesUnlessAsked) {
    start();
    RawSocket client(port());
    client.write("GET /describe/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(client.read_response(), HasSubstr("Connection: keep-alive"));
    client.write("GET /describe/x HTTP/1.0\r\n\r\n");
    EXPECT_THAT(client.read_all(), HasSubstr("Connection: close"));
    EXPECT_TRUE(client.closed());
}

TEST_F(HttpTest, NotFoundAndWrongMethod) {
    start();
    RawSocket client(port());
    client.write(get("/nowhere"));
    EXPECT_THAT(client.read_response(), HasSubstr(R"("code":"not_found")"));
    client.write(get("/echo"));
    const std::string response = client.read_response();
    EXPECT_THAT(response, StartsWith("HTTP/1.1 405"));
    EXPECT_THAT(response, HasSubstr("Allow: POST\r\n"));
    client.write(post("/echo", "still here"));
    EXPECT_EQ(body_of(client.read_response()), "still here");
}

TEST_F(HttpTest, TakesAChunkedBody) {
    start();
    RawSocket client(port());
    const std::string head = "POST /small HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.write(head + "4;x=y\r\nabcd\r\n3\r\nefg\r\n0\r\nTrailer: t\r\n\r\n" + post("/echo", "next"));
    EXPECT_EQ(body_of(client.read_response()), "abcdefg");
    EXPECT_EQ(body_of(client.read_response()), "next");
    client.write(head + "8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n");
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpTest, ContinuesOnExpectation) {
    start();
    RawSocket client(port());
    client.write(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_to("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.write("ok");
    EXPECT_EQ(body_of(client.read_response()), "ok");
    client.write(
        "POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpTest, AHandlerThatThrowsIsA500) {
    start();
    RawSocket client(port());
    client.write(get("/boom"));
    const std::string response = client.read_response();
    EXPECT_THAT(response, StartsWith("HTTP/1.1 500"));
    EXPECT_THAT(response, Not(HasSubstr("boom")));
    EXPECT_THAT(errors(), Contains(HasSubstr("boom")));
    client.write(post("/echo", "alive"));
    EXPECT_EQ(body_of(client.read_response()), "alive");
}

TEST_F(HttpTest, HooksRunAroundTheHandler) {
    RouteOptions guarded;
    guarded.max_body_bytes = 5;
    guarded.head.push_back([](Request& request) -> std::optional<Response> {
        if (!request.bearer()) return Response::error(401, "unauthenticated", "sign in");
        return std::nullopt;
    });
    guarded.before.push_back([](Request& request) -> asio::awaitable<std::optional<Response>> {
        if (request.body == "stop") co_return Response::text(409, "stopped");
        request.body += '!';
        co_return std::nullopt;
    });
    guarded.after.push_back(
        [](const Exchange& exchange, Response& response) { response.header("X-Route", exchange.route); });
    router->post(
        "/guarded",
        [](Request request) -> asio::awaitable<Response> { co_return Response::text(200, request.body); },
        guarded);
    options.after.push_back([](const Exchange& exchange, Response& response) {
        if (response.status == 404)
            response = Response::html(404, "<p>no page " + html_escape(exchange.target));
    });
    start();
    RawSocket client(port());
    client.write(get("/no%3Cpage"));
    EXPECT_EQ(body_of(client.read_response()), "<p>no page /no%3Cpage");
    client.write(post("/guarded", "abc", "Authorization: Bearer t\r\n"));
    std::string response = client.read_response();
    EXPECT_EQ(body_of(response), "abc!");
    EXPECT_THAT(response, HasSubstr("X-Route: /guarded"));
    client.write(post("/guarded", "stop", "Authorization: Bearer t\r\n"));
    EXPECT_THAT(client.read_response(), StartsWith("HTTP/1.1 409"));
    client.write("POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 401"));
}

asio::awaitable<Response> count_down(Request request) {
    auto left = std::make_shared<int>(3);
    const bool fail = request.query() == "fail";
    Response response = Response::text(200, "");
    response.stream = [left, fail]() -> asio::awaitable<Result<std::string>> {
        if (*left == 0) {
            if (fail) co_return internal("no more");
            co_return std::string();
        }
        co_return std::to_string((*left)--);
    };
    co_return response;
}

TEST_F(HttpTest, StreamsInChunks) {
    router->get("/stream", count_down);
    start();
    RawSocket client(port());
    client.write(get("/stream") + post("/echo", "next"));
    EXPECT_THAT(client.read_to("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked"));
    EXPECT_EQ(client.read_to("0\r\n\r\n"), "1\r\n3\r\n1\r\n2\r\n1\r\n1\r\n0\r\n\r\n");
    EXPECT_EQ(body_of(client.read_response()), "next");
    client.write("GET /stream HTTP/1.0\r\n\r\n");
    const std::string old = client.read_all();
    EXPECT_EQ(body_of(old), "321");
    EXPECT_THAT(old, Not(HasSubstr("Content-Length")));
    RawSocket failing(port());
    failing.write(get("/stream?fail"));
    EXPECT_THAT(failing.read_all(), Not(HasSubstr("0\r\n\r\n")));
    EXPECT_TRUE(failing.closed());
}

TEST_F(HttpTest, SendsLargeBodies) {
    const auto shared = std::make_shared<const std::string>(5'000'000, 's');
    router->get("/shared", [shared](Request) -> asio::awaitable<Response> {
        Response response = Response::text(200, "");
        response.shared_body = shared;
        co_return response;
    });
    start();
    RawSocket client(port());
    client.write(get("/shared"));
    EXPECT_EQ(body_of(client.read_response()), *shared);
    const std::string mine(900'000, 'm');
    client.write(post("/echo", mine));
    EXPECT_EQ(body_of(client.read_response()), mine);
}

TEST_F(HttpTest, ListensOnSeveralAddressesAndSaysWhyNot) {
    options.listeners.push_back({});
    start();
    EXPECT_NE(port(0), port(1));
    RawSocket client(port(1));
    client.write(post("/echo", "second"));
    EXPECT_EQ(body_of(client.read_response()), "second");

    ServerOptions taken;
    taken.listeners.push_back({"127.0.0.1", port(0), "", ""});
    on_io([&] {
        Server other(io, clock, random, taken, router);
        EXPECT_THAT(to_string(other.start().error()), HasSubstr("cannot listen"));
        taken.listeners[0].tls_key_file = "/nowhere";
        Server half(io, clock, random, taken, router);
        EXPECT_FALSE(half.start());
        taken.listeners[0].tls_certificate_file = "/nowhere";
        Server missing(io, clock, random, taken, router);
        EXPECT_THAT(to_string(missing.start().error()), HasSubstr("/nowhere"));
    });
}

}  // namespace
}  // namespace guichet::http
