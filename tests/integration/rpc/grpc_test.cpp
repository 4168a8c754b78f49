// Calls over a real gRPC connection.
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>

#include "common/rpc/client.hpp"
#include "tests/integration/rpc/server_world.hpp"

namespace guichet::test {
namespace {

v1::ClaimRequest claim_request(const std::string& conversation, const std::string& request_id = "r1") {
    v1::ClaimRequest request;
    request.set_request_id(request_id);
    request.set_conversation(conversation);
    return request;
}

v1::ClaimNextRequest wait_request(int seconds) {
    v1::ClaimNextRequest request;
    request.set_request_id("r1");
    request.mutable_wait()->set_seconds(seconds);
    return request;
}

std::string watch_request(const std::string& conversation, const std::string& cursor = "") {
    v1::WatchRequest request;
    request.set_conversation(conversation);
    request.set_cursor(cursor);
    return request.SerializeAsString();
}

struct GrpcTest : testing::Test, ServerWorld {
    Result<v1::ClaimResponse> claim_as(const v1::ClaimRequest& request, const std::string& credential) {
        return run(io, rpc::call<v1::ClaimResponse>(transport(), kClaim, request, as(credential), 5s));
    }
};

TEST_F(GrpcTest, AnswersAUnaryCall) {
    auto meta = as("t-agent");
    meta.request_id = "trace-1";
    const auto response =
        run(io, rpc::call<v1::ClaimResponse>(transport(), kClaim, claim_request("c7", "r9"), meta, 5s));
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->conversation().id(), "c7");
    EXPECT_EQ(last->caller.actor, "agent1");
    EXPECT_EQ(last->request_id, "r9");
    EXPECT_EQ(last->peer, "127.0.0.1");
    // gRPC sends the time left rounded up to three digits, and reads a coarse clock of its own.
    EXPECT_LE(last->remaining(0ms), 5s + 50ms);
    EXPECT_GT(last->remaining(0ms), 1s);
}

TEST_F(GrpcTest, RefusalsCarryCodeFieldAndPresentState) {
    EXPECT_EQ(claim_as(claim_request("c1"), "").error().code, Code::unauthenticated);
    EXPECT_EQ(claim_as(claim_request("c1"), "t-viewer").error().code, Code::permission_denied);
    const auto no_id = claim_as(claim_request("c1", ""), "t-agent");
    EXPECT_EQ(no_id.error().code, Code::invalid_argument);
    EXPECT_EQ(no_id.error().field, "request_id");
    const auto refused = claim_as(claim_request("refuse"), "t-agent");
    EXPECT_EQ(refused.error().code, Code::failed_precondition);
    EXPECT_EQ(refused.error().message, "somebody else has it: Zo\xc3\xab");
    EXPECT_EQ(refused.error().reason, "owned_by_other");
    ASSERT_TRUE(refused.error().present);
    EXPECT_EQ(refused.error().present->version, 4);
    EXPECT_EQ(refused.error().present->state, "owned");
    EXPECT_EQ(claim_as(claim_request("throw"), "t-agent").error().code, Code::internal);
}

TEST_F(GrpcTest, UnknownMethodsAreUnimplemented) {
    for (const auto* name : {"guichet.v1.RoutingService/Nope", "guichet.v1.Nope/Claim", "x",
                             "guichet.v1.RoutingService/Assign", "guichet.v1.ReplyService/Send"}) {
        const auto answer = run(io, transport().unary(name, as("t-admin"), "", 5s));
        ASSERT_FALSE(answer) << name;
        EXPECT_EQ(answer.error().code, Code::unimplemented) << name << ": " << to_string(answer.error());
    }
}

TEST_F(GrpcTest, OversizedAndBrokenMessagesAreRefused) {
    const auto big = claim_as(claim_request(std::string(5 * 1024 * 1024, 'x')), "t-agent");
    EXPECT_EQ(big.error().code, Code::resource_exhausted);
    const auto broken = run(io, transport().unary(kClaim, as("t-agent"), "\xff\xff\xff", 5s));
    EXPECT_EQ(broken.error().code, Code::invalid_argument);
    EXPECT_TRUE(claim_as(claim_request("c1"), "t-agent")) << "the connection still works";
    const auto large = claim_as(claim_request(std::string(3 * 1024 * 1024, 'x')), "t-agent");
    EXPECT_EQ(large->conversation().id().size(), 3u * 1024 * 1024);
}

TEST_F(GrpcTest, AnOversizedMessageFromAClientWithoutLimitIsRefusedByTheServer) {
    rpc::ChannelOptions options;
    options.address = address();
    options.max_message_bytes = -1;
    rpc::GrpcTransport unlimited(io, rpc::make_channel(options));
    const auto big =
        run(io, rpc::call<v1::ClaimResponse>(
                    unlimited, kClaim, claim_request(std::string(5 * 1024 * 1024, 'x')), as("t-agent"), 5s));
    EXPECT_EQ(big.error().code, Code::resource_exhausted);
    EXPECT_FALSE(last);
}

TEST_F(GrpcTest, ADeadlineEndsTheCallAndReachesTheHandler) {
    const auto late = run(io, rpc::call<v1::ClaimNextResponse>(transport(), kClaimNext, wait_request(60),
                                                               as("t-agent"), 100ms));
    EXPECT_EQ(late.error().code, Code::deadline_exceeded);
    EXPECT_TRUE(run_until(io, [this] { return cancelled == 1; }));
}

TEST_F(GrpcTest, ACancelledCallerCancelsTheHandler) {
    asio::cancellation_signal signal;
    std::optional<Code> code;
    auto work = transport().unary(kClaimNext, as("t-agent"), wait_request(60).SerializeAsString(), 60s);
    asio::co_spawn(
        io, std::move(work),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, Result<std::string> result) {
            code = result ? Code::ok : result.error().code;
        }));
    ASSERT_TRUE(run_until(io, [this] { return waiting == 1; }));
    signal.emit(asio::cancellation_type::terminal);
    ASSERT_TRUE(run_until(io, [&] { return code && cancelled == 1; }));
    EXPECT_EQ(*code, Code::cancelled);
    EXPECT_TRUE(run_until(io, [this] { return dispatcher.calls() == 0; }));
}

