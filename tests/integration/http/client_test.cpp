// The client's outcomes against a stand-in that cuts the connection at every point.
#include <gmock/gmock.h>

#include "tests/integration/http/client_fixture.hpp"

namespace guichet::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(ClientTest, AWholeAnswerIsAResponse) {
    begin();
    auto result = send([&] {
        ClientRequest request = post("/a/b?c=d");
        request.headers.add("Authorization", "Bearer t");
        request.headers.add("Content-Length", "99");
        return request;
    }());
    RawSocket peer = listener.accept();
    const std::string seen = read_request(peer);
    EXPECT_THAT(seen,
                StartsWith("POST /a/b?c=d HTTP/1.1\r\nHost: localhost:" + std::to_string(listener.port())));
    EXPECT_THAT(seen, HasSubstr("\r\nAuthorization: Bearer t\r\n"));
    EXPECT_THAT(seen, HasSubstr("\r\nContent-Length: 5\r\n"));
    EXPECT_THAT(seen, testing::Not(HasSubstr("Content-Length: 99")));
    peer.write(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nContent-Length: "
        "4\r\n\r\nwait");
    const ClientResult got = result.get();
    EXPECT_EQ(got.outcome, Outcome::response);
    EXPECT_EQ(got.status, 429);
    EXPECT_EQ(got.headers.get("retry-after"), "7");
    EXPECT_EQ(got.body, "wait");
}

