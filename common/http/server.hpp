#pragma once
// HTTP/1.1 server: routes of a Router on any number of listeners, with or without TLS.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/core/random.hpp"
#include "common/core/status.hpp"
#include "common/http/ip_address.hpp"
#include "common/http/router.hpp"
#include "common/http/security_headers.hpp"

namespace boost::asio {
class io_context;
}

namespace guichet::http {

struct ListenOptions {
    std::string address = "127.0.0.1";  // "::" listens on IPv4 too
    std::uint16_t port = 0;             // 0: the system chooses; see Server::port
    // PEM files; both or neither. Read again when they change, for new connections.
    std::string tls_certificate_file;
    std::string tls_key_file;
};

struct AccessRecord {
    const Exchange& exchange;
    int status;
    std::size_t response_bytes;         // of the body
    std::chrono::nanoseconds duration;  // from the whole head until the answer was written
};

struct ServerOptions {
    std::vector<ListenOptions> listeners;
    std::size_t max_header_bytes = 16 * 1024;
    std::size_t max_header_fields = 100;
    std::size_t max_connections = 10'000;
    std::size_t max_requests_per_connection = 10'000;
    std::chrono::milliseconds header_timeout{
        10'000};  // from the first byte of a request to the end of its head
    // Body and answer have 1 s more for each 16 KB, so that large files may come and go over slow lines.
    std::chrono::milliseconds body_timeout{60'000};
    std::chrono::milliseconds idle_timeout{75'000};   // between requests; a new connection has header_timeout
    std::chrono::milliseconds write_timeout{30'000};  // of one answer, or one piece of a streamed one
    CidrSet trusted_proxies;
    SecurityPolicy security;
    // Run on every answer, refusals of the server itself included (pages for errors, further headers).
    std::vector<AfterHook> after;
    // Called on the io thread; must not throw nor block.
    std::function<void(const AccessRecord&)> on_access;
    // A handler threw, or accepting failed: words for the log, without the request's body.
    std::function<void(std::string_view what)> on_error;
};

// Lives on the io thread. Timeouts are checked about every 100 ms, so they fire up to that much late.
class Server {
  public:
    Server(asio::io_context& io, const Clock& clock, Random& random, ServerOptions options,
           std::shared_ptr<const Router> router);
    // Cuts everything that stop() did not end. The io_context must not run handlers of this server afterwards
    // unless router, clock and callbacks still live.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Binds all listeners and starts accepting; fails as a whole.
    Result<> start();
    // The port that listener `index` really has.
    std::uint16_t port(std::size_t index = 0) const;
    std::size_t connections() const;

    // Stops accepting, closes idle connections, lets requests in flight finish (answered with Connection:
    // close), closes WebSockets with 1001, and cuts what is left after `deadline`. False when something had
    // to be cut.
    asio::awaitable<bool> stop(std::chrono::milliseconds deadline);

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace guichet::http
