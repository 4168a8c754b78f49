#include "common/rpc/client.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/rpc/grpc_identity.hpp"

namespace guichet::rpc {

struct SyncClient::Impl {
    Impl(const ChannelOptions& options, std::string token, const ClientIdentity& identity)
        : transport(io, make_channel(options, identity)), credential(std::move(token)) {}

    Metadata meta() const {
        Metadata meta;
        meta.credential = credential;
        return meta;
    }

    // Runs `work` to its end; after `limit` it is cancelled, and DEADLINE_EXCEEDED is the answer if it gives
    // up.
    template <class T>
    Result<T> run(asio::awaitable<Result<T>> work, std::chrono::milliseconds limit) {
        std::optional<Result<T>> answer;
        bool late = false;
        asio::cancellation_signal signal;
        asio::steady_timer timer(io, limit);
        timer.async_wait([&](const boost::system::error_code& error) {
            if (error) return;
            late = true;
            signal.emit(asio::cancellation_type::terminal);
        });
        auto done = [&](const std::exception_ptr& error, Result<T> result) {
            answer = error ? Result<T>(internal("the call broke off")) : std::move(result);
            timer.cancel();
        };
        asio::co_spawn(io, std::move(work), asio::bind_cancellation_slot(signal.slot(), done));
        io.restart();
        while (!answer && io.run_one() > 0) {
        }
        // The timer's handler refers to this frame.
        io.poll();
        const bool gave_up = !answer || (answer->has_error() && answer->error().code == Code::cancelled);
        if (late && gave_up) return deadline("no answer in time");
        if (!answer) return internal("the call broke off");
        return std::move(*answer);
    }

    asio::io_context io;
    GrpcTransport transport;
    std::string credential;
};

SyncClient::SyncClient(const ChannelOptions& options, std::string credential)
    : SyncClient(options, std::move(credential), ClientIdentity{}) {}

SyncClient::SyncClient(const ChannelOptions& options, std::string credential, const ClientIdentity& identity)
    : impl_(std::make_unique<Impl>(options, std::move(credential), identity)) {}

SyncClient::~SyncClient() = default;

Result<std::string> SyncClient::call_bytes(const std::string& method, std::string request,
                                           std::chrono::milliseconds timeout) {
    // gRPC keeps the deadline itself; the limit beyond it is a safety net.
    auto work = impl_->transport.unary(method, impl_->meta(), std::move(request), timeout);
    return impl_->run(std::move(work), timeout + std::chrono::seconds(5));
}

std::unique_ptr<ReadStream> SyncClient::open_bytes(const std::string& method, std::string request) {
    return impl_->transport.server_stream(method, impl_->meta(), std::move(request),
                                          std::chrono::milliseconds(0));
}

Result<std::optional<std::string>> SyncClient::next_bytes(ReadStream& stream,
                                                          std::chrono::milliseconds timeout) {
    auto work = stream.next();
    return impl_->run(std::move(work), timeout);
}

}  // namespace guichet::rpc
