#pragma once
// Internal to connection.cpp: how a connection answers. (The other half of the class template.)
#include <charconv>

#include <boost/asio/write.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "common/http/connection.hpp"
#include "common/http/trusted_proxies.hpp"

namespace guichet::http::detail {

// Larger bodies are written from where they lie.
inline constexpr std::size_t kCopyBody = 32 * 1024;
// How long, and how much, a client may go on sending after an answer that ends the connection.
inline constexpr std::chrono::milliseconds kDrainTime{2000};
inline constexpr std::chrono::milliseconds kDrainTimeStopping{200};
inline constexpr std::size_t kDrainBytes = 1024 * 1024;

// What a slow but honest client needs for large bodies, on top of the fixed limit.
inline std::chrono::milliseconds time_to_transfer(std::uint64_t bytes) {
    return std::chrono::milliseconds(bytes / 16);  // 16 KB/s
}

template <class Stream>
void Connection<Stream>::compose(const Response& response, bool keep_alive) {
    HeadFacts facts;
    facts.http_1_0 = parser_->version == 10;
    facts.keep_alive = keep_alive;
    facts.chunked = response.stream && !facts.http_1_0;
    facts.to_the_end = response.stream && facts.http_1_0;
    facts.body_bytes = response.content().size();
    facts.date = core_->date();
    facts.request_id = request_id_;
    out_.clear();
    append_head(out_, response, facts);
}

template <class Stream>
void Connection<Stream>::finish_response() {
    try {
        if (route_) {
            for (const AfterHook& hook : route_->options.after) hook(exchange_, response_);
        }
        for (const AfterHook& hook : core_->options.after) hook(exchange_, response_);
    } catch (const std::exception& e) {
        core_->report("request " + request_id_ + ": a hook threw: " + e.what());
    }
    const bool own_policy = route_ && route_->options.security;
    const SecurityPolicy* policy = own_policy ? &*route_->options.security : &core_->options.security;
    apply_security_headers(response_, *policy, exchange_.scheme == "https");
    // HTTP/1.0 knows no chunks: such a body ends with the connection.
    if (core_->stopping || (response_.stream && parser_->version == 10)) keep_alive_ = false;
    if (response_.status == 204 || response_.status == 304) {
        response_.body.clear();
        response_.shared_body.reset();
        response_.stream = nullptr;
    }
    compose(response_, keep_alive_);
    if (is_head_ || response_.stream) return;
    const std::string_view content = response_.content();
    if (content.size() <= kCopyBody) {
        out_.append(content);
        response_.shared_body.reset();
    } else if (!response_.shared_body) {
        response_.shared_body = std::make_shared<const std::string>(std::move(response_.body));
    }
}

// Most answers fit into the socket's buffer: one system call and no trip through the scheduler.
template <class Stream>
std::size_t Connection<Stream>::write_now() {
    if constexpr (kTls) {
        return 0;
    } else {
        ErrorCode ec;
        const std::size_t written = stream_.write_some(asio::buffer(out_), ec);
        return ec ? 0 : written;
    }
}

template <class Stream>
asio::awaitable<void> Connection<Stream>::send_stream() {
    const BodyStream produce = std::move(response_.stream);
    const bool chunked = parser_->version != 10;
    ErrorCode ec;
    bool end = false;
    while (!end && !closed_) {
        co_await asio::async_write(stream_, asio::buffer(out_),
                                   asio::redirect_error(asio::use_awaitable, ec));
        if (ec) break;
        enter(Phase::produce, route_ ? route_->options.timeout : core_->options.write_timeout);
        Result<std::string> piece = std::string();
        std::string failure;
        try {
            piece = co_await produce();
        } catch (const std::exception& e) {
            failure = std::string("the body's producer threw: ") + e.what();
        }
        if (failure.empty() && !piece) failure = "the body's producer failed: " + to_string(piece.error());
        if (!failure.empty()) {
            core_->report("request " + request_id_ + ": " + failure);
            break;
        }
        end = piece->empty();
        out_.clear();
        if (chunked) {
            char size[24];
            out_.append(size, std::to_chars(size, size + sizeof size, piece->size(), 16).ptr).append("\r\n");
        }
        out_.append(*piece);
        if (chunked) out_.append("\r\n");
        enter(Phase::write, core_->options.write_timeout + time_to_transfer(out_.size()));
    }
    if (end && !closed_) {
        co_await asio::async_write(stream_, asio::buffer(out_),
                                   asio::redirect_error(asio::use_awaitable, ec));
        if (!ec) co_return;
    }
    close_socket();
}

// A close with unread bytes would reset the connection, and the client might never read the answer.
template <class Stream>
asio::awaitable<void> Connection<Stream>::drain() {
    enter(Phase::drain, core_->stopping ? kDrainTimeStopping : kDrainTime);
    ErrorCode ec;
    if constexpr (kTls) {
        co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ec));
    } else {
        stream_.shutdown(asio::socket_base::shutdown_send, ec);
        std::size_t total = 0;
        while (!ec && !closed_ && total < kDrainBytes) {
            begin_ = end_ = 0;
            total += co_await stream_.async_read_some(room(4 * 1024),
                                                      asio::redirect_error(asio::use_awaitable, ec));
        }
    }
    close_socket();
}

