// The bridge, in front of a dispatcher.
#include "common/rpc/connect.hpp"

#include "common/core/bytes.hpp"
#include "common/rpc/framing.hpp"
#include "common/rpc/local_transport.hpp"
#include "common/rpc/transport_router.hpp"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/ingest.pb.h"
#include "guichet/v1/routing.pb.h"
#include "tests/support/rpc_world.hpp"

namespace guichet::rpc {
namespace {

using namespace std::chrono_literals;
using test::run;

struct BridgeTest : testing::Test, test::RpcWorld {
    BridgeTest() : transport(io.get_executor(), dispatcher), bridge(transport) {
        dispatcher.unary<v1::ClaimRequest, v1::ClaimResponse>(
            "guichet.v1.RoutingService/Claim",
            [this](CallContext context,
                   v1::ClaimRequest request) -> asio::awaitable<Result<v1::ClaimResponse>> {
                last = context;
                if (request.conversation() == "refuse") {
                    auto status = make_status(Code::failed_precondition, "taken", "owned_by_other");
                    status.present = std::make_shared<const Present>(Present{"c1", 4, 2, "agent2", "owned"});
                    co_return status;
                }
                if (request.conversation() == "later") co_return unavailable("the store is away", 7);
                v1::ClaimResponse response;
                response.mutable_conversation()->set_id(request.conversation());
                response.mutable_conversation()->set_version(3);
                co_return response;
            });
        dispatcher.server_stream<v1::WatchRequest, v1::WatchResponse>(
            "guichet.v1.InboxService/Watch",
            [this](CallContext context, v1::WatchRequest request,
                   Writer<v1::WatchResponse> writer) -> asio::awaitable<Result<void>> {
                last = context;
                if (request.conversation() == "forever") {
                    co_await writer.write(v1::WatchResponse());
                    co_await context.sleep(1h);
                    ended = true;
                    co_return context.cancellation->why();
                }
                for (int i = 0; i < 2; ++i) {
                    v1::WatchResponse response;
                    response.set_cursor(std::to_string(i));
                    co_await writer.write(response);
                }
                if (request.conversation() == "fail")
                    co_return make_status(Code::out_of_range, "old", "resync");
                co_return boost::system::in_place_value;
            });
    }

    static BridgeRequest post(const std::string& path, const std::string& type, std::string body) {
        BridgeRequest request;
        request.http_method = "POST";
        request.path = path;
        request.content_type = type;
        request.body = std::move(body);
        request.credential = "t-agent";
        return request;
    }
    static BridgeRequest claim(const std::string& body) {
        return post("/guichet.v1.RoutingService/Claim", "application/json", body);
    }
    static BridgeRequest watch(const std::string& type, const std::string& message) {
        return post("/guichet.v1.InboxService/Watch", type, frame(0, message));
    }

    BridgeResponse handle(BridgeRequest request) { return run(io, bridge.handle(std::move(request))); }
    std::string rest(BridgeResponse& response) {
        auto body = response.body;
        while (response.next) {
            const auto piece = run(io, response.next());
            if (!piece || piece->empty()) break;
            body += *piece;
        }
        return body;
    }