TEST_F(ClientTest, BodiesOfEveryFraming) {
    begin();
    const auto chunked = answered_with(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    EXPECT_EQ(chunked.outcome, Outcome::response);
    EXPECT_EQ(chunked.body, "abcdefg");
    const auto to_the_end = answered_with("HTTP/1.1 201 Created\r\n\r\nall of it");
    EXPECT_EQ(to_the_end.outcome, Outcome::response);
    EXPECT_EQ(to_the_end.body, "all of it");
    const auto none = answered_with("HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_EQ(none.outcome, Outcome::response);
    EXPECT_EQ(none.status, 204);
}

TEST_F(ClientTest, ALongBodyIsCutButTheStatusStands) {
    settings.max_response_bytes = 10;
    begin();
    for (const char* framing : {"Content-Length: 100\r\n\r\n", "\r\n"}) {
        const auto got =
            answered_with("HTTP/1.1 201 Created\r\n" + std::string(framing) + std::string(100, 'x'));
        EXPECT_EQ(got.outcome, Outcome::response);
        EXPECT_EQ(got.status, 201);
        EXPECT_TRUE(got.truncated);
        EXPECT_EQ(got.body, std::string(10, 'x'));
    }
    const auto exact = answered_with("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789");
    EXPECT_FALSE(exact.truncated);
    EXPECT_EQ(client->idle_connections(), 1u);
}

TEST_F(ClientTest, PromisesOfAnAnswerComeToAnEnd) {
    begin();
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += "HTTP/1.1 103 Early Hints\r\n\r\n";
    const auto got = answered_with(bytes.append(kOk));
    EXPECT_EQ(got.outcome, Outcome::ambiguous);
    EXPECT_EQ(got.error.code, Code::unavailable) << to_string(got.error);
}

TEST_F(ClientTest, CutAfterTheRequestWasReadIsAmbiguous) {
    begin();
    for (std::string_view partial : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
                                     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal",
                                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                                     "HTTP/1.1 100 Continue\r\n\r\n", "nonsense\r\n\r\n"}) {
        const auto got = answered_with(partial);
        EXPECT_EQ(got.outcome, Outcome::ambiguous) << partial;
        EXPECT_EQ(got.error.code, Code::unavailable) << partial;
    }
    EXPECT_EQ(client->idle_connections(), 0u);
}

TEST_F(ClientTest, CutBeforeTheRequestWasReadIsAmbiguousToo) {
    begin();
    auto closed = send(post("/", std::string(3'000'000, 'x')));
    { RawSocket peer = listener.accept(); }
    EXPECT_EQ(closed.get().outcome, Outcome::ambiguous);
    auto reset = send(post("/", std::string(3'000'000, 'x')));
    RawSocket peer = listener.accept();
    peer.read_exactly(1);
    peer.reset();
    EXPECT_EQ(reset.get().outcome, Outcome::ambiguous);
}

TEST_F(ClientTest, AnEarlyRefusalOfALargeBodyIsAResponse) {
    begin();
    auto result = send(post("/", std::string(3'000'000, 'x')));
    RawSocket peer = listener.accept();
    peer.read_exactly(1000);
    peer.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    peer.shutdown_write();
    peer.read_all();
    EXPECT_EQ(result.get().status, 413);
}

TEST_F(ClientTest, SilenceIsAmbiguousAtTheDeadline) {
    begin();
    auto result = send(post("/"), 200ms);
    RawSocket peer = listener.accept();
    read_request(peer);
    const auto got = result.get();
    EXPECT_EQ(got.outcome, Outcome::ambiguous);
    EXPECT_EQ(got.error.code, Code::deadline_exceeded);
    auto halfway = send(post("/"), 200ms);
    RawSocket other = listener.accept();
    other.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
    const auto half = halfway.get();
    EXPECT_EQ(half.outcome, Outcome::ambiguous);
    EXPECT_EQ(half.status, 200);
}

TEST_F(ClientTest, NobodyThereIsNotSent) {
    begin();
    std::uint16_t closed_port;
    {
        RawListener gone;
        closed_port = gone.port();
    }
    ClientRequest request = post("/");
    request.url = "http://localhost:" + std::to_string(closed_port) + "/";
    EXPECT_EQ(send(request).get().outcome, Outcome::not_sent);
    request.url = "http://unknown.example/";
    EXPECT_EQ(send(request).get().outcome, Outcome::not_sent);
    request.url = "http://never/";
    const auto late = send(request, 100ms).get();
    EXPECT_EQ(late.outcome, Outcome::not_sent);
    EXPECT_EQ(late.error.code, Code::deadline_exceeded);
    request.url = "not a url";
    EXPECT_EQ(send(request).get().error.code, Code::invalid_argument);
}

TEST_F(ClientTest, ASilentTlsHandshakeIsNotSent) {
    begin();
    ClientRequest request = post("/");
    request.url.insert(4, "s");
    auto result = send(request, 200ms);
    RawSocket peer = listener.accept();
    const auto got = result.get();
    EXPECT_EQ(got.outcome, Outcome::not_sent);
    EXPECT_EQ(got.error.code, Code::deadline_exceeded);
}

TEST_F(ClientTest, NothingIsSentAfterTheSendBeforeTime) {
    resolving_takes = 50ms;
    begin();
    ClientRequest request = post("/");
    request.not_after = steady.now() + 49;
    auto late = send(request);
    RawSocket peer = listener.accept();
    const auto got = late.get();
    EXPECT_EQ(got.outcome, Outcome::not_sent);
    EXPECT_EQ(got.error.code, Code::deadline_exceeded);
    // The connection is as good as new, and carries the next request.
    auto next = send(post("/next"));
    EXPECT_THAT(read_request(peer), StartsWith("POST /next "));
    peer.write(kOk);
    EXPECT_EQ(next.get().body, "ok");

    request.not_after = steady.now() + 50;
    auto in_time = send(request);
    EXPECT_THAT(read_request(peer), StartsWith("POST / "));
    peer.write(kOk);
    EXPECT_EQ(in_time.get().outcome, Outcome::response);
}

TEST_F(ClientTest, ConnectionsAreReusedUntilClosedOrOld) {
    begin();
    auto first = send(post("/1"));
    auto peer = std::make_unique<RawSocket>(listener.accept());
    read_request(*peer);
    peer->write(kOk);
    EXPECT_EQ(first.get().outcome, Outcome::response);
    EXPECT_EQ(client->idle_connections(), 1u);

    auto second = send(post("/2"));
    EXPECT_THAT(read_request(*peer), StartsWith("POST /2 "));
    peer->write(kOk);
    EXPECT_EQ(second.get().outcome, Outcome::response);

    // Closed by the server while idle: found out before a byte is written, so a new connection takes the
    // request.
    peer.reset();
    auto third = send(post("/3"));
    peer = std::make_unique<RawSocket>(listener.accept());
    EXPECT_THAT(read_request(*peer), StartsWith("POST /3 "));
    peer->write(kOk);
    EXPECT_EQ(third.get().outcome, Outcome::response);

    steady.advance(21s);
    auto fourth = send(post("/4"));
    peer = std::make_unique<RawSocket>(listener.accept());
    EXPECT_THAT(read_request(*peer), StartsWith("POST /4 "));
    peer->write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(fourth.get().outcome, Outcome::response);
    EXPECT_EQ(client->idle_connections(), 0u);
}

TEST_F(ClientTest, AReusedConnectionCutAfterTheWriteIsAmbiguous) {
    begin();
    auto first = send(post("/1"));
    {
        RawSocket peer = listener.accept();
        read_request(peer);
        peer.write(kOk);
        EXPECT_EQ(first.get().outcome, Outcome::response);
        auto second = send(post("/2"));
        read_request(peer);
        peer.reset();
        EXPECT_EQ(second.get().outcome, Outcome::ambiguous);
    }
    EXPECT_TRUE(nobody_connects());
}

TEST_F(ClientTest, BytesThatNobodyAskedForSpoilAConnection) {
    begin();
    auto first = send(post("/1"));
    RawSocket peer = listener.accept();
    read_request(peer);
    peer.write(std::string(kOk) + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
    EXPECT_EQ(first.get().body, "ok");
    auto second = send(post("/2"));
    RawSocket other = listener.accept();
    read_request(other);
    other.write(kOk);
    EXPECT_EQ(second.get().body, "ok");
}

TEST_F(ClientTest, PrivateAddressesAreRefusedWhateverNameLeadsThere) {
    settings.allowed_networks = {};
    names["rebound.example"] = {"127.0.0.1"};
    names["mapped.example"] = {"::ffff:127.0.0.1"};
    names["metadata.example"] = {"169.254.169.254", "10.0.0.1"};
    begin();
    const std::string port = ":" + std::to_string(listener.port()) + "/";
    for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:7f00:1]", "rebound.example",
                                   "mapped.example", "metadata.example", "10.1.2.3", "0.0.0.0"}) {
        ClientRequest request = post("/");
        request.url = "http://" + host + port;
        const auto got = send(request).get();
        EXPECT_EQ(got.outcome, Outcome::not_sent) << host;
        EXPECT_EQ(got.error.code, Code::permission_denied) << host << " " << to_string(got.error);
        for (const auto& address : names[host])
            EXPECT_EQ(got.error.message.find(address), std::string::npos) << got.error.message;
    }
    EXPECT_TRUE(nobody_connects());
}

