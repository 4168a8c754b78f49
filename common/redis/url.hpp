#pragma once
// Where a Redis server is:
//
//     redis://[user[:password]@]host[:port][/db]      TCP, port 6379 by default
//     rediss://...[?cafile=/path/ca.pem]              TLS; the system's authorities without cafile
//     unix://[user[:password]@]/path/redis.sock[?db=N]
//
// User and password are percent-decoded. "redis://:secret@host" is the password of the default user.
#include <cstdint>
#include <string>
#include <string_view>

#include "common/core/status.hpp"

namespace guichet::redis {

struct Address {
    enum class Kind : std::uint8_t { tcp, tls, unix_socket };

    Kind kind = Kind::tcp;
    std::string host;
    std::uint16_t port = 6379;
    std::string path;      // of the unix socket
    std::string user;      // empty: the default user
    std::string password;  // empty: no AUTH
    int database = 0;
    std::string ca_file;  // PEM; empty: the system's authorities

    // The same URL with the password as "***": the only form that may be printed.
    std::string redacted() const;
};

// INVALID_ARGUMENT with words that never hold the password.
Result<Address> parse_url(std::string_view url);

Address unix_address(std::string path);

}  // namespace guichet::redis