TEST_F(GrpcTest, ServesManyCallsAtOnce) {
    int done = 0;
    for (int i = 0; i < 500; ++i) {
        auto work = transport().unary(kClaim, as("t-agent"), claim_request("c").SerializeAsString(), 10s);
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr, Result<std::string> result) {
            EXPECT_TRUE(result);
            ++done;
        });
    }
    EXPECT_TRUE(run_until(io, [&] { return done == 500; }));
}

TEST_F(GrpcTest, StreamsToItsEnd) {
    auto stream = transport().server_stream(kWatch, as("t-viewer"), watch_request("100"), 0ms);
    for (int i = 0; i < 100; ++i) {
        const auto response = run(io, rpc::next<v1::WatchResponse>(*stream));
        ASSERT_TRUE(response && *response) << i;
        EXPECT_EQ((*response)->cursor(), std::to_string(i));
    }
    const auto end = run(io, stream->next());
    ASSERT_TRUE(end) << to_string(end.error());
    EXPECT_FALSE(*end);
}

TEST_F(GrpcTest, TheErrorOfAStreamComesAfterItsMessages) {
    auto stream = transport().server_stream(kWatch, as("t-viewer"), watch_request("2", "fail"), 0ms);
    EXPECT_TRUE(run(io, stream->next()).value());
    EXPECT_TRUE(run(io, stream->next()).value());
    const auto end = run(io, stream->next());
    EXPECT_EQ(end.error().code, Code::out_of_range);
    EXPECT_EQ(end.error().reason, "resync");
}

TEST_F(GrpcTest, StreamsAreAuthenticatedToo) {
    auto anonymous = transport().server_stream(kWatch, as(""), watch_request("1"), 0ms);
    EXPECT_EQ(run(io, anonymous->next()).error().code, Code::unauthenticated);
    auto wrong_role = transport().bidi(kSubmitStream, as("t-agent"), 0ms);
    EXPECT_EQ(run(io, wrong_role->next()).error().code, Code::permission_denied);
    auto garbage = transport().server_stream(kWatch, as("t-viewer"), "\xff\xff", 0ms);
    EXPECT_EQ(run(io, garbage->next()).error().code, Code::invalid_argument);
}

