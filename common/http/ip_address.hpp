#pragma once
// IP addresses as values, sets of networks, and which addresses an outgoing request may reach. Pure.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/status.hpp"

namespace guichet::http {

// IPv4 is held as ::ffff:a.b.c.d, so that a mapped address and the plain one are the same.
struct IpAddress {
    std::array<unsigned char, 16> bytes{};
    bool is_v4() const;
    auto operator<=>(const IpAddress&) const = default;
};

// Dotted IPv4 (exactly four decimal numbers) or IPv6, without brackets, port or zone.
std::optional<IpAddress> parse_ip(std::string_view text);
// IPv4 dotted, IPv6 compressed.
std::string to_string(const IpAddress& ip);

// False for everything that is not an ordinary host of the public internet: loopback, private, link-local
// (cloud metadata), shared (100.64/10), multicast, broadcast, documentation, benchmarking, reserved,
// unspecified, unique-local; also where such an IPv4 address is embedded in IPv6 (mapped, compatible, NAT64,
// 6to4, Teredo). Source: IANA special-purpose address registries (RFC 6890).
bool is_public_address(const IpAddress& ip);

class CidrSet {
  public:
    CidrSet() = default;
    // "10.0.0.0/8", "fd00::/8", or a single address.
    static Result<CidrSet> parse(const std::vector<std::string>& texts);
    bool contains(const IpAddress& ip) const;
    bool empty() const { return networks_.empty(); }

  private:
    struct Network {
        IpAddress ip;
        int bits = 128;  // of the 128-bit form
    };
    std::vector<Network> networks_;
};

}  // namespace guichet::http
