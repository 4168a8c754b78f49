// The pipeline, through the local transport.
#include "common/rpc/dispatcher.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

#include "common/rpc/local_transport.hpp"
#include "common/rpc/wakeup.hpp"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/ingest.pb.h"
#include "guichet/v1/routing.pb.h"
#include "tests/support/rpc_world.hpp"

namespace guichet::rpc {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::run_until;

constexpr auto kClaim = "guichet.v1.RoutingService/Claim";
constexpr auto kWatch = "guichet.v1.InboxService/Watch";
constexpr auto kSubmitStream = "guichet.v1.IngestService/SubmitStream";

Metadata as(const std::string& credential) {
    Metadata meta;
    meta.credential = credential;
    return meta;
}

v1::ClaimRequest claim(const std::string& request_id = "r1") {
    v1::ClaimRequest request;
    request.set_request_id(request_id);
    request.set_conversation("c1");
    return request;
}

struct DispatcherTest : testing::Test, test::RpcWorld {
    DispatcherTest() : transport(io.get_executor(), dispatcher) {
        dispatcher.observe([this](const CallRecord& record) {
            seen.push_back({std::string(record.method), record.status.code, std::string(record.request_id),
                            std::string(record.actor), std::string(record.exception)});
        });
    }

    void serve_claim() {
        dispatcher.unary<v1::ClaimRequest, v1::ClaimResponse>(
            kClaim, [this](CallContext context, v1::ClaimRequest request) {
                return on_claim(std::move(context), std::move(request));
            });
    }

    asio::awaitable<Result<v1::ClaimResponse>> on_claim(CallContext context, v1::ClaimRequest request) {
        last = context;
        if (fail) co_return *fail;
        if (throws) throw std::runtime_error("a bug");
        v1::ClaimResponse response;
        response.mutable_conversation()->set_id(request.conversation());
        co_return response;
    }

    Result<v1::ClaimResponse> call_claim(const v1::ClaimRequest& request, const Metadata& meta) {
        return run(io, call<v1::ClaimResponse>(transport, kClaim, request, meta, 5s));
    }

    struct Seen {
        std::string method;
        Code code;
        std::string request_id;
        std::string actor;
        std::string exception;
    };

    LocalTransport transport;
    std::vector<Seen> seen;
    std::optional<CallContext> last;
    std::optional<Status> fail;
    bool throws = false;
};

TEST_F(DispatcherTest, CallsTheHandlerWithWhoWhatAndHowLong) {
    serve_claim();
    auto meta = as("t-agent");
    meta.peer = "10.0.0.1";
    const auto response = call_claim(claim(), meta);
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->conversation().id(), "c1");
    EXPECT_EQ(last->method, kClaim);
    EXPECT_EQ(last->caller.actor, "agent1");
    EXPECT_EQ(last->caller.workspace, WorkspaceId("w1"));
    EXPECT_EQ(last->caller.credential, "t-agent");
    EXPECT_TRUE(last->scope.everything());
    EXPECT_EQ(last->request_id, "r1");
    EXPECT_EQ(last->peer, "10.0.0.1");
    EXPECT_GT(last->remaining(0ms), 1s);
    EXPECT_LE(last->remaining(0ms), 5s);
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].method, kClaim);
    EXPECT_EQ(seen[0].code, Code::ok);
    EXPECT_EQ(seen[0].request_id, "r1");
    EXPECT_EQ(seen[0].actor, "agent1");
    EXPECT_EQ(dispatcher.calls(), 0u);
}

TEST_F(DispatcherTest, RefusesInOrder) {
    serve_claim();
    const auto unknown = run(io, transport.unary("guichet.v1.RoutingService/Nope", as("t-agent"), "", 5s));
    EXPECT_EQ(unknown.error().code, Code::unimplemented);
    EXPECT_EQ(call_claim(claim(), as("")).error().code, Code::unauthenticated);
    EXPECT_EQ(call_claim(claim(), as("t-nobody")).error().code, Code::unauthenticated);
    // Not permitted is told before the request is looked at.
    EXPECT_EQ(call_claim(claim(""), as("t-viewer")).error().code, Code::permission_denied);
    const auto garbage = run(io, transport.unary(kClaim, as("t-agent"), "\xff\xff", 5s));
    EXPECT_EQ(garbage.error().code, Code::invalid_argument);
    EXPECT_FALSE(last);
    EXPECT_EQ(seen.size(), 5u) << "refused calls are told too";
}