TEST_F(ClientTest, TheSystemsResolverIsCheckedToo) {
    settings.allowed_networks = {};
    settings.resolve = nullptr;
    begin();
    // Forms that only the system's resolver takes for 127.0.0.1.
    for (const char* host : {"localhost", "127.1", "0x7f000001", "2130706433", "017700000001"}) {
        ClientRequest request = post("/");
        request.url = "http://" + std::string(host) + ":" + std::to_string(listener.port()) + "/";
        const auto got = send(request).get();
        EXPECT_EQ(got.outcome, Outcome::not_sent) << host;
        EXPECT_EQ(got.error.code, Code::permission_denied) << host << " " << to_string(got.error);
    }
    EXPECT_TRUE(nobody_connects());
}

TEST_F(ClientTest, FailedAddressesGiveWayToTheNext) {
    names["two.example"] = {"10.0.0.1", "127.0.0.9", "127.0.0.1"};
    begin();
    ClientRequest request = post("/");
    request.url = "http://two.example:" + std::to_string(listener.port()) + "/";
    auto result = send(request);
    RawSocket peer = listener.accept();
    read_request(peer);
    peer.write(kOk);
    EXPECT_EQ(result.get().outcome, Outcome::response);
}

TEST_F(ClientTest, RequestsUnderWayAreBounded) {
    settings.max_in_flight = 1;
    begin();
    auto first = send(post("/1"));
    RawSocket peer = listener.accept();
    const auto refused = send(post("/2")).get();
    EXPECT_EQ(refused.outcome, Outcome::not_sent);
    EXPECT_EQ(refused.error.code, Code::resource_exhausted);
    peer.write(kOk);
    EXPECT_EQ(first.get().outcome, Outcome::response);
}

}  // namespace
}  // namespace guichet::http