    LocalTransport transport;
    HttpBridge bridge;
    std::optional<CallContext> last;
    bool ended = false;
};

TEST_F(BridgeTest, PlainJsonByPost) {
    auto request = claim(R"({"requestId":"r1","conversation":"c1"})");
    request.peer = "10.0.0.1";
    request.request_id = "trace-1";
    const auto response = handle(request);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.header("content-type"), "application/json");
    EXPECT_EQ(response.body, R"({"conversation":{"id":"c1","version":"3"}})");
    EXPECT_EQ(last->caller.actor, "agent1");
    EXPECT_EQ(last->peer, "10.0.0.1");
    EXPECT_LE(last->remaining(0ms), 60s);
}

TEST_F(BridgeTest, ReadsTheHeadersThatMatter) {
    auto request = claim(R"({"requestId":"r1","conversation":"c1"})");
    request.credential = "";
    request.read_headers([](const std::string& name) -> std::string {
        if (name == "content-type") return "Application/JSON; charset=UTF-8";
        if (name == "authorization") return "bearer t-agent";
        if (name == "connect-protocol-version") return "1";
        if (name == "connect-timeout-ms") return "5000";
        return "";
    });
    EXPECT_EQ(handle(request).status, 200);
    EXPECT_LE(last->remaining(0ms), 5s);
    EXPECT_GT(last->remaining(0ms), 1s);
    EXPECT_EQ(last->caller.credential, "t-agent");
}

TEST_F(BridgeTest, ConnectInProtobuf) {
    v1::ClaimRequest message;
    message.set_request_id("r1");
    message.set_conversation("c1");
    const auto response =
        handle(post("/guichet.v1.RoutingService/Claim", "application/proto", message.SerializeAsString()));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.header("content-type"), "application/proto");
    v1::ClaimResponse answer;
    ASSERT_TRUE(answer.ParseFromString(response.body));
    EXPECT_EQ(answer.conversation().id(), "c1");
    // Errors are JSON whatever the request was.
    const auto refused = handle(post("/guichet.v1.RoutingService/Claim", "application/proto", "\xff\xff"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.header("content-type"), "application/json");
}

TEST_F(BridgeTest, ErrorsHaveStatusCodeAndDetail) {
    const auto refused = handle(claim(R"({"requestId":"r1","conversation":"refuse"})"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(refused.body.find(R"("code":"failed_precondition","message":"taken")"), std::string::npos);
    EXPECT_NE(refused.body.find(R"("reason":"owned_by_other")"), std::string::npos);
    EXPECT_NE(refused.body.find(R"("state":"CONVERSATION_STATE_OWNED")"), std::string::npos) << refused.body;
    const auto later = handle(claim(R"({"requestId":"r1","conversation":"later"})"));
    EXPECT_EQ(later.status, 503);
    EXPECT_EQ(later.header("retry-after"), "7");
    auto anonymous = claim("{}");
    anonymous.credential = "";
    const auto unknown = handle(anonymous);
    EXPECT_EQ(unknown.status, 401);
    EXPECT_EQ(unknown.header("www-authenticate"), "Bearer");
    auto viewer = claim("{}");
    viewer.credential = "t-viewer";
    EXPECT_EQ(handle(viewer).status, 403);
    const auto no_id = handle(claim(R"({"conversation":"c1"})"));
    EXPECT_EQ(no_id.status, 400);
    EXPECT_NE(no_id.body.find(R"("field":"request_id")"), std::string::npos);
}

TEST_F(BridgeTest, MalformedJsonIsAClearError) {
    for (const auto* bad : {"{", "[]", "\xff", R"({"conversaton":"c1"})", R"({"conversation":{}})"}) {
        const auto response = handle(claim(bad));
        EXPECT_EQ(response.status, 400) << bad;
        EXPECT_NE(response.body.find(R"("code":"invalid_argument")"), std::string::npos) << bad;
    }
    EXPECT_NE(handle(claim(R"({"conversaton":"c1"})")).body.find(R"("field":"conversaton")"),
              std::string::npos);
    EXPECT_EQ(handle(claim(std::string(100'000, '['))).status, 400);
    EXPECT_FALSE(last);
}

TEST_F(BridgeTest, RefusesOtherMethodsPathsAndTypes) {
    auto get = claim("");
    get.http_method = "GET";
    EXPECT_EQ(handle(get).status, 405);
    EXPECT_EQ(handle(get).header("allow"), "POST");
    for (const auto* path : {"/guichet.v1.RoutingService/Nope", "/guichet.v1.Nope/Claim", "/", "", "/x/y/z",
                             "/guichet.v1.RoutingService/", "/guichet.v1.RoutingService/Claim/"}) {
        const auto response = handle(post(path, "application/json", "{}"));
        EXPECT_EQ(response.status, 404) << path;
        EXPECT_NE(response.body.find(R"("code":"unimplemented")"), std::string::npos) << path;
    }
    for (const auto* type : {"", "text/plain", "application/xml", "application/grpc",
                             "application/connect+json", "application/json; charset=latin1"}) {
        const auto response = handle(post("/guichet.v1.RoutingService/Claim", type, "{}"));
        EXPECT_EQ(response.status, 415) << type;
        EXPECT_NE(response.header("accept-post").find("application/json"), std::string::npos);
    }
    EXPECT_EQ(handle(post("/guichet.v1.InboxService/Watch", "application/json", "{}")).status, 415);
    // In the contract, but not served by this dispatcher.
    EXPECT_EQ(handle(post("/guichet.v1.RoutingService/Assign", "application/json", "{}")).status, 501);
}

TEST_F(BridgeTest, RefusesEncodingsTimeoutsAndVersionsItDoesNotKnow) {
    auto request = claim(R"({"requestId":"r1"})");
    request.content_encoding = "gzip";
    EXPECT_EQ(handle(request).status, 501);
    EXPECT_NE(handle(request).body.find("identity"), std::string::npos);
    request.content_encoding = "identity";
    EXPECT_EQ(handle(request).status, 200);
    for (const auto* bad : {"x", "-1", "1.5", "12345678901", " 5"}) {
        request.connect_timeout_ms = bad;
        EXPECT_EQ(handle(request).status, 400) << bad;
    }
    request.connect_timeout_ms = "9999999999";
    EXPECT_EQ(handle(request).status, 200);
    EXPECT_LE(last->remaining(0ms), 600s) << "clamped";
    request.connect_protocol_version = "2";
    EXPECT_EQ(handle(request).status, 400);
}

TEST_F(BridgeTest, ConnectStreamsInJson) {
    auto response = handle(watch("application/connect+json", R"({"conversation":"x"})"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.header("content-type"), "application/connect+json");
    EXPECT_EQ(rest(response),
              frame(0, R"({"cursor":"0"})") + frame(0, R"({"cursor":"1"})") + frame(kFrameEndStream, "{}"));
}

TEST_F(BridgeTest, ConnectStreamsEndWithTheirError) {
    auto response = handle(watch("application/connect+json", R"({"conversation":"fail"})"));
    const auto body = rest(response);
    EXPECT_NE(body.find(R"({"error":{"code":"out_of_range","message":"old","details":[)"), std::string::npos);
    auto anonymous = watch("application/connect+proto", "");
    anonymous.credential = "";
    auto refused = handle(anonymous);
    EXPECT_EQ(refused.status, 200) << "errors of streams travel in the stream";
    const auto text = rest(refused);
    EXPECT_EQ(text[0], kFrameEndStream);
    EXPECT_NE(text.find("unauthenticated"), std::string::npos);
}

TEST_F(BridgeTest, MalformedStreamsAreRefused) {
    auto compressed = watch("application/connect+json", "{}");
    compressed.connect_content_encoding = "gzip";
    auto cut = watch("application/connect+json", "{}");
    cut.body.pop_back();
    auto two = watch("application/connect+json", "{}");
    two.body += two.body;
    auto flagged = watch("application/connect+json", "{}");
    flagged.body[0] = kFrameCompressed;
    for (const auto& request : {compressed, cut, two, flagged,
                                post("/guichet.v1.InboxService/Watch", "application/connect+json", "")}) {
        auto response = handle(request);
        EXPECT_EQ(response.status, 200);
        EXPECT_FALSE(response.next);
        EXPECT_EQ(response.body[0], kFrameEndStream);
        EXPECT_NE(response.body.find(R"({"error":{)"), std::string::npos);
    }
    EXPECT_FALSE(last);
}

TEST_F(BridgeTest, DroppingAStreamEndsItsCall) {
    auto response = handle(watch("application/connect+proto", v1::WatchRequest().SerializeAsString()));
    v1::WatchRequest message;
    message.set_conversation("forever");
    response = handle(watch("application/connect+proto", message.SerializeAsString()));
    EXPECT_EQ(run(io, response.next()).value(), frame(0, ""));
    EXPECT_FALSE(ended);
    response.next = nullptr;
    EXPECT_TRUE(test::run_until(io, [this] { return ended; }));
}

TEST_F(BridgeTest, GrpcWebUnary) {
    v1::ClaimRequest message;
    message.set_request_id("r1");
    message.set_conversation("c1");
    const auto framed = frame(0, message.SerializeAsString());
    v1::ClaimResponse expected;
    expected.mutable_conversation()->set_id("c1");
    expected.mutable_conversation()->set_version(3);
    const auto body = frame(0, expected.SerializeAsString()) + frame(kFrameTrailers, "grpc-status: 0\r\n");
    auto request = post("/guichet.v1.RoutingService/Claim", "application/grpc-web+proto", framed);
    request.grpc_timeout = "5S";
    const auto response = handle(request);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.header("content-type"), "application/grpc-web+proto");
    EXPECT_EQ(response.body, body);
    EXPECT_LE(last->remaining(0ms), 5s);
    const auto text =
        handle(post("/guichet.v1.RoutingService/Claim", "application/grpc-web-text", base64(framed)));
    EXPECT_EQ(text.header("content-type"), "application/grpc-web-text+proto");
    EXPECT_EQ(from_base64_pieces(text.body).value(), body);
}

TEST_F(BridgeTest, GrpcWebErrorsAreTrailers) {
    const auto refused = handle(post("/guichet.v1.RoutingService/Claim", "application/grpc-web",
                                     frame(0, v1::ClaimRequest().SerializeAsString())));
    EXPECT_EQ(refused.status, 200);
    EXPECT_EQ(static_cast<unsigned char>(refused.body[0]), kFrameTrailers);
    EXPECT_NE(refused.body.find("grpc-status: 3\r\n"), std::string::npos);
    EXPECT_NE(refused.body.find("guichet-error-bin: "), std::string::npos);
    const auto unknown =
        handle(post("/guichet.v1.RoutingService/Nope", "application/grpc-web", frame(0, "")));
    EXPECT_EQ(unknown.status, 200);
    EXPECT_NE(unknown.body.find("grpc-status: 12\r\n"), std::string::npos);
    auto request = post("/guichet.v1.RoutingService/Claim", "application/grpc-web-text", "not base64!");
    EXPECT_NE(from_base64_pieces(handle(request).body)->find("grpc-status: 3"), std::string::npos);
    for (const auto* bad : {"5", "S", "123456789S", "5x", "-5S"}) {
        request = post("/guichet.v1.RoutingService/Claim", "application/grpc-web", frame(0, ""));
        request.grpc_timeout = bad;
        EXPECT_NE(handle(request).body.find("grpc-timeout is not a time"), std::string::npos) << bad;
    }
    request.grpc_timeout = "";
    request.grpc_encoding = "gzip";
    EXPECT_NE(handle(request).body.find("grpc-status: 12"), std::string::npos);
    const auto bidi =
        handle(post("/guichet.v1.IngestService/SubmitStream", "application/grpc-web", frame(0, "")));
    EXPECT_NE(bidi.body.find("use gRPC"), std::string::npos);
}

TEST_F(BridgeTest, GrpcWebStreamsInText) {
    auto response = handle(post("/guichet.v1.InboxService/Watch", "application/grpc-web-text",
                                base64(frame(0, v1::WatchRequest().SerializeAsString()))));
    v1::WatchResponse first;
    first.set_cursor("0");
    v1::WatchResponse second;
    second.set_cursor("1");
    EXPECT_EQ(from_base64_pieces(rest(response)).value(), frame(0, first.SerializeAsString()) +
                                                              frame(0, second.SerializeAsString()) +
                                                              frame(kFrameTrailers, "grpc-status: 0\r\n"));
}

TEST_F(BridgeTest, ATimeoutEndsTheCall) {
    auto request = watch("application/connect+json", R"({"conversation":"forever"})");
    request.connect_timeout_ms = "50";
    auto response = handle(request);
    EXPECT_EQ(run(io, response.next()).value(), frame(0, "{}"));
    EXPECT_NE(run(io, response.next())->find("deadline_exceeded"), std::string::npos);
    EXPECT_EQ(run(io, response.next()).value(), "");
}

TEST_F(BridgeTest, TheRouterSendsEachServiceItsWay) {
    TransportRouter router;
    router.add("guichet.v1.RoutingService", transport);
    HttpBridge routed(router);
    EXPECT_EQ(run(io, routed.handle(claim(R"({"requestId":"r1","conversation":"c1"})"))).status, 200);
    auto elsewhere = run(io, routed.handle(watch("application/connect+json", "{}")));
    EXPECT_NE(rest(elsewhere).find("unimplemented"), std::string::npos);
    auto bidi = router.bidi("guichet.v1.IngestService/SubmitStream", {}, 0ms);
    EXPECT_EQ(run(io, bidi->next()).error().code, Code::unimplemented);
    EXPECT_EQ(run(io, bidi->write("x")).error().code, Code::unimplemented);
    EXPECT_EQ(run(io, router.unary("nonsense", {}, "", 1s)).error().code, Code::unimplemented);
}

}  // namespace
}  // namespace guichet::rpc
