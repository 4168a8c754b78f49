#pragma once
// Internal: one client's connection. run() is its only coroutine, but for the answer given when a handler
// takes too long. Time limits are a field that the server's sweep looks at, so a request arms no timer.
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "common/http/request_parser.hpp"
#include "common/http/server_core.hpp"
#include "common/http/websocket_session.hpp"

namespace guichet::http::detail {

// The io_context's own executor: type-erased ones cost a virtual call and a reference count on each
// operation.
using Executor = asio::io_context::executor_type;
using PlainStream = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using TlsStream = asio::ssl::stream<PlainStream>;

template <class Stream>
class Connection final : public ConnectionBase, public std::enable_shared_from_this<Connection<Stream>> {
  public:
    static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

    Connection(std::shared_ptr<ServerCore> core, Stream stream, Executor executor, const IpAddress& peer);
    ~Connection() override;

    static asio::awaitable<void> run(std::shared_ptr<Connection> self);

    std::shared_ptr<ConnectionBase> share() override { return this->shared_from_this(); }
    void check_deadline(std::chrono::nanoseconds now) override;
    void begin_stop() override;
    void cut() override;

  private:
    enum class Phase { handshake, idle, head, body, handler, write, produce, drain, websocket };

    void enter(Phase phase, std::chrono::nanoseconds limit);
    // A request of which nothing has come yet.
    bool is_idle() const;
    void close_socket();

    // Reading. Both return true when an answer is due or the part is complete, false when more bytes are
    // needed.
    bool parse_head();
    bool parse_body();
    asio::mutable_buffer room(std::size_t wanted);
    void parse(ErrorCode& ec);
    // The client's silence or end while a request was awaited; true when that still deserves an answer.
    bool read_failed(const ErrorCode& ec);

    // Deciding.
    void plan();
    void identify(Request& request);
    void note_exchange(const Request& request);
    bool wants_upgrade() const;
    bool run_head_hooks();
    void refuse(int status, std::string_view code, std::string_view message, bool last);

    // Answering.
    asio::awaitable<void> handle();
    asio::awaitable<void> serve_websocket();
    asio::awaitable<void> send_stream();
    asio::awaitable<void> drain();
    void finish_response();
    void compose(const Response& response, bool keep_alive);
    std::size_t write_now();
    void log_access(int status, std::size_t bytes);
    static asio::awaitable<void> answer_timeout(std::shared_ptr<Connection> self);

    std::shared_ptr<ServerCore> core_;
    Stream stream_;
    Executor executor_;
    const IpAddress peer_;
    const std::string peer_text_;
    const bool peer_trusted_;
    std::list<ConnectionBase*>::iterator place_;

    Phase phase_ = Phase::handshake;
    std::chrono::nanoseconds deadline_{};
    bool expired_ = false;    // the sweep cancelled a read
    bool timed_out_ = false;  // the sweep answered in the handler's place
    bool closed_ = false;
    std::shared_ptr<WebSocketSession<Stream>> session_;

    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;

    // Of the present request.
    std::optional<RequestParser> parser_;
    std::size_t head_bytes_ = 0;
    const Route* route_ = nullptr;
    bool answered_ = false;
    bool upgrade_ = false;
    bool keep_alive_ = true;
    bool is_head_ = false;
    std::string request_id_;
    std::chrono::nanoseconds started_{};
    Exchange exchange_;
    Response response_;
    std::string out_;
    std::size_t served_ = 0;
};

extern template class Connection<PlainStream>;
extern template class Connection<TlsStream>;

}  // namespace guichet::http::detail
