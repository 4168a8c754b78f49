#include "services/gateway/watch_socket.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/core/bytes.hpp"
#include "common/rpc/json.hpp"
#include "common/runtime/or_bug.hpp"
#include "common/runtime/timer.hpp"
#include "guichet/v1/inbox.pb.h"
#include "services/gateway/browser.hpp"

namespace guichet::gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirstMessage = 10s;
// How long a watch may outlive the session or token that opened it.
constexpr auto kCheckCredential = 60s;
// Of a close frame's 125 bytes, 2 are the code's.
constexpr std::size_t kMaxReason = 120;

void close_with(http::WebSocket& socket, const Status& status) {
    socket.close(close_code_of(status), truncate_utf8(status.message, kMaxReason));
}

// The client's side: when it is over, so is the stream.
boost::asio::awaitable<void> drain(std::shared_ptr<http::WebSocket> socket,
                                   std::weak_ptr<rpc::ReadStream> stream) {
    for (;;) {
        auto message = co_await socket->receive();
        if (!message) break;
    }
    if (auto open = stream.lock()) open->cancel();
}

}  // namespace

std::uint16_t close_code_of(const Status& status) {
    switch (status.code) {
        case Code::ok:
            return http::kCloseNormal;
        case Code::invalid_argument:
        case Code::out_of_range:
            return 4400;
        case Code::unauthenticated:
            return 4401;
        case Code::permission_denied:
            return 4403;
        case Code::resource_exhausted:
            return 4429;
        case Code::unimplemented:
            return 4501;
        case Code::unavailable:
        case Code::cancelled:
        case Code::aborted:
            return 4503;
        default:
            return 4500;
    }
}

void WatchSocket::mount(http::Router& router, http::WebSocketOptions options) {
    options.allow_origin = [this](const http::Request& request) {
        return request.bearer() || has_own_origin(request, context_.settings.server.public_url);
    };
    options.max_message_bytes = 64 * 1024;
    router.websocket(
        "/v1/watch",
        [this](http::Request request, std::shared_ptr<http::WebSocket> socket) {
            return serve(std::move(request), std::move(socket));
        },
        std::move(options));
}

boost::asio::awaitable<std::optional<std::string>> WatchSocket::first_message(
    std::shared_ptr<http::WebSocket> socket) {
    boost::asio::steady_timer limit(context_.executor, kFirstMessage);
    limit.async_wait([weak = std::weak_ptr(socket)](const boost::system::error_code& error) {
        auto open = weak.lock();
        if (!error && open) open->close(4400, "no WatchRequest came");
    });
    co_return co_await socket->receive();
}

boost::asio::awaitable<void> WatchSocket::watch_credential(std::weak_ptr<http::WebSocket> socket,
                                                           rpc::Metadata meta) {
    for (;;) {
        const bool slept = co_await runtime::sleep(kCheckCredential);
        if (!slept) co_return;
        {
            const auto open = socket.lock();
            if (!open || !open->is_open()) co_return;
        }
        auto answer = co_await transport_.unary("guichet.v1.AdminService/WhoAmI", meta, std::string(), 10s);
        const auto open = socket.lock();
        if (!open || !open->is_open()) co_return;
        if (!answer && answer.error().code == Code::unauthenticated) {
            close_with(*open, answer.error());
            co_return;
        }
    }
}

boost::asio::awaitable<void> WatchSocket::serve(http::Request request,
                                                std::shared_ptr<http::WebSocket> socket) {
    rpc::Metadata meta;
    auto credential = request.bearer();
    if (!credential) credential = request.cookie(kSessionCookie);
    meta.credential = std::string(credential.value_or(""));
    meta.request_id = request.request_id;
    meta.peer = request.client_ip;
    if (meta.credential.empty()) {
        socket->close(4401, "sign in first");
        co_return;
    }
    auto first = co_await first_message(socket);
    if (!first) co_return;
    auto bytes = rpc::json_to_bytes(*v1::WatchRequest::descriptor(), *first);
    if (!bytes) {
        close_with(*socket, bytes.error());
        co_return;
    }
    std::shared_ptr<rpc::ReadStream> stream =
        transport_.server_stream("guichet.v1.InboxService/Watch", meta, std::move(*bytes), 0ms);
    boost::asio::co_spawn(context_.executor, drain(socket, stream), runtime::or_bug("gateway.watch.drain"));
    boost::asio::co_spawn(context_.executor, watch_credential(socket, meta),
                          runtime::or_bug("gateway.watch.credential"));
    // While all before it is on its way; it needs no turn of this coroutine then.
    stream->take_with([this, weak = std::weak_ptr(socket)](const std::string& message) {
        const auto open = weak.lock();
        if (!open || open->queued_bytes() > 0) return false;
        auto json = words_(message);
        return json && open->send(std::move(*json));
    });
    for (;;) {
        auto message = co_await stream->next();
        if (!message) {
            close_with(*socket, message.error());
            co_return;
        }
        if (!*message) break;
        auto json = words_(**message);
        if (!json) {
            close_with(*socket, json.error());
            co_return;
        }
        if (!socket->send(std::move(*json))) co_return;
        if (socket->queued_bytes() == 0) continue;
        // The one before is not read yet. What comes meanwhile waits in the watch, which bounds it, and
        // leaves together.
        const bool drained = co_await socket->drained();
        if (!drained) co_return;
    }
    socket->close();
}

}  // namespace guichet::gateway
