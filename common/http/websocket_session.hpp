#pragma once
// Internal: WebSocket over a Beast stream. One reader coroutine fills a bounded inbox; one write after
// another drains a bounded queue.
#include <deque>
#include <limits>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "common/http/router.hpp"
#include "common/http/websocket.hpp"

namespace guichet::http::detail {

namespace beast = boost::beast;

template <class Stream>
class WebSocketSession final : public WebSocket,
                               public std::enable_shared_from_this<WebSocketSession<Stream>> {
  public:
    using Executor = asio::io_context::executor_type;
    using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                             asio::wait_traits<std::chrono::steady_clock>, Executor>;

    WebSocketSession(Stream&& stream, Executor executor, const WebSocketOptions& options,
                     std::string protocol)
        : ws_(std::move(stream)),
          executor_(executor),
          max_queued_messages_(options.max_queued_messages),
          max_queued_bytes_(options.max_queued_bytes),
          max_unread_(options.max_unread_messages),
          close_timeout_(options.close_timeout),
          inbox_signal_(executor, Timer::time_point::max()),
          room_signal_(executor, Timer::time_point::max()),
          over_signal_(executor, Timer::time_point::max()),
          close_timer_(executor),
          protocol_(std::move(protocol)) {
        beast::websocket::stream_base::timeout timeouts{};
        // Beast applies it to the opening handshake, of which only the answer is left, and to the closing
        // one.
        timeouts.handshake_timeout = options.close_timeout;
        timeouts.idle_timeout = options.keepalive;
        timeouts.keep_alive_pings = true;
        ws_.set_option(timeouts);
        ws_.read_message_max(options.max_message_bytes);
        ws_.text(true);
        // One frame and one write for a message.
        ws_.auto_fragment(false);
    }

    // The handshake; `decorate` adds fields to the 101 answer. False when it failed: the stream is then
    // useless.
    asio::awaitable<bool> accept(beast::http::request<beast::http::empty_body> request,
                                 std::function<void(beast::websocket::response_type&)> decorate) {
        ws_.set_option(beast::websocket::stream_base::decorator(std::move(decorate)));
        boost::system::error_code ec;
        co_await ws_.async_accept(request, asio::redirect_error(asio::use_awaitable, ec));
        started_ = !ec;
        co_return started_;
    }

    void start() { asio::co_spawn(executor_, read_loop(this->shared_from_this()), asio::detached); }

    // Returns when both coroutines have ended; bounded by close() and its time-out.
    asio::awaitable<void> finished() {
        boost::system::error_code ec;
        while (reading_ || writing_) {
            co_await over_signal_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        }
    }

    void cut() {
        boost::system::error_code ignored;
        beast::get_lowest_layer(ws_).close(ignored);
    }

    bool send(std::string text) override {
        if (!is_open()) return false;
        return send(std::make_shared<const std::string>(std::move(text)));
    }

    bool send(std::shared_ptr<const std::string> text) override {
        if (!is_open()) return false;
        if (queue_.size() >= max_queued_messages_ || queued_bytes_ + text->size() > max_queued_bytes_) {
            queue_.clear();
            queued_bytes_ = 0;
            close(kCloseTryAgainLater, "too slow");
            return false;
        }
        queued_bytes_ += text->size();
        queue_.push_back(std::move(text));
        wake_writer();
        return true;
    }

    asio::awaitable<bool> drained() override {
        auto self = this->shared_from_this();
        boost::system::error_code ec;
        while (writing_ && is_open()) {
            co_await over_signal_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        }
        co_return is_open();
    }

    asio::awaitable<std::optional<std::string>> receive() override {
        auto self = this->shared_from_this();
        boost::system::error_code ec;
        while (inbox_.empty() && reading_) {
            co_await inbox_signal_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        }
        if (inbox_.empty()) co_return std::nullopt;
        std::optional<std::string> message(std::move(inbox_.front()));
        inbox_.pop_front();
        room_signal_.cancel();
        co_return message;
    }

    void close(std::uint16_t code, std::string_view reason) override {
        if (!is_open()) return;
        // Beast forgets its locks when the handshake ends: nothing may be written before.
        if (!started_) return cut();
        closing_ = true;
        close_code_ = code;
        // A control frame holds 125 bytes, two of them the code.
        close_reason_ = reason.substr(0, 120);
        close_timer_.expires_after(close_timeout_);
        std::weak_ptr<WebSocketSession> weak = this->weak_from_this();
        close_timer_.async_wait([weak](boost::system::error_code ec) {
            auto self = weak.lock();
            if (!ec && self) self->cut();
        });
        room_signal_.cancel();
        wake_writer();
    }

    bool is_open() const override { return !closing_ && reading_; }
    std::uint16_t close_code() const override { return close_code_; }
    std::size_t queued_bytes() const override { return queued_bytes_; }
    const std::string& protocol() const override { return protocol_; }

  private:
    void wake_writer() {
        if (writing_) return;
        writing_ = true;
        write_next();
    }

    // By callbacks: a coroutine for each message costs more than its write.
    void write_next() {
        if (!queue_.empty()) {
            now_ = std::move(queue_.front());
            queue_.pop_front();
            queued_bytes_ -= now_->size();
            ws_.async_write(asio::buffer(*now_), [self = this->shared_from_this()](
                                                     const boost::system::error_code& ec, std::size_t) {
                if (ec) return self->end_writing(ec);
                self->write_next();
            });
        } else if (closing_ && reading_) {
            const beast::websocket::close_reason reason(
                static_cast<beast::websocket::close_code>(close_code_), close_reason_);
            ws_.async_close(reason, [self = this->shared_from_this()](const boost::system::error_code& ec) {
                self->end_writing(ec);
            });
        } else {
            end_writing({});
        }
    }

    void end_writing(const boost::system::error_code& ec) {
        // The reader sees the same failure, or is made to.
        if (ec) cut();
        now_.reset();
        writing_ = false;
        over_signal_.cancel();
    }

    static asio::awaitable<void> read_loop(std::shared_ptr<WebSocketSession> self) {
        boost::system::error_code ec;
        beast::flat_buffer buffer;
        while (!ec) {
            // Once we are closing, messages are read only to reach the client's close frame.
            while (self->inbox_.size() >= self->max_unread_ && !self->closing_) {
                boost::system::error_code ignored;
                co_await self->room_signal_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            }
            co_await self->ws_.async_read(buffer, asio::redirect_error(asio::use_awaitable, ec));
            if (ec) break;
            if (!self->closing_) self->inbox_.push_back(beast::buffers_to_string(buffer.cdata()));
            buffer.consume(buffer.size());
            self->inbox_signal_.cancel();
        }
        self->reading_ = false;
        if (self->close_code_ == 0) self->close_code_ = self->code_of(ec);
        self->queue_.clear();
        self->queued_bytes_ = 0;
        self->cut();
        self->close_timer_.cancel();
        self->inbox_signal_.cancel();
        self->over_signal_.cancel();
    }

    std::uint16_t code_of(const boost::system::error_code& ec) const {
        // Set as soon as the client's close frame is there, however the connection then ends.
        if (ws_.reason().code != 0) return static_cast<std::uint16_t>(ws_.reason().code);
        if (ec == beast::websocket::error::message_too_big) return beast::websocket::close_code::too_big;
        return ec == beast::websocket::error::closed ? 1005 : 1006;
    }

    beast::websocket::stream<Stream, false> ws_;
    Executor executor_;
    const std::size_t max_queued_messages_;
    const std::size_t max_queued_bytes_;
    const std::size_t max_unread_;
    const std::chrono::milliseconds close_timeout_;
    std::deque<std::shared_ptr<const std::string>> queue_;
    std::size_t queued_bytes_ = 0;
    // Being written.
    std::shared_ptr<const std::string> now_;
    std::deque<std::string> inbox_;
    // Used as condition variables: they never expire, cancel() wakes the waiter, which checks again.
    Timer inbox_signal_;
    Timer room_signal_;
    Timer over_signal_;
    Timer close_timer_;
    const std::string protocol_;
    bool started_ = false;
    bool reading_ = true;
    bool writing_ = false;
    bool closing_ = false;
    std::uint16_t close_code_ = 0;
    std::string close_reason_;
};

}  // namespace guichet::http::detail