TEST_F(DispatcherTest, AWriteNeedsARequestId) {
    serve_claim();
    for (const auto& bad :
         {std::string(), std::string("a b"), std::string("caf\xc3\xa9"), std::string(129, 'x')}) {
        const auto refused = call_claim(claim(bad), as("t-agent"));
        ASSERT_FALSE(refused) << bad;
        EXPECT_EQ(refused.error().code, Code::invalid_argument) << bad;
        EXPECT_EQ(refused.error().field, "request_id") << bad;
    }
    EXPECT_TRUE(call_claim(claim(std::string(128, 'x')), as("t-agent")));
}

TEST_F(DispatcherTest, TextsMustBeUtf8) {
    serve_claim();
    v1::ClaimRequest request = claim();
    std::string bytes = request.SerializeAsString();
    bytes.replace(bytes.find("c1"), 2, "\xff\xfe");
    const auto refused = run(io, transport.unary(kClaim, as("t-agent"), bytes, 5s));
    EXPECT_EQ(refused.error().code, Code::invalid_argument);
    EXPECT_FALSE(last);
}

TEST_F(DispatcherTest, AReadNeedsNone) {
    dispatcher.unary<v1::StatsRequest, v1::StatsResponse>(
        "guichet.v1.InboxService/Stats",
        [](CallContext context, v1::StatsRequest) -> asio::awaitable<Result<v1::StatsResponse>> {
            if (context.request_id.empty()) co_return internal("no request id for the logs");
            co_return v1::StatsResponse();
        });
    EXPECT_TRUE(run(io, call<v1::StatsResponse>(transport, "guichet.v1.InboxService/Stats",
                                                v1::StatsRequest(), as("t-viewer"), 5s)));
    auto meta = as("t-viewer");
    meta.request_id = "trace-7";
    EXPECT_TRUE(run(io, call<v1::StatsResponse>(transport, "guichet.v1.InboxService/Stats",
                                                v1::StatsRequest(), meta, 5s)));
    EXPECT_EQ(seen.back().request_id, "trace-7");
}

TEST_F(DispatcherTest, AFailureComesBackWhole) {
    serve_claim();
    fail = make_status(Code::failed_precondition, "somebody else has it", "owned_by_other");
    fail->present = std::make_shared<const Present>(Present{"c1", 4, 2, "agent2", "owned"});
    const auto refused = call_claim(claim(), as("t-agent"));
    EXPECT_EQ(refused.error().reason, "owned_by_other");
    ASSERT_TRUE(refused.error().present);
    EXPECT_EQ(refused.error().present->owner, "agent2");
}

TEST_F(DispatcherTest, AnExceptionIsAnInternalErrorWithoutItsText) {
    serve_claim();
    throws = true;
    const auto failed = call_claim(claim(), as("t-agent"));
    EXPECT_EQ(failed.error().code, Code::internal);
    EXPECT_EQ(failed.error().message.find("a bug"), std::string::npos);
    EXPECT_EQ(seen.back().exception, "a bug");
}

TEST_F(DispatcherTest, TheDeadlineAnswersWhileTheHandlerFinishes) {
    bool cancelled = false;
    bool finished = false;
    dispatcher.unary<v1::ClaimNextRequest, v1::ClaimNextResponse>(
        "guichet.v1.RoutingService/ClaimNext",
        [&](CallContext context, v1::ClaimNextRequest) -> asio::awaitable<Result<v1::ClaimNextResponse>> {
            const bool whole = co_await context.sleep(30s);
            cancelled = !whole && context.cancelled();
            finished = true;
            co_return v1::ClaimNextResponse();
        });
    v1::ClaimNextRequest request;
    request.set_request_id("r1");
    const auto late = run(io, call<v1::ClaimNextResponse>(transport, "guichet.v1.RoutingService/ClaimNext",
                                                          request, as("t-agent"), 30ms));
    EXPECT_EQ(late.error().code, Code::deadline_exceeded);
    ASSERT_TRUE(run_until(io, [&] { return finished; }));
    EXPECT_TRUE(cancelled);
    EXPECT_EQ(seen.size(), 1u);
}

