#include "tests/bench/ingest/measure.hpp"

#include <memory>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>

#include "tests/bench/lib/pipe_load.hpp"
#include "tests/bench/lib/ways.hpp"
#include "tests/bench/lib/world.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kConnections = 8;
constexpr int kDepth = 16;
constexpr char kSubmit[] = "guichet.v1.IngestService/Submit";
constexpr char kSubmitStream[] = "guichet.v1.IngestService/SubmitStream";

struct GrpcLoad {
    World& world;
    std::chrono::nanoseconds end;
    std::size_t done = 0;
    int running = 0;

    bool over() const { return test::system_clock().steady() >= end; }
    rpc::Metadata meta() const { return {world.channel_token, {}, {}}; }
};

asio::awaitable<void> submit_again_and_again(GrpcLoad& load) {
    while (!load.over()) {
        v1::SubmitRequest request;
        *request.mutable_message() = load.world.next_message();
        request.set_request_id(request.message().external_id());
        auto answer =
            co_await rpc::call<v1::SubmitResponse>(*load.world.transport, kSubmit, request, load.meta(), 10s);
        if (!answer) throw std::runtime_error(to_string(answer.error()));
        if (answer->duplicate()) throw std::runtime_error("a new message was taken for an old one");
        ++load.done;
    }
}

asio::awaitable<void> write_stream(GrpcLoad& load, rpc::BidiStream& stream) {
    while (!load.over()) {
        v1::SubmitStreamRequest request;
        *request.mutable_message() = load.world.next_message();
        auto bytes = request.SerializeAsString();
        auto written = co_await stream.write(std::move(bytes));
        if (!written) throw std::runtime_error(to_string(written.error()));
    }
    stream.writes_done();
}

asio::awaitable<void> read_stream(GrpcLoad& load, rpc::BidiStream& stream) {
    for (;;) {
        auto answer = co_await rpc::next<v1::SubmitStreamResponse>(stream);
        if (!answer) throw std::runtime_error(to_string(answer.error()));
        if (!*answer) co_return;
        if ((*answer)->has_error()) throw std::runtime_error((*answer)->error().message());
        ++load.done;
    }
}

void start(GrpcLoad& load, asio::awaitable<void> work) {
    ++load.running;
    asio::co_spawn(load.world.io, std::move(work), [&load](const std::exception_ptr& failure) {
        --load.running;
        if (failure) std::rethrow_exception(failure);
    });
}

void finish(GrpcLoad& load, std::chrono::milliseconds slice) {
    test::run_while_not(
        load.world.io, [&load] { return load.running == 0; }, slice + 20s);
}

std::size_t unary(World& world, std::chrono::milliseconds slice) {
    GrpcLoad load{world, test::system_clock().steady() + slice};
    for (int i = 0; i < kConnections * kDepth; ++i) start(load, submit_again_and_again(load));
    finish(load, slice);
    return load.done;
}

std::size_t streamed(World& world, std::chrono::milliseconds slice) {
    GrpcLoad load{world, test::system_clock().steady() + slice};
    auto stream = world.transport->bidi(kSubmitStream, load.meta(), 0ms);
    start(load, write_stream(load, *stream));
    start(load, read_stream(load, *stream));
    finish(load, slice);
    return load.done;
}

std::size_t bare(World& world, std::chrono::milliseconds slice) {
    PipeLoad load;
    load.connect = [&world] { return connect_unix(world.redis.socket_path()); };
    load.append_request = [&world](std::string& out) { world.append_fcall(out); };
    load.cut_answer = cut_ok_array;
    load.connections = kConnections;
    load.depth = kDepth;
    return drive(load, slice);
}

// Of `updates` in each body; counted are messages.
std::size_t webhooks(World& world, const IngestPlan& plan, int updates) {
    PipeLoad load;
    load.connect = [&world] { return connect_tcp(world.server->http_port()); };
    load.append_request = [&world, updates](std::string& out) { world.append_webhook(out, updates); };
    load.cut_answer = cut_stored;
    load.connections = updates == 1 ? plan.webhook_connections : kConnections;
    load.depth = 1;
    return drive(load, plan.slice) * static_cast<std::size_t>(updates);
}

std::vector<Way> ways_of(World& world, const IngestPlan& plan) {
    const bool always = plan.appendfsync == "always";
    return {{"bare function", [&] { return bare(world, plan.slice); }, {}, {}},
            {"signed webhook", [&] { return webhooks(world, plan, 1); }, always ? 0.55 : 0.70, {}},
            {"signed webhook of " + std::to_string(plan.updates),
             [&] { return webhooks(world, plan, plan.updates); },
             1.0,
             {}},
            {"gRPC SubmitStream", [&] { return streamed(world, plan.slice); }, 0.50, {}},
            {"gRPC Submit", [&] { return unary(world, plan.slice); }, 0.33, {}}};
}

}  // namespace

void measure_ingest(const IngestPlan& plan, Report& report) {
    World world(plan.binary, plan.appendfsync, plan.targets);
    auto ways = ways_of(world, plan);
    // Redis rewrites its log in the middle, as it does in daily work: once in each way's turn of a round of
    // its own.
    const auto rewrite = [&](int round, std::size_t way) {
        if (round > 0 && round % 3 == 1 && static_cast<std::size_t>(round / 3) % ways.size() == way) {
            world.redis.command(redis::Command("BGREWRITEAOF"));
        }
    };
    take_turns(world, ways, plan.rounds, rewrite);
    tell_ways(report, "ingest, appendfsync " + plan.appendfsync, ways, "message");
}

}  // namespace guichet::bench