TEST_F(GrpcTest, ASlowReaderHoldsTheWriterBack) {
    auto stream = transport().server_stream(kWatch, as("t-viewer"), watch_request("20000"), 0ms);
    ASSERT_TRUE(run(io, stream->next()).value());
    // Everything between: two bounded queues of ours and gRPC's windows. 20 MB do not fit.
    asio::steady_timer timer(io, 500ms);
    bool over = false;
    timer.async_wait([&](const boost::system::error_code&) { over = true; });
    ASSERT_TRUE(run_until(io, [&] { return over; }));
    EXPECT_LT(written, 20'000);
    stream.reset();
    EXPECT_TRUE(run_until(io, [this] { return cancelled == 1; })) << "the blocked writer learns it";
}

TEST_F(GrpcTest, AStreamWithADeadlineEndsWithIt) {
    auto stream = transport().server_stream(kWatch, as("t-viewer"), watch_request("forever"), 200ms);
    EXPECT_TRUE(run(io, stream->next()).value());
    EXPECT_EQ(run(io, stream->next()).error().code, Code::deadline_exceeded);
    EXPECT_TRUE(run_until(io, [this] { return cancelled == 1; }));
}

asio::awaitable<int> write_all(rpc::BidiStream& stream, int count) {
    for (int i = 0; i < count; ++i) {
        v1::SubmitStreamRequest request;
        request.mutable_message()->set_external_id(std::to_string(i));
        auto bytes = request.SerializeAsString();
        auto done = co_await stream.write(std::move(bytes));
        if (!done) co_return i;
    }
    stream.writes_done();
    co_return count;
}

asio::awaitable<int> read_all(rpc::BidiStream& stream) {
    for (int i = 0;; ++i) {
        auto response = co_await rpc::next<v1::SubmitStreamResponse>(stream);
        if (!response || !*response) co_return i;
        if ((*response)->external_id() != std::to_string(i)) co_return -1;
    }
}

TEST_F(GrpcTest, ABidiStreamOfTenThousandKeepsItsOrder) {
    auto stream = transport().bidi(kSubmitStream, as("t-channel"), 0ms);
    int sent = -1;
    int received = -1;
    asio::co_spawn(io, write_all(*stream, 10'000), [&](std::exception_ptr, int count) { sent = count; });
    asio::co_spawn(io, read_all(*stream), [&](std::exception_ptr, int count) { received = count; });
    ASSERT_TRUE(run_until(io, [&] { return sent >= 0 && received >= 0; }));
    EXPECT_EQ(sent, 10'000);
    EXPECT_EQ(received, 10'000);
    EXPECT_FALSE(last->deadline) << "a stream has none of its own";
}

TEST_F(GrpcTest, AWriterThatReadsNothingIsHeldBack) {
    auto stream = transport().bidi(kSubmitStream, as("t-channel"), 0ms);
    int sent = -1;
    asio::co_spawn(io, write_all(*stream, 1'000'000), [&](std::exception_ptr, int count) { sent = count; });
    asio::steady_timer timer(io, 500ms);
    bool over = false;
    timer.async_wait([&](const boost::system::error_code&) { over = true; });
    ASSERT_TRUE(run_until(io, [&] { return over; }));
    EXPECT_EQ(sent, -1) << "a million messages are nowhere buffered";
    stream->cancel();
    ASSERT_TRUE(run_until(io, [&] { return sent >= 0; }));
    EXPECT_LT(sent, 1'000'000);
    EXPECT_TRUE(run_until(io, [this] { return cancelled == 1; }));
}

TEST_F(GrpcTest, DroppingTheTransportEndsItsCalls) {
    auto stream = transport().server_stream(kWatch, as("t-viewer"), watch_request("forever"), 0ms);
    ASSERT_TRUE(run(io, stream->next()).value());
    rpc::ChannelOptions options;
    options.address = address();
    auto other = std::make_unique<rpc::GrpcTransport>(io, rpc::make_channel(options));
    auto orphan = other->server_stream(kWatch, as("t-viewer"), watch_request("20000"), 0ms);
    ASSERT_TRUE(run(io, orphan->next()).value());
    other.reset();
    EXPECT_EQ(run(io, orphan->next()).error().code, Code::cancelled);
    orphan.reset();
    EXPECT_EQ(waiting, 1) << "the other channel's stream goes on";
}

TEST_F(GrpcTest, AnAbsentServerIsUnavailable) {
    rpc::ChannelOptions options;
    options.address = "127.0.0.1:1";
    rpc::GrpcTransport nobody(io, rpc::make_channel(options));
    const auto answer =
        run(io, rpc::call<v1::ClaimResponse>(nobody, kClaim, claim_request("c"), as("t-agent"), 5s));
    EXPECT_EQ(answer.error().code, Code::unavailable);
    EXPECT_TRUE(answer.error().retryable);
    auto stream = nobody.server_stream(kWatch, as("t-viewer"), watch_request("1"), 0ms);
    EXPECT_EQ(run(io, stream->next()).error().code, Code::unavailable);
}

TEST_F(GrpcTest, ShutdownLetsUnaryCallsFinishAndEndsStreams) {
    auto stream = transport().server_stream(kWatch, as("t-viewer"), watch_request("forever"), 0ms);
    ASSERT_TRUE(run(io, stream->next()).value());
    std::optional<Result<std::string>> answer;
    auto work = transport().unary(kClaimNext, as("t-agent"), wait_request(1).SerializeAsString(), 10s);
    asio::co_spawn(io, std::move(work),
                   [&](std::exception_ptr, Result<std::string> result) { answer = result; });
    ASSERT_TRUE(run_until(io, [this] { return waiting == 2; }));
    shut_down(10s);
    ASSERT_TRUE(run_until(io, [&] { return answer.has_value(); }));
    EXPECT_TRUE(*answer) << "it had time to finish";
    const auto end = run(io, stream->next());
    EXPECT_EQ(end.error().code, Code::unavailable);
    EXPECT_EQ(claim_as(claim_request("c"), "t-agent").error().code, Code::unavailable);
}

TEST_F(GrpcTest, ShutdownDoesNotWaitBeyondItsGrace) {
    std::optional<Result<std::string>> answer;
    auto work = transport().unary(kClaimNext, as("t-agent"), wait_request(60).SerializeAsString(), 60s);
    asio::co_spawn(io, std::move(work),
                   [&](std::exception_ptr, Result<std::string> result) { answer = result; });
    ASSERT_TRUE(run_until(io, [this] { return waiting == 1; }));
    const auto before = clock.steady();
    shut_down(50ms);
    EXPECT_LT(clock.steady() - before, 10s);
    ASSERT_TRUE(run_until(io, [&] { return answer.has_value(); }));
    ASSERT_FALSE(*answer);
    // Nobody here left: it is to be tried again elsewhere.
    EXPECT_EQ(answer->error().code, Code::unavailable);
    EXPECT_TRUE(answer->error().retryable);
    EXPECT_EQ(cancelled, 1);
}

TEST_F(GrpcTest, DestructionWithCallsInFlightAnswersThem) {
    std::vector<Code> codes;
    for (int i = 0; i < 20; ++i) {
        auto work = transport().unary(kClaimNext, as("t-agent"), wait_request(60).SerializeAsString(), 60s);
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr, Result<std::string> result) {
            codes.push_back(result ? Code::ok : result.error().code);
        });
    }
    auto stream = transport().server_stream(kWatch, as("t-viewer"), watch_request("20000"), 0ms);
    ASSERT_TRUE(run(io, stream->next()).value());
    ASSERT_TRUE(run_until(io, [this] { return waiting == 20; }));
    server.reset();
    ASSERT_TRUE(run_until(io, [&] { return codes.size() == 20; }));
    for (const auto code : codes) EXPECT_EQ(code, Code::unavailable);
    server = std::make_unique<rpc::GrpcServer>(io, dispatcher, rpc::GrpcServerOptions{});
}

TEST(GrpcServer, AQuietStreamSurvivesKeepalive) {
    rpc::GrpcServerOptions options;
    options.min_ping_interval = 10ms;
    ServerWorld world(options);
    rpc::ChannelOptions channel;
    channel.address = world.address();
    channel.keepalive = 50ms;
    rpc::GrpcTransport transport(world.io, rpc::make_channel(channel));
    auto stream = transport.server_stream(kWatch, as("t-viewer"), watch_request("forever"), 5s);
    ASSERT_TRUE(run(world.io, stream->next()).value());
    // gRPC pings once a second at most and cuts at the third strike: cut for its pings it would end with
    // UNAVAILABLE, and sooner.
    EXPECT_EQ(run(world.io, stream->next()).error().code, Code::deadline_exceeded);
}

TEST(GrpcServer, SaysWhyItCannotStart) {
    ServerWorld first;
    RpcWorld second;
    rpc::GrpcServerOptions options;
    options.address = first.address();
    rpc::GrpcServer same_port(second.io, second.dispatcher, options);
    const auto taken = same_port.start();
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().message.find(first.address()), std::string::npos);
    options.tls_certificate = "x";
    rpc::GrpcServer half_tls(second.io, second.dispatcher, options);
    EXPECT_EQ(half_tls.start().error().code, Code::invalid_argument);
}

TEST(SyncClient, CallsAndReadsAStream) {
    ServerWorld world;
    std::thread server_thread([&world] {
        auto guard = asio::make_work_guard(world.io);
        world.io.run();
    });
    {
        rpc::ChannelOptions options;
        options.address = world.address();
        rpc::SyncClient client(options, "t-agent");
        const auto claimed = client.call<v1::ClaimResponse>(kClaim, claim_request("c3"));
        EXPECT_EQ(claimed->conversation().id(), "c3");
        EXPECT_EQ(client.call<v1::ClaimResponse>(kClaim, claim_request("refuse")).error().reason,
                  "owned_by_other");
        EXPECT_EQ(client.call<v1::ClaimNextResponse>(kClaimNext, wait_request(60), 50ms).error().code,
                  Code::deadline_exceeded);
        v1::WatchRequest request;
        request.set_conversation("3");
        auto stream = client.open<v1::WatchResponse>(kWatch, request);
        for (int i = 0; i < 3; ++i) EXPECT_EQ((*stream.next(5s))->cursor(), std::to_string(i));
        EXPECT_FALSE(*stream.next(5s));
        request.set_conversation("forever");
        auto quiet = client.open<v1::WatchResponse>(kWatch, request);
        EXPECT_TRUE(*quiet.next(5s));
        EXPECT_EQ(quiet.next(50ms).error().code, Code::deadline_exceeded);
    }
    world.io.stop();
    server_thread.join();
}

}  // namespace
}  // namespace guichet::test
