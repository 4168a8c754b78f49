#pragma once
// Who the client is when proxies stand before us. Pure.
#include <string>
#include <string_view>

#include "common/http/headers.hpp"
#include "common/http/ip_address.hpp"

namespace guichet::http {

struct ClientInfo {
    std::string ip;
    std::string scheme;  // "http" or "https"
    std::string host;    // with port, as the client named it; "" when unknown or ill-formed
};

// `peer` is the other end of the socket. Its X-Forwarded-For, -Proto and -Host count only when it is in
// `trusted`: X-Forwarded-For is then read from the right, past further trusted proxies, to the first address
// that is not one (an entry that is no address ends the walk at the hop before it). Of -Proto and -Host the
// last member counts, the one the nearest proxy wrote.
ClientInfo resolve_client(const IpAddress& peer, bool peer_is_tls, const Headers& headers,
                          const CidrSet& trusted);

// host, host:port or [v6]:port, nothing else.
bool valid_host(std::string_view text);

}  // namespace guichet::http
