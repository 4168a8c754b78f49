#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <google/protobuf/descriptor.h>

#include "common/rpc/contract.hpp"
#include "common/rpc/dispatcher.hpp"

namespace guichet::rpc {
namespace {

using StreamPtr = std::shared_ptr<ByteStream>;

Metadata metadata_of(const CallContext& context) {
    Metadata meta;
    meta.credential = context.caller.credential;
    meta.request_id = context.request_id;
    meta.peer = context.peer;
    return meta;
}

// Time-out zero: a stream that its client did not bound.
std::chrono::milliseconds time_of_stream(const CallContext& context) {
    return context.deadline ? context.remaining({}) : std::chrono::milliseconds(0);
}

asio::awaitable<Result<std::string>> pass_unary(Transport* transport, CallContext context,
                                                std::string request,
                                                std::chrono::milliseconds default_timeout) {
    auto executor = co_await asio::this_coro::executor;
    const auto timeout = context.remaining(default_timeout);
    auto work = transport->unary(context.method, metadata_of(context), std::move(request), timeout);
    // Who leaves here leaves there: a ClaimNext that waits must not claim for nobody.
    auto token = asio::bind_cancellation_slot(context.cancellation->slot(), asio::use_awaitable);
    co_return co_await asio::co_spawn(executor, std::move(work), token);
}

asio::awaitable<Result<void>> pass_down(ReadStream* remote, StreamPtr stream) {
    for (;;) {
        auto message = co_await remote->next();
        if (!message) co_return message.error();
        if (!*message) co_return Result<void>{};
        auto written = co_await stream->write(std::move(**message));
        if (!written) co_return written.error();
    }
}

asio::awaitable<void> pass_up(std::shared_ptr<BidiStream> remote, StreamPtr stream) {
    for (;;) {
        auto message = co_await stream->read();
        if (!message) co_return remote->cancel();
        if (!*message) co_return remote->writes_done();
        auto written = co_await remote->write(std::move(**message));
        if (!written) co_return;
    }
}

asio::awaitable<Result<void>> pass_server_stream(Transport* transport, CallContext context,
                                                 StreamPtr stream) {
    auto request = co_await stream->read();
    if (!request) co_return request.error();
    if (!*request) co_return invalid("", "the stream ended before its request");
    const auto timeout = time_of_stream(context);
    auto remote =
        transport->server_stream(context.method, metadata_of(context), std::move(**request), timeout);
    const auto cancel = context.cancellation->on_cancel([&remote] { remote->cancel(); });
    co_return co_await pass_down(remote.get(), std::move(stream));
}

asio::awaitable<Result<void>> pass_bidi(Transport* transport, CallContext context, StreamPtr stream) {
    const auto timeout = time_of_stream(context);
    std::shared_ptr<BidiStream> remote = transport->bidi(context.method, metadata_of(context), timeout);
    const auto cancel = context.cancellation->on_cancel([&remote] { remote->cancel(); });
    auto executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor, pass_up(remote, stream), asio::detached);
    co_return co_await pass_down(remote.get(), std::move(stream));
}

}  // namespace

void Dispatcher::forward(const std::string& service, Transport& transport) {
    for (const auto* descriptor : contract_services()) {
        if (descriptor->full_name() != service) continue;
        for (int i = 0; i < descriptor->method_count(); ++i) {
            const auto& contract = *descriptor->method(i);
            auto& method =
                add(method_name(contract), kind_of(contract), contract.input_type(), contract.output_type());
            auto* to = &transport;
            if (method.kind == MethodKind::unary) {
                method.unary = [to, limit = options_.default_timeout](CallContext context, CallPtr,
                                                                      std::string bytes) {
                    return pass_unary(to, std::move(context), std::move(bytes), limit);
                };
            } else if (method.kind == MethodKind::server_stream) {
                method.stream = [to](CallContext context, CallPtr, StreamPtr stream) {
                    return pass_server_stream(to, std::move(context), std::move(stream));
                };
            } else {
                method.stream = [to](CallContext context, CallPtr, StreamPtr stream) {
                    return pass_bidi(to, std::move(context), std::move(stream));
                };
            }
        }
    }
}

}  // namespace guichet::rpc
