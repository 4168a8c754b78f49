// See README.md.
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>
#include <thread>
#include <time.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/core/clock.hpp"
#include "common/rpc/grpc_server.hpp"
#include "common/rpc/grpc_transport.hpp"
#include "common/rpc/local_transport.hpp"
#include "guichet/v1/ingest.pb.h"
#include "guichet/v1/routing.pb.h"

namespace guichet::bench {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kClaim = "guichet.v1.RoutingService/Claim";
constexpr auto kSubmitStream = "guichet.v1.IngestService/SubmitStream";

class Everybody final : public rpc::Authenticator {
  public:
    asio::awaitable<Result<rpc::Caller>> authenticate(std::string bearer) override {
        rpc::Caller caller;
        caller.workspace = WorkspaceId("w1");
        caller.actor = bearer;
        caller.grants = {{rpc::Role::admin, {}, {}, false}};
        co_return caller;
    }
};

asio::awaitable<Result<v1::ClaimResponse>> claim(rpc::CallContext, v1::ClaimRequest request) {
    v1::ClaimResponse response;
    response.mutable_conversation()->set_id(request.conversation());
    co_return response;
}

asio::awaitable<Result<void>> submit(rpc::CallContext, rpc::Reader<v1::SubmitStreamRequest> reader,
                                     rpc::Writer<v1::SubmitStreamResponse> writer) {
    for (;;) {
        auto request = co_await reader.read();
        if (!request) co_return request.error();
        if (!*request) co_return boost::system::in_place_value;
        v1::SubmitStreamResponse response;
        response.set_external_id((*request)->message().external_id());
        auto done = co_await writer.write(response);
        if (!done) co_return done.error();
    }
}

rpc::Metadata meta() {
    rpc::Metadata meta;
    meta.credential = "a1";
    return meta;
}

struct Load {
    bool stop = false;
    long done = 0;
};

asio::awaitable<void> call_on(rpc::Transport& transport, Load& load) {
    v1::ClaimRequest request;
    request.set_request_id("r1");
    request.set_conversation("01J00000000000000000000000");
    while (!load.stop) {
        auto answer = co_await rpc::call<v1::ClaimResponse>(transport, kClaim, request, meta(), 10s);
        if (!answer) {
            std::fprintf(stderr, "%s\n", to_string(answer.error()).c_str());
            std::exit(1);
        }
        ++load.done;
    }
}

asio::awaitable<void> write_stream(rpc::BidiStream& stream, Load& load) {
    v1::SubmitStreamRequest request;
    request.mutable_message()->set_external_id("m1");
    request.mutable_message()->set_text(std::string(200, 'x'));
    const auto bytes = request.SerializeAsString();
    while (!load.stop) {
        auto done = co_await stream.write(bytes);
        if (!done) break;
    }
    stream.writes_done();
}

asio::awaitable<void> read_stream(rpc::BidiStream& stream, Load& load) {
    for (;;) {
        auto message = co_await stream.next();
        if (!message || !*message) co_return;
        ++load.done;
    }
}

double seconds_of(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Runs `io` for `seconds`, then until its work is done.

void measure(const char* name, asio::io_context& io, clockid_t server_thread, int seconds, Load& load) {
    asio::steady_timer timer(io, std::chrono::seconds(seconds));
    timer.async_wait([&](const boost::system::error_code&) { load.stop = true; });
    const double wall = seconds_of(CLOCK_MONOTONIC);
    const double thread = seconds_of(server_thread);
    const double process = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    io.restart();
    io.run();
    const auto calls = static_cast<double>(load.done);
    std::printf("%-12s %9.0f calls/s   io thread %6.2f us   process %6.2f us a call\n", name,
                calls / (seconds_of(CLOCK_MONOTONIC) - wall),
                (seconds_of(server_thread) - thread) / calls * 1e6,
                (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - process) / calls * 1e6);
}

int run(int seconds, int in_flight) {
    asio::io_context server_io;
    SystemClock clock;
    Everybody everybody;
    rpc::Dispatcher dispatcher(server_io.get_executor(), everybody, clock);
    dispatcher.unary<v1::ClaimRequest, v1::ClaimResponse>(kClaim, claim);
    dispatcher.bidi<v1::SubmitStreamRequest, v1::SubmitStreamResponse>(kSubmitStream, submit);
    {
        Load load;
        rpc::LocalTransport local(server_io.get_executor(), dispatcher);
        for (int i = 0; i < in_flight; ++i) {
            asio::co_spawn(server_io, call_on(local, load), asio::detached);
        }
        measure("local", server_io, CLOCK_THREAD_CPUTIME_ID, seconds, load);
    }
    rpc::GrpcServer server(server_io, dispatcher, {});
    if (auto started = server.start(); !started) {
        std::fprintf(stderr, "%s\n", to_string(started.error()).c_str());
        return 1;
    }
    server_io.restart();
    std::thread thread([&server_io] {
        auto guard = asio::make_work_guard(server_io);
        server_io.run();
    });
    clockid_t server_thread{};
    pthread_getcpuclockid(thread.native_handle(), &server_thread);
    asio::io_context io;
    {
        rpc::ChannelOptions options;
        options.address = "127.0.0.1:" + std::to_string(server.port());
        rpc::GrpcTransport transport(io, rpc::make_channel(options));
        Load unary;
        for (int i = 0; i < in_flight; ++i) asio::co_spawn(io, call_on(transport, unary), asio::detached);
        measure("grpc unary", io, server_thread, seconds, unary);
        Load streamed;
        auto stream = transport.bidi(kSubmitStream, meta(), 0ms);
        asio::co_spawn(io, write_stream(*stream, streamed), asio::detached);
        asio::co_spawn(io, read_stream(*stream, streamed), asio::detached);
        measure("grpc stream", io, server_thread, seconds, streamed);
    }
    server_io.stop();
    thread.join();
    return 0;
}

}  // namespace
}  // namespace guichet::bench

int main(int argc, char** argv) {
    const int seconds = argc > 1 ? std::atoi(argv[1]) : 3;
    const int in_flight = argc > 2 ? std::atoi(argv[2]) : 64;
    return guichet::bench::run(seconds, in_flight);
}
