#include "common/http/connection.hpp"

#include <array>
#include <cstring>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "common/http/connection_write.hpp"
#include "common/http/trusted_proxies.hpp"

namespace guichet::http::detail {

namespace {

constexpr std::size_t kFirstBuffer = 4 * 1024;
constexpr std::size_t kBodyBuffer = 64 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

template <class Stream>
Connection<Stream>::Connection(std::shared_ptr<ServerCore> core, Stream stream, Executor executor,
                               const IpAddress& peer)
    : core_(std::move(core)),
      stream_(std::move(stream)),
      executor_(executor),
      peer_(peer),
      peer_text_(to_string(peer)),
      peer_trusted_(core_->options.trusted_proxies.contains(peer)) {
    place_ = core_->connections.insert(core_->connections.end(), this);
    enter(Phase::handshake, core_->options.header_timeout);
}

template <class Stream>
Connection<Stream>::~Connection() {
    core_->connections.erase(place_);
}

template <class Stream>
void Connection<Stream>::enter(Phase phase, std::chrono::nanoseconds limit) {
    phase_ = phase;
    expired_ = false;
    deadline_ = core_->clock.steady() + limit;
}

template <class Stream>
void Connection<Stream>::close_socket() {
    closed_ = true;
    ErrorCode ignored;
    beast::get_lowest_layer(stream_).close(ignored);
}

template <class Stream>
void Connection<Stream>::check_deadline(std::chrono::nanoseconds now) {
    if (closed_ || phase_ == Phase::websocket || now < deadline_) return;
    ErrorCode ignored;
    switch (phase_) {
        case Phase::head:
        case Phase::body:
            // The reader wakes up and answers 408.
            expired_ = true;
            deadline_ = now + std::chrono::seconds(1);
            beast::get_lowest_layer(stream_).cancel(ignored);
            break;
        case Phase::handler:
            if (timed_out_) break;
            timed_out_ = true;
            asio::co_spawn(executor_, answer_timeout(this->shared_from_this()), asio::detached);
            break;
        default:
            close_socket();
    }
}

template <class Stream>
bool Connection<Stream>::is_idle() const {
    return phase_ == Phase::idle || (phase_ == Phase::head && begin_ == end_ && !parser_->got_some());
}

template <class Stream>
void Connection<Stream>::begin_stop() {
    if (session_) {
        session_->close(kCloseGoingAway, "the server stops");
    } else if (is_idle() || phase_ == Phase::drain || phase_ == Phase::handshake) {
        close_socket();
    }
}

template <class Stream>
void Connection<Stream>::cut() {
    if (session_) {
        session_->close(kCloseGoingAway, "the server stops");
        session_->cut();
    } else {
        close_socket();
    }
}

template <class Stream>
asio::awaitable<void> Connection<Stream>::run(std::shared_ptr<Connection> self) {
    Connection& c = *self;
    const ServerOptions& options = c.core_->options;
    ErrorCode ec;
    if constexpr (kTls) {
        co_await c.stream_.async_handshake(asio::ssl::stream_base::server,
                                           asio::redirect_error(asio::use_awaitable, ec));
        if (ec || c.closed_) co_return;
    }
    while (!c.closed_) {
        c.parser_.emplace(options.max_header_bytes, options.max_header_fields);
        c.head_bytes_ = 0;
        c.answered_ = false;
        c.route_ = nullptr;
        c.upgrade_ = false;
        // A client that just connected has a request to send; afterwards it may take its time.
        c.enter(c.begin_ == c.end_ && c.served_ > 0 ? Phase::idle : Phase::head,
                c.begin_ == c.end_ && c.served_ > 0 ? options.idle_timeout : options.header_timeout);
        while (!c.parse_head()) {
            const auto n = co_await c.stream_.async_read_some(c.room(kFirstBuffer),
                                                              asio::redirect_error(asio::use_awaitable, ec));
            c.end_ += n;
            if ((ec && !c.read_failed(ec)) || c.closed_) co_return;
            if (ec) break;
            if (c.phase_ == Phase::idle) c.enter(Phase::head, options.header_timeout);
        }
        if (!c.answered_) c.plan();
        if (!c.answered_ && !c.parser_->is_done()) {
            const std::uint64_t expected = c.parser_->content_length().value_or(c.parser_->max_body_bytes);
            c.enter(Phase::body, options.body_timeout + time_to_transfer(expected));
            if (c.begin_ == c.end_ && iequals(c.parser_->request.headers.get("expect"), "100-continue")) {
                co_await asio::async_write(c.stream_, asio::buffer(kContinue),
                                           asio::redirect_error(asio::use_awaitable, ec));
            }
            while (!c.parse_body()) {
                const auto n = co_await c.stream_.async_read_some(
                    c.room(kBodyBuffer), asio::redirect_error(asio::use_awaitable, ec));
                c.end_ += n;
                if ((ec && !c.read_failed(ec)) || c.closed_) co_return;
                if (ec) break;
            }
        }
        if (!c.answered_) {
            c.enter(Phase::handler, c.route_->options.timeout);
            co_await c.handle();
            if (c.timed_out_ || c.closed_) co_return;
        }
        if (c.upgrade_ && !c.answered_) {
            co_await c.serve_websocket();
            co_return;
        }
        c.finish_response();
        c.enter(Phase::write, options.write_timeout + time_to_transfer(c.response_.content().size()));
        if (c.response_.stream && !c.is_head_) {
            co_await c.send_stream();
        } else {
            const std::size_t written = c.write_now();
            if (c.response_.shared_body || written < c.out_.size()) {
                std::array<asio::const_buffer, 2> rest{asio::buffer(c.out_) + written, asio::const_buffer()};
                if (c.response_.shared_body && !c.is_head_) rest[1] = asio::buffer(*c.response_.shared_body);
                co_await asio::async_write(c.stream_, rest, asio::redirect_error(asio::use_awaitable, ec));
                if (ec) c.close_socket();
            }
        }
        ++c.served_;
        c.log_access(c.response_.status, c.response_.stream ? 0 : c.response_.content().size());
        c.response_ = Response{};
        if (!c.keep_alive_) break;
    }
    if (!c.closed_) co_await c.drain();
}

template <class Stream>
asio::mutable_buffer Connection<Stream>::room(std::size_t wanted) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (begin_ > 0 && buffer_.size() - end_ < wanted / 2) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    // Bounded: what stays unparsed is at most a head (or chunk head) within its limit.
    if (buffer_.size() - end_ < wanted / 2) buffer_.resize(std::max(wanted, buffer_.size() * 2));
    return asio::buffer(buffer_.data() + end_, buffer_.size() - end_);
}

template <class Stream>
void Connection<Stream>::parse(ErrorCode& ec) {
    const auto used = parser_->put(asio::const_buffer(buffer_.data() + begin_, end_ - begin_), ec);
    begin_ += used;
    if (!parser_->is_header_done()) head_bytes_ += used;
}

template <class Stream>
bool Connection<Stream>::parse_head() {
    if (begin_ == end_) return false;
    const std::size_t limit = core_->options.max_header_bytes;
    ErrorCode ec;
    parse(ec);
    if (parser_->is_header_done() && !ec) return true;
    if (ec == beast::http::error::header_limit || head_bytes_ + (end_ - begin_) > limit) {
        refuse(431, "resource_exhausted", "the request's header fields are too large or too many", true);
        return true;
    }
    if (!ec || ec == beast::http::error::need_more) return false;
    if (parser_->malformed_encoding) {
        refuse(501, "unimplemented", "the only transfer coding taken is chunked", true);
    } else {
        refuse(400, "invalid_argument", "ill-formed HTTP request: " + ec.message(), true);
    }
    return true;
}

template <class Stream>
bool Connection<Stream>::parse_body() {
    parser_->eager(true);
    if (begin_ == end_) return false;
    ErrorCode ec;
    parse(ec);
    if (parser_->is_done()) return true;
    if (ec == beast::http::error::body_limit) {
        refuse(413, "resource_exhausted",
               "the body is larger than the " + std::to_string(parser_->max_body_bytes) + " bytes taken here",
               true);
        return true;
    }
    // A chunk's head or trailer that never ends must not fill the buffer.
    if ((ec && ec != beast::http::error::need_more) || end_ - begin_ > core_->options.max_header_bytes) {
        refuse(400, "invalid_argument", "ill-formed body: " + (ec ? ec.message() : "chunk head too long"),
               true);
        return true;
    }
    return false;
}

template <class Stream>
bool Connection<Stream>::read_failed(const ErrorCode& ec) {
    if (!expired_ || ec != asio::error::operation_aborted) return false;
    refuse(408, "deadline_exceeded", "the request did not arrive in time", true);
    return true;
}

template <class Stream>
void Connection<Stream>::refuse(int status, std::string_view code, std::string_view message, bool last) {
    if (exchange_.request_id.empty() || !parser_->is_header_done()) {
        request_id_ = core_->make_request_id();
        started_ = core_->clock.steady();
        is_head_ = false;
        keep_alive_ = false;
        note_exchange(parser_->request);
    }
    response_ = Response::error(status, code, message);
    if (last) keep_alive_ = false;
    answered_ = true;
}

template <class Stream>
void Connection<Stream>::note_exchange(const Request& request) {
    exchange_.method = request.method;
    exchange_.target = request.target;
    exchange_.route = route_ ? std::string_view(route_->pattern) : std::string_view{};
    exchange_.client_ip = request.client_ip.empty() ? peer_text_ : request.client_ip;
    exchange_.request_id = request_id_;
    exchange_.scheme = request.scheme;
    exchange_.request_bytes = 0;
}

template <class Stream>
void Connection<Stream>::identify(Request& request) {
    request.is_tls = kTls;
    request.peer_ip = peer_text_;
    if (peer_trusted_) {
        ClientInfo info = resolve_client(peer_, kTls, request.headers, core_->options.trusted_proxies);
        request.client_ip = std::move(info.ip);
        request.scheme = std::move(info.scheme);
        request.host = std::move(info.host);
    } else {
        request.client_ip = peer_text_;
        request.scheme = kTls ? "https" : "http";
        request.host = request.headers.get("host");
    }
    const std::string_view given = request.headers.get("x-request-id");
    request_id_ = valid_request_id(given) ? std::string(given) : core_->make_request_id();
    request.request_id = request_id_;
}

template <class Stream>
bool Connection<Stream>::wants_upgrade() const {
    const Headers& headers = parser_->request.headers;
    return parser_->request.method == Method::get && headers.has_token("upgrade", "websocket") &&
           headers.has_token("connection", "upgrade");
}

template <class Stream>
void Connection<Stream>::plan() {
    Request& request = parser_->request;
    started_ = core_->clock.steady();
    is_head_ = request.method == Method::head;
    keep_alive_ = parser_->keep_alive() && served_ + 1 < core_->options.max_requests_per_connection;
    identify(request);
    auto match = core_->router->match(request.method, request.path());
    route_ = match.route;
    request.params = std::move(match.params);
    note_exchange(request);
    // Whether a body follows a refusal: then the connection cannot go on.
    const bool last = !parser_->is_done();
    if ((parser_->version == 11 && parser_->hosts() != 1) || parser_->hosts() > 1 ||
        (parser_->hosts() == 1 && !request.headers.get("host").empty() &&
         !valid_host(request.headers.get("host")))) {
        return refuse(400, "invalid_argument", "a request needs exactly one well-formed Host field", last);
    }
    if (!route_) {
        const int status = match.status;
        refuse(status,
               status == 404   ? "not_found"
               : status == 405 ? "unimplemented"
                               : "invalid_argument",
               status == 404   ? "nothing lives at this path"
               : status == 405 ? "this path does not take this method"
                               : "the path is ill-formed",
               last);
        if (!match.allow.empty()) response_.headers.add("Allow", match.allow);
        return;
    }
    if (route_->websocket) {
        upgrade_ = wants_upgrade();
        if (!upgrade_) {
            refuse(426, "failed_precondition", "this path speaks WebSocket only", last);
            response_.headers.add("Upgrade", "websocket");
            return;
        }
    }
    const std::size_t limit = route_->options.max_body_bytes;
    parser_->max_body_bytes = limit;
    const auto length = parser_->content_length();
    if (length && *length > limit) {
        return refuse(413, "resource_exhausted",
                      "the body is larger than the " + std::to_string(limit) + " bytes taken here", true);
    }
    const std::string_view expect = request.headers.get("expect");
    if (!expect.empty() && !iequals(expect, "100-continue")) {
        return refuse(417, "invalid_argument", "the only expectation met is 100-continue", last);
    }
    if (run_head_hooks() && last) keep_alive_ = false;
}

template <class Stream>
bool Connection<Stream>::run_head_hooks() {
    try {
        for (const HeadHook& hook : route_->options.head) {
            if (auto early = hook(parser_->request)) {
                response_ = std::move(*early);
                answered_ = true;
                break;
            }
        }
    } catch (const std::exception& e) {
        core_->report("request " + request_id_ + ": a hook threw: " + e.what());
        refuse(500, "internal", "something went wrong here; it was logged", true);
    }
    return answered_;
}

template <class Stream>
asio::awaitable<void> Connection<Stream>::handle() {
    exchange_.request_bytes = parser_->request.body.size();
    std::string failure;
    try {
        for (const BeforeHook& hook : route_->options.before) {
            std::optional<Response> early = co_await hook(parser_->request);
            if (early) {
                response_ = std::move(*early);
                answered_ = true;
                break;
            }
        }
        if (!answered_ && !upgrade_) {
            response_ = co_await route_->handler(std::move(parser_->request));
            answered_ = true;
        }
    } catch (const std::exception& e) {
        failure = e.what();
        if (failure.empty()) failure = "no words";
    } catch (...) {
        failure = "not a std::exception";
    }
    if (failure.empty()) co_return;
    core_->report("request " + request_id_ + " " + std::string(exchange_.route) +
                  ": the handler threw: " + failure);
    if (!timed_out_) refuse(500, "internal", "something went wrong here; it was logged", false);
}

template class Connection<PlainStream>;
template class Connection<TlsStream>;

}  // namespace guichet::http::detail
