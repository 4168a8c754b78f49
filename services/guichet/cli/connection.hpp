#pragma once
// Where the server is and who asks.
#include <memory>
#include <string>

#include "common/rpc/client.hpp"

namespace guichet::cli {

struct Where {
    // Each empty: found as README.md says.
    std::string server;
    std::string data;
    // How to speak to it where it speaks TLS: files (PEM), and the name that its certificate must have.
    std::string tls_ca, tls_cert, tls_key, tls_name;
};

class Connection {
  public:
    static Result<Connection> open(const Where& where);
    rpc::SyncClient& client() { return *client_; }
    const std::string& address() const { return address_; }
    // "r-<random>": every command is one request.
    static std::string request_id();

  private:
    std::string address_;
    std::unique_ptr<rpc::SyncClient> client_;
};

// The exit code for a failure, and its words on standard error.
int fail(const Status& status);

}  // namespace guichet::cli