template <class Stream>
asio::awaitable<void> Connection<Stream>::answer_timeout(std::shared_ptr<Connection> self) {
    Connection& c = *self;
    c.enter(Phase::write, c.core_->options.write_timeout);
    Response response = Response::error(503, "unavailable", "the server did not finish in time; try again");
    response.headers.add("Retry-After", "1");
    apply_security_headers(response, c.core_->options.security, c.exchange_.scheme == "https");
    c.compose(response, false);
    if (!c.is_head_) c.out_.append(response.body);
    ErrorCode ec;
    co_await asio::async_write(c.stream_, asio::buffer(c.out_),
                               asio::redirect_error(asio::use_awaitable, ec));
    c.log_access(response.status, response.body.size());
    if (!c.closed_) co_await c.drain();
}

template <class Stream>
void Connection<Stream>::log_access(int status, std::size_t bytes) {
    if (!core_->options.on_access) return;
    core_->options.on_access(AccessRecord{exchange_, status, bytes, core_->clock.steady() - started_});
}

template <class Stream>
asio::awaitable<void> Connection<Stream>::serve_websocket() {
    Request& request = parser_->request;
    const WebSocketOptions& options = route_->websocket_options;
    const std::string_view origin = request.headers.get("origin");
    bool allowed = origin.empty();
    if (options.allow_origin) {
        allowed = options.allow_origin(request);
    } else if (!allowed) {
        const auto parts = parse_url(origin);
        const auto ours = parse_url(request.scheme + "://" + request.host);
        allowed = parts && ours && parts->authority() == ours->authority();
    }
    if (!allowed || begin_ != end_) {
        refuse(allowed ? 400 : 403, allowed ? "invalid_argument" : "permission_denied",
               allowed ? "frames came before the handshake was done" : "this origin may not connect", true);
        finish_response();
        enter(Phase::write, core_->options.write_timeout);
        ErrorCode ec;
        co_await asio::async_write(stream_, asio::buffer(out_),
                                   asio::redirect_error(asio::use_awaitable, ec));
        log_access(response_.status, response_.body.size());
        co_await drain();
        co_return;
    }
    std::string protocol;
    for (const std::string& ours : options.subprotocols) {
        if (protocol.empty() && request.headers.has_token("sec-websocket-protocol", ours)) protocol = ours;
    }
    beast::http::request<beast::http::empty_body> handshake(beast::http::verb::get, request.target, 11);
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
        const auto [name, value] = request.headers.at(i);
        handshake.insert(name, value);
    }
    const std::string id = request_id_;
    std::function<void(beast::websocket::response_type&)> decorate = [protocol, id](auto& answer) {
        if (!protocol.empty()) answer.set(beast::http::field::sec_websocket_protocol, protocol);
        answer.set("X-Request-Id", id);
    };
    phase_ = Phase::websocket;
    session_ = std::make_shared<WebSocketSession<Stream>>(std::move(stream_), executor_, options, protocol);
    const bool accepted = co_await session_->accept(std::move(handshake), std::move(decorate));
    if (!accepted) {
        session_->cut();
        log_access(400, 0);
        co_return;
    }
    log_access(101, 0);
    session_->start();
    if (core_->stopping) session_->close(kCloseGoingAway, "the server stops");
    std::string failure;
    try {
        co_await route_->websocket(std::move(request), session_);
    } catch (const std::exception& e) {
        failure = e.what();
        if (failure.empty()) failure = "no words";
    }
    if (!failure.empty()) {
        core_->report("request " + request_id_ + " " + std::string(exchange_.route) +
                      ": the handler threw: " + failure);
        session_->close(kCloseInternal, "internal error");
    }
    session_->close(kCloseNormal, {});
    co_await session_->finished();
}

}  // namespace guichet::http::detail
