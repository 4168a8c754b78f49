#pragma once
// Outgoing HTTP(S) for connectors. What a caller must know to never publish twice is in the outcome:
//
//   response   the whole answer came; whatever its status says, the platform has decided
//   not_sent   not one byte of the request left: trying again is safe
//   ambiguous  bytes left, no whole answer came (time-out, reset, cut): the platform may or may not have
//   acted
//
// Redirects are not followed. Answers are taken without content coding. Runs on the io thread.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"
#include "common/http/headers.hpp"
#include "common/http/ip_address.hpp"
#include "common/http/message.hpp"

namespace boost::asio {
class io_context;
}

namespace guichet::http {

struct ClientRequest {
    Method method = Method::get;
    std::string url;  // http:// or https://, absolute
    // Host, Connection, Content-Length and Transfer-Encoding are ours; User-Agent is added when absent.
    Headers headers;
    std::string body;
    // Wall clock. Checked right before the first byte is written, after connecting: later, nothing is sent.
    std::optional<TimeMs> not_after;
    // 0: the client's limit.
    std::size_t max_response_bytes = 0;
};

enum class Outcome { response, not_sent, ambiguous };
const char* to_string(Outcome outcome);

struct ClientResult {
    Outcome outcome = Outcome::not_sent;
    // Of a response. An ambiguous result has a status (for the log) when the answer's head came but not all
    // of its body.
    int status = 0;
    Headers headers;
    std::string body;
    // The body was longer than the limit and is cut there.
    bool truncated = false;
    // Why there is no response: deadline_exceeded, unavailable, permission_denied (an address that must not
    // be reached), failed_precondition (the certificate), invalid_argument (the request), resource_exhausted.
    Status error;
};

// Addresses of a host name. For tests, and where names come from elsewhere than the system.
using ResolveHost = std::function<asio::awaitable<Result<std::vector<IpAddress>>>(std::string host)>;

struct ClientOptions {
    // Networks that may be reached although they are not public (is_public_address); checked on the address
    // that is connected to, whatever name led there.
    CidrSet allowed_networks;
    // PEM file with the authorities to trust, instead of the system's.
    std::string ca_file;
    std::chrono::milliseconds connect_timeout{5'000};  // of each address, TLS apart
    std::size_t max_response_header_bytes = 32 * 1024;
    std::size_t max_response_bytes = 1024 * 1024;
    std::size_t max_in_flight = 256;
    std::size_t max_idle_per_host = 4;
    std::chrono::milliseconds idle_timeout{20'000};
    ResolveHost resolve;  // empty: the system's resolver
};

class Client {
  public:
    // Fails when ca_file cannot be used. `clock` must outlive every request.
    static Result<std::unique_ptr<Client>> create(asio::io_context& io, const Clock& clock,
                                                  ClientOptions options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // `limit`: for all of it, from now until the last byte of the answer.
    asio::awaitable<ClientResult> request(ClientRequest request, std::chrono::milliseconds limit);
    std::size_t idle_connections() const;

  private:
    struct Impl;
    explicit Client(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace guichet::http
