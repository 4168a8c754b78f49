// Bytes from the internet reach the bridge before anything else looks at them.
#include "common/core/bytes.hpp"
#include "common/core/random.hpp"
#include "common/rpc/connect.hpp"
#include "common/rpc/framing.hpp"
#include "common/rpc/local_transport.hpp"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/ingest.pb.h"
#include "tests/support/rpc_world.hpp"

namespace guichet::rpc {
namespace {

using test::run;

asio::awaitable<Result<v1::SubmitResponse>> submit(CallContext, v1::SubmitRequest request) {
    v1::SubmitResponse response;
    response.set_conversation(request.message().text());
    co_return response;
}

asio::awaitable<Result<void>> watch(CallContext, v1::WatchRequest request, Writer<v1::WatchResponse> writer) {
    v1::WatchResponse response;
    response.set_cursor(request.cursor());
    co_return co_await writer.write(response);
}

const char* pick(Random& random, const std::vector<const char*>& values) {
    return values[random.below(values.size())];
}

// Some bytes changed, dropped, repeated or cut.
std::string mutate(Random& random, std::string text) {
    for (auto changes = random.below(4); changes > 0 && !text.empty(); --changes) {
        const auto at = random.below(text.size());
        switch (random.below(4)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.erase(at, 1 + random.below(4));
                break;
            case 2:
                text.insert(at, text.substr(0, random.below(40)));
                break;
            default:
                text.resize(at);
        }
    }
    return text;
}

struct BridgeFuzz : testing::TestWithParam<std::uint64_t>, test::RpcWorld {
    BridgeFuzz() : transport(io.get_executor(), dispatcher), bridge(transport) {
        dispatcher.unary<v1::SubmitRequest, v1::SubmitResponse>("guichet.v1.IngestService/Submit", submit);
        dispatcher.server_stream<v1::WatchRequest, v1::WatchResponse>("guichet.v1.InboxService/Watch", watch);
    }

    std::string body(Random& random) {
        v1::SubmitRequest request;
        request.set_request_id("r1");
        request.mutable_message()->set_text("a message");
        request.mutable_message()->add_attachments()->set_name("x.png");
        std::string text =
            random.below(2) == 0
                ? request.SerializeAsString()
                : R"({"requestId":"r1","message":{"text":"a","ordinal":"7","author":{"name":"\u00e9"}}})";
        if (random.below(2) == 0) text = frame(0, mutate(random, text));
        if (random.below(4) == 0) text = base64(text);
        return mutate(random, text);
    }

    LocalTransport transport;
    HttpBridge bridge;
};

TEST_P(BridgeFuzz, AnswersWhateverComes) {
    SeededRandom random(GetParam());
    int accepted = 0;
    for (int i = 0; i < 3000; ++i) {
        BridgeRequest request;
        request.http_method = random.below(20) == 0 ? "GET" : "POST";
        request.path = pick(random, {"/guichet.v1.IngestService/Submit", "/guichet.v1.InboxService/Watch",
                                     "/guichet.v1.IngestService/SubmitStream", "/guichet.v1.IngestService/"});
        request.content_type = pick(
            random, {"application/json", "application/proto", "application/connect+json",
                     "application/connect+proto", "application/grpc-web", "application/grpc-web-text", "x"});
        request.credential = pick(random, {"t-admin", "t-admin", "t-admin", "", "bad"});
        if (random.below(10) == 0) request.connect_timeout_ms = mutate(random, "5000");
        if (random.below(10) == 0) request.grpc_timeout = mutate(random, "5S");
        request.body = body(random);
        auto response = run(io, bridge.handle(std::move(request)));
        ASSERT_GE(response.status, 200);
        ASSERT_LE(response.status, 504);
        ASSERT_FALSE(response.header("content-type").empty());
        for (int pieces = 0; response.next && pieces < 3; ++pieces) {
            const auto piece = run(io, response.next());
            ASSERT_TRUE(piece);
            if (piece->empty()) break;
            response.body += *piece;
        }
        if (response.status == 200) ++accepted;
        ASSERT_FALSE(response.body.empty() && response.status != 200);
    }
    EXPECT_GT(accepted, 0);
    EXPECT_EQ(dispatcher.calls(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BridgeFuzz, testing::Range<std::uint64_t>(1, 5));

}  // namespace
}  // namespace guichet::rpc
