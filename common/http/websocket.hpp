#pragma once
// A WebSocket connection as its handler sees it. Nothing here waits for a slow client.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace guichet::http {

namespace asio = boost::asio;

// Close codes, RFC 6455 section 7.4.
inline constexpr std::uint16_t kCloseNormal = 1000;
inline constexpr std::uint16_t kCloseGoingAway = 1001;
inline constexpr std::uint16_t kClosePolicy = 1008;
inline constexpr std::uint16_t kCloseInternal = 1011;
inline constexpr std::uint16_t kCloseTryAgainLater = 1013;

// Used on the server's io thread only. When the handler returns, the socket is closed with 1000.
class WebSocket {
  public:
    virtual ~WebSocket() = default;
    // Queues a text message. False when the connection is closing or closed, or when this message was too
    // much for the queue: the client is then being dropped (1013) and nothing more will be sent.
    virtual bool send(std::string text) = 0;
    // The same for one text that goes to many clients.
    virtual bool send(std::shared_ptr<const std::string> text) = 0;
    // True once nothing waits to be written any more: the way to send a slow client fewer, larger messages.
    // False when the connection is closing or closed.
    virtual asio::awaitable<bool> drained() = 0;
    // The next message (text or binary), nothing once the connection is over. One call at a time.
    virtual asio::awaitable<std::optional<std::string>> receive() = 0;
    // Sends what is queued, then the close frame. Further calls do nothing.
    virtual void close(std::uint16_t code = kCloseNormal, std::string_view reason = {}) = 0;
    virtual bool is_open() const = 0;
    // Why it ended: what we closed with, else what the client did; 1006 when it just broke off, 0 while open.
    virtual std::uint16_t close_code() const = 0;
    virtual std::size_t queued_bytes() const = 0;
    // The subprotocol chosen; "" for none.
    virtual const std::string& protocol() const = 0;
};

}  // namespace guichet::http
