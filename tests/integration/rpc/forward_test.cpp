// A gateway's gRPC in front of another process's: the same answers, and whoever leaves here leaves there.
#include <boost/asio/bind_cancellation_slot.hpp>

#include "common/rpc/local_transport.hpp"
#include "tests/integration/rpc/server_world.hpp"

namespace guichet::test {
namespace {

struct ForwardTest : testing::Test, ServerWorld {
    ForwardTest() : front(io.get_executor(), authenticator, clock), local(io.get_executor(), front) {
        for (const auto* service : {"Routing", "Inbox", "Ingest"})
            front.forward(std::string("guichet.v1.") + service + "Service", transport());
    }
    ~ForwardTest() override { front.cancel_all(unavailable("the test is over")); }

    Result<v1::ClaimResponse> claim(const std::string& conversation, const std::string& credential,
                                    const std::string& request_id = "r1") {
        v1::ClaimRequest request;
        request.set_request_id(request_id);
        request.set_conversation(conversation);
        return run(io, rpc::call<v1::ClaimResponse>(local, kClaim, request, as(credential), 5s));
    }

    rpc::Dispatcher front;
    rpc::LocalTransport local;
};

TEST_F(ForwardTest, AnswersAsTheSameCaller) {
    const auto answer = claim("c7", "t-agent", "r9");
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->conversation().id(), "c7");
    EXPECT_EQ(last->caller.actor, "agent1");
    EXPECT_EQ(last->request_id, "r9");
    EXPECT_LE(last->remaining(0ms), 5s) << "the caller's deadline travels";
}

TEST_F(ForwardTest, RefusalsKeepTheirDetail) {
    EXPECT_EQ(claim("c1", "t-viewer").error().code, Code::permission_denied);
    EXPECT_EQ(claim("c1", "t-agent", "").error().field, "request_id");
    const auto refused = claim("refuse", "t-agent");
    EXPECT_EQ(refused.error().reason, "owned_by_other");
    ASSERT_TRUE(refused.error().present);
    EXPECT_EQ(refused.error().present->owner, "agent2");
}

TEST_F(ForwardTest, ACallerWhoLeavesCancelsTheHandlerThere) {
    v1::ClaimNextRequest request;
    request.set_request_id("r1");
    request.mutable_wait()->set_seconds(60);
    asio::cancellation_signal signal;
    bool ended = false;
    auto work = local.unary(kClaimNext, as("t-agent"), request.SerializeAsString(), 60s);
    asio::co_spawn(io, std::move(work),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](std::exception_ptr, Result<std::string>) { ended = true; }));
    ASSERT_TRUE(run_until(io, [this] { return waiting == 1; }));
    signal.emit(asio::cancellation_type::terminal);
    ASSERT_TRUE(run_until(io, [&] { return ended && cancelled == 1; }));
}

TEST_F(ForwardTest, AServerStreamComesWholeAndInOrder) {
    v1::WatchRequest request;
    request.set_conversation("50");
    auto stream = local.server_stream(kWatch, as("t-agent"), request.SerializeAsString(), 0ms);
    int count = 0;
    for (;; ++count) {
        auto next = run(io, rpc::next<v1::WatchResponse>(*stream));
        ASSERT_TRUE(next) << to_string(next.error());
        if (!*next) break;
        EXPECT_EQ((*next)->cursor(), std::to_string(count));
    }
    EXPECT_EQ(count, 50);
}

TEST_F(ForwardTest, AWatcherWhoLeavesEndsTheWatchThere) {
    v1::WatchRequest request;
    request.set_conversation("forever");
    auto stream = local.server_stream(kWatch, as("t-agent"), request.SerializeAsString(), 0ms);
    ASSERT_TRUE(run(io, stream->next()));
    ASSERT_TRUE(run_until(io, [this] { return waiting == 1; }));
    stream->cancel();
    EXPECT_TRUE(run_until(io, [this] { return cancelled == 1; }));
}

asio::awaitable<bool> echo(rpc::BidiStream& stream, int count) {
    for (int i = 0; i < count; ++i) {
        v1::SubmitStreamRequest request;
        request.mutable_message()->set_external_id(std::to_string(i));
        auto bytes = request.SerializeAsString();
        auto written = co_await stream.write(std::move(bytes));
        if (!written) co_return false;
        auto answer = co_await rpc::next<v1::SubmitStreamResponse>(stream);
        if (!answer || !*answer || (*answer)->external_id() != std::to_string(i)) co_return false;
    }
    stream.writes_done();
    auto end = co_await stream.next();
    co_return end && !*end;
}

TEST_F(ForwardTest, ABidiStreamGoesBothWays) {
    auto stream = local.bidi(kSubmitStream, as("t-channel"), 0ms);
    EXPECT_TRUE(run(io, echo(*stream, 200)));
}

}  // namespace
}  // namespace guichet::test
