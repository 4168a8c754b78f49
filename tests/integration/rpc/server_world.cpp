#include "tests/integration/rpc/server_world.hpp"

namespace guichet::test {

ServerWorld::ServerWorld(rpc::GrpcServerOptions options) {
    dispatcher.unary<v1::ClaimRequest, v1::ClaimResponse>(
        kClaim, [this](rpc::CallContext context, v1::ClaimRequest request) {
            return claim(std::move(context), std::move(request));
        });
    dispatcher.unary<v1::ClaimNextRequest, v1::ClaimNextResponse>(
        kClaimNext, [this](rpc::CallContext context, v1::ClaimNextRequest request) {
            return claim_next(std::move(context), std::move(request));
        });
    dispatcher.server_stream<v1::WatchRequest, v1::WatchResponse>(
        kWatch,
        [this](rpc::CallContext context, v1::WatchRequest request, rpc::Writer<v1::WatchResponse> writer) {
            return watch(std::move(context), std::move(request), std::move(writer));
        });
    dispatcher.bidi<v1::SubmitStreamRequest, v1::SubmitStreamResponse>(
        kSubmitStream, [this](rpc::CallContext context, rpc::Reader<v1::SubmitStreamRequest> reader,
                              rpc::Writer<v1::SubmitStreamResponse> writer) {
            return submit_stream(std::move(context), std::move(reader), std::move(writer));
        });
    server = std::make_unique<rpc::GrpcServer>(io, dispatcher, std::move(options));
    const auto started = server->start();
    if (!started) ADD_FAILURE() << to_string(started.error());
}

ServerWorld::~ServerWorld() {
    transport_.reset();
    server.reset();
    io.restart();
    io.poll();
}

rpc::GrpcTransport& ServerWorld::transport() {
    if (!transport_) {
        rpc::ChannelOptions options;
        options.address = address();
        transport_ = std::make_unique<rpc::GrpcTransport>(io, rpc::make_channel(options));
    }
    return *transport_;
}

void ServerWorld::shut_down(std::chrono::milliseconds grace) {
    bool done = false;
    asio::co_spawn(io, server->shutdown(grace), [&done](std::exception_ptr) { done = true; });
    ASSERT_TRUE(run_until(io, [&done] { return done; }));
}

asio::awaitable<Result<v1::ClaimResponse>> ServerWorld::claim(rpc::CallContext context,
                                                              v1::ClaimRequest request) {
    last = context;
    if (request.conversation() == "throw") throw std::runtime_error("a bug");
    if (request.conversation() == "refuse") {
        auto status =
            make_status(Code::failed_precondition, "somebody else has it: Zo\xc3\xab", "owned_by_other");
        status.present = std::make_shared<const Present>(Present{"c1", 4, 2, "agent2", "owned"});
        co_return status;
    }
    v1::ClaimResponse response;
    response.mutable_conversation()->set_id(request.conversation());
    co_return response;
}

asio::awaitable<Result<v1::ClaimNextResponse>> ServerWorld::claim_next(rpc::CallContext context,
                                                                       v1::ClaimNextRequest request) {
    ++waiting;
    const bool whole = co_await context.sleep(std::chrono::seconds(request.wait().seconds()));
    --waiting;
    if (!whole) {
        ++cancelled;
        co_return context.cancellation->why();
    }
    co_return v1::ClaimNextResponse();
}

asio::awaitable<Result<void>> ServerWorld::watch(rpc::CallContext context, v1::WatchRequest request,
                                                 rpc::Writer<v1::WatchResponse> writer) {
    if (request.conversation() == "forever") {
        auto first = co_await writer.write(v1::WatchResponse());
        if (!first) co_return first.error();
        ++waiting;
        co_await context.sleep(std::chrono::hours(1));
        --waiting;
        ++cancelled;
        co_return context.cancellation->why();
    }
    const int count = std::atoi(request.conversation().c_str());
    for (int i = 0; i < count; ++i) {
        v1::WatchResponse response;
        response.set_cursor(std::to_string(i));
        response.add_events()->set_detail(std::string(1024, 'x'));
        auto done = co_await writer.write(response);
        if (!done) {
            ++cancelled;
            co_return done.error();
        }
        ++written;
    }
    if (request.cursor() == "fail")
        co_return make_status(Code::out_of_range, "the cursor is too old", "resync");
    co_return boost::system::in_place_value;
}

asio::awaitable<Result<void>> ServerWorld::submit_stream(rpc::CallContext context,
                                                         rpc::Reader<v1::SubmitStreamRequest> reader,
                                                         rpc::Writer<v1::SubmitStreamResponse> writer) {
    last = context;
    for (;;) {
        auto request = co_await reader.read();
        if (!request) {
            ++cancelled;
            co_return request.error();
        }
        if (!*request) co_return boost::system::in_place_value;
        v1::SubmitStreamResponse response;
        response.set_external_id((*request)->message().external_id());
        auto done = co_await writer.write(response);
        if (!done) {
            ++cancelled;
            co_return done.error();
        }
        ++written;
    }
}

}  // namespace guichet::test