TEST_F(DispatcherTest, TheCallIsCancelledWithItsCaller) {
    bool cancelled = false;
    bool started = false;
    dispatcher.unary<v1::ClaimNextRequest, v1::ClaimNextResponse>(
        "guichet.v1.RoutingService/ClaimNext",
        [&](CallContext context, v1::ClaimNextRequest) -> asio::awaitable<Result<v1::ClaimNextResponse>> {
            started = true;
            cancelled = !co_await context.sleep(30s);
            co_return v1::ClaimNextResponse();
        });
    v1::ClaimNextRequest request;
    request.set_request_id("r1");
    asio::cancellation_signal signal;
    std::optional<Result<std::string>> answer;
    auto work = transport.unary("guichet.v1.RoutingService/ClaimNext", as("t-agent"),
                                request.SerializeAsString(), 60s);
    asio::co_spawn(
        io, std::move(work),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, Result<std::string> result) {
            answer = std::move(result);
        }));
    ASSERT_TRUE(run_until(io, [&] { return started; }));
    signal.emit(asio::cancellation_type::terminal);
    ASSERT_TRUE(run_until(io, [&] { return answer && cancelled; }));
    EXPECT_EQ(answer->error().code, Code::cancelled);
}

TEST_F(DispatcherTest, TooManyCallsAreRefused) {
    DispatcherOptions options;
    options.max_calls = 2;
    Dispatcher small(io.get_executor(), authenticator, clock, options);
    Wakeup gate(io.get_executor());
    bool open = false;
    small.unary<v1::ClaimRequest, v1::ClaimResponse>(
        kClaim, [&](CallContext, v1::ClaimRequest) -> asio::awaitable<Result<v1::ClaimResponse>> {
            while (!open) co_await gate.wait();
            co_return v1::ClaimResponse();
        });
    std::vector<Code> codes;
    for (int i = 0; i < 3; ++i) {
        CallHead head;
        head.method = kClaim;
        head.credential = "t-agent";
        small.start_unary(head, claim().SerializeAsString(), [&](Result<std::string> result) {
            codes.push_back(result ? Code::ok : result.error().code);
        });
    }
    EXPECT_EQ(codes, std::vector<Code>{Code::resource_exhausted});
    ASSERT_TRUE(run_until(io, [&] { return small.calls() == 2; }));
    open = true;
    gate.notify();
    ASSERT_TRUE(run_until(io, [&] { return codes.size() == 3; }));
    EXPECT_EQ(codes.back(), Code::ok);
}

TEST_F(DispatcherTest, StreamsToASlowReaderWithoutPilingUp) {
    int written = 0;
    dispatcher.server_stream<v1::WatchRequest, v1::WatchResponse>(
        kWatch,
        [&](CallContext, v1::WatchRequest request,
            Writer<v1::WatchResponse> writer) -> asio::awaitable<Result<void>> {
            for (int i = 0; i < 1000; ++i) {
                v1::WatchResponse response;
                response.set_cursor(request.cursor() + std::to_string(i));
                auto done = co_await writer.write(response);
                if (!done) co_return done.error();
                ++written;
            }
            co_return boost::system::in_place_value;
        });
    v1::WatchRequest request;
    request.set_cursor("x");
    auto stream = transport.server_stream(kWatch, as("t-viewer"), request.SerializeAsString(), 0ms);
    ASSERT_TRUE(run_until(io, [&] { return written > 0; }));
    io.poll();
    EXPECT_LE(written, 64);
    for (int i = 0; i < 1000; ++i) {
        const auto response = run(io, next<v1::WatchResponse>(*stream));
        ASSERT_TRUE(response && *response) << i;
        EXPECT_EQ((*response)->cursor(), "x" + std::to_string(i));
    }
    const auto end = run(io, next<v1::WatchResponse>(*stream));
    ASSERT_TRUE(end) << to_string(end.error());
    EXPECT_FALSE(*end);
}

TEST_F(DispatcherTest, AStreamThatIsDroppedFreesItsHandler) {
    std::optional<Status> ended;
    dispatcher.server_stream<v1::WatchRequest, v1::WatchResponse>(
        kWatch,
        [&](CallContext, v1::WatchRequest,
            Writer<v1::WatchResponse> writer) -> asio::awaitable<Result<void>> {
            for (;;) {
                auto done = co_await writer.write(v1::WatchResponse());
                if (done) continue;
                ended = done.error();
                co_return done.error();
            }
        });
    auto stream = transport.server_stream(kWatch, as("t-viewer"), "", 0ms);
    ASSERT_TRUE(run(io, next<v1::WatchResponse>(*stream)));
    stream.reset();
    ASSERT_TRUE(run_until(io, [&] { return ended.has_value(); }));
    EXPECT_EQ(ended->code, Code::cancelled);
    EXPECT_EQ(dispatcher.calls(), 0u);
}

TEST_F(DispatcherTest, TheErrorOfAStreamComesAfterItsMessages) {
    dispatcher.server_stream<v1::WatchRequest, v1::WatchResponse>(
        kWatch,
        [](CallContext, v1::WatchRequest, Writer<v1::WatchResponse> writer) -> asio::awaitable<Result<void>> {
            co_await writer.write(v1::WatchResponse());
            co_return make_status(Code::out_of_range, "the cursor is too old", "resync");
        });
    auto stream = transport.server_stream(kWatch, as("t-viewer"), "", 0ms);
    EXPECT_TRUE(run(io, next<v1::WatchResponse>(*stream)).value());
    const auto end = run(io, next<v1::WatchResponse>(*stream));
    EXPECT_EQ(end.error().reason, "resync");
}

TEST_F(DispatcherTest, BidiAnswersMessageByMessage) {
    dispatcher.bidi<v1::SubmitStreamRequest, v1::SubmitStreamResponse>(
        kSubmitStream,
        [](CallContext, Reader<v1::SubmitStreamRequest> reader,
           Writer<v1::SubmitStreamResponse> writer) -> asio::awaitable<Result<void>> {
            for (;;) {
                auto request = co_await reader.read();
                if (!request) co_return request.error();
                if (!*request) co_return boost::system::in_place_value;
                v1::SubmitStreamResponse response;
                response.set_external_id((*request)->message().external_id());
                auto done = co_await writer.write(response);
                if (!done) co_return done.error();
            }
        });
    auto stream = transport.bidi(kSubmitStream, as("t-channel"), 0ms);
    for (int i = 0; i < 100; ++i) {
        v1::SubmitStreamRequest request;
        request.mutable_message()->set_external_id(std::to_string(i));
        ASSERT_TRUE(run(io, stream->write(request.SerializeAsString())));
        const auto response = run(io, next<v1::SubmitStreamResponse>(*stream));
        ASSERT_TRUE(response && *response);
        EXPECT_EQ((*response)->external_id(), std::to_string(i));
    }
    stream->writes_done();
    EXPECT_FALSE(run(io, next<v1::SubmitStreamResponse>(*stream)).value());
    EXPECT_FALSE(run(io, stream->write("late")));
}

TEST_F(DispatcherTest, TellsWhatIsMissing) {
    EXPECT_EQ(dispatcher.require_complete("guichet.v1.RoutingService").size(), 13u);
    serve_claim();
    const auto missing = dispatcher.require_complete("guichet.v1.RoutingService");
    EXPECT_EQ(missing.size(), 12u);
    EXPECT_EQ(std::count(missing.begin(), missing.end(), kClaim), 0);
    EXPECT_EQ(dispatcher.services(), std::vector<std::string>{"guichet.v1.RoutingService"});
    EXPECT_EQ(dispatcher.kind(kClaim), MethodKind::unary);
    EXPECT_FALSE(dispatcher.serves(kWatch));
}

using DispatcherDeathTest = DispatcherTest;

template <class Req, class Res>
auto nothing() {
    return [](CallContext, Req) -> asio::awaitable<Result<Res>> { co_return Res(); };
}

TEST_F(DispatcherDeathTest, WrongRegistrationsEndTheProgram) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_DEATH((dispatcher.unary<v1::ClaimRequest, v1::ClaimResponse>(
                     "guichet.v1.RoutingService/Grab", nothing<v1::ClaimRequest, v1::ClaimResponse>())),
                 "no such method");
    EXPECT_DEATH((dispatcher.unary<v1::RenewRequest, v1::ClaimResponse>(
                     kClaim, nothing<v1::RenewRequest, v1::ClaimResponse>())),
                 "its request is guichet.v1.ClaimRequest");
    EXPECT_DEATH((dispatcher.unary<v1::ClaimRequest, v1::RenewResponse>(
                     kClaim, nothing<v1::ClaimRequest, v1::RenewResponse>())),
                 "its response is guichet.v1.ClaimResponse");
    EXPECT_DEATH((dispatcher.unary<v1::WatchRequest, v1::WatchResponse>(
                     kWatch, nothing<v1::WatchRequest, v1::WatchResponse>())),
                 "streams otherwise");
    serve_claim();
    EXPECT_DEATH(serve_claim(), "a handler already");
    EXPECT_DEATH(dispatcher.require_complete("guichet.v1.Nope"), "no such service");
}

}  // namespace
}  // namespace guichet::rpc
