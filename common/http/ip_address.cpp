#include "common/http/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace guichet::http {

namespace {

constexpr std::array<unsigned char, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool in_network(const IpAddress& ip, const IpAddress& network, int bits) {
    const int whole = bits / 8;
    if (std::memcmp(ip.bytes.data(), network.bytes.data(), static_cast<std::size_t>(whole)) != 0)
        return false;
    const int rest = bits % 8;
    if (rest == 0) return true;
    const auto at = static_cast<std::size_t>(whole);
    return ((ip.bytes[at] ^ network.bytes[at]) >> (8 - rest)) == 0;
}

bool is_public_v4(const unsigned char* b) {
    struct Range {
        unsigned char a, b, c, bits;
    };
    // The fourth byte is zero in all of them.
    static constexpr Range kSpecial[] = {
        {0, 0, 0, 8},     {10, 0, 0, 8},      {100, 64, 0, 10},  {127, 0, 0, 8},    {169, 254, 0, 16},
        {172, 16, 0, 12}, {192, 0, 0, 24},    {192, 0, 2, 24},   {192, 88, 99, 24}, {192, 168, 0, 16},
        {198, 18, 0, 15}, {198, 51, 100, 24}, {203, 0, 113, 24}, {224, 0, 0, 4},    {240, 0, 0, 4},
    };
    const auto value = static_cast<std::uint32_t>(b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]);
    return std::none_of(std::begin(kSpecial), std::end(kSpecial), [&](const Range& r) {
        const auto network = static_cast<std::uint32_t>(r.a << 24 | r.b << 16 | r.c << 8);
        return ((value ^ network) >> (32 - r.bits)) == 0;
    });
}

}  // namespace

bool IpAddress::is_v4() const {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

std::optional<IpAddress> parse_ip(std::string_view text) {
    if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    char copy[INET6_ADDRSTRLEN] = {};
    // Not memcpy: what is empty may be nowhere.
    std::copy(text.begin(), text.end(), copy);
    if (std::memchr(copy, 0, text.size()) != nullptr) return std::nullopt;
    IpAddress ip;
    if (text.find(':') != std::string_view::npos) {
        if (inet_pton(AF_INET6, copy, ip.bytes.data()) != 1) return std::nullopt;
        return ip;
    }
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), ip.bytes.begin());
    if (inet_pton(AF_INET, copy, ip.bytes.data() + 12) != 1) return std::nullopt;
    return ip;
}

std::string to_string(const IpAddress& ip) {
    char text[INET6_ADDRSTRLEN] = {};
    if (ip.is_v4()) {
        inet_ntop(AF_INET, ip.bytes.data() + 12, text, sizeof text);
    } else {
        inet_ntop(AF_INET6, ip.bytes.data(), text, sizeof text);
    }
    return text;
}

bool is_public_address(const IpAddress& ip) {
    const unsigned char* b = ip.bytes.data();
    if (ip.is_v4()) return is_public_v4(b + 12);
    const auto starts = [b](std::initializer_list<unsigned char> prefix) {
        return std::equal(prefix.begin(), prefix.end(), b);
    };
    // Only 2000::/3 is global unicast; NAT64's well-known prefix is the one exception that leads to a public
    // host.
    if (starts({0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return is_public_v4(b + 12);
    if ((b[0] & 0xe0) != 0x20) return false;
    if (starts({0x20, 0x02})) return is_public_v4(b + 2);
    // 2001::/23 is kept for protocols (Teredo, benchmarking, ORCHID), 2001:db8::/32 and 3fff::/20 for
    // documents.
    if (starts({0x20, 0x01}) && b[2] < 2) return false;
    if (starts({0x20, 0x01, 0x0d, 0xb8})) return false;
    return !(b[0] == 0x3f && b[1] == 0xff && b[2] < 0x10);
}

Result<CidrSet> CidrSet::parse(const std::vector<std::string>& texts) {
    CidrSet set;
    for (const std::string& text : texts) {
        const auto slash = text.find('/');
        const auto ip = parse_ip(std::string_view(text).substr(0, slash));
        if (!ip) return invalid("", "not an IP address or network: " + text);
        Network network{*ip, 128};
        if (slash != std::string::npos) {
            const char* end = text.data() + text.size();
            const int family_bits = text.find(':') == std::string::npos ? 32 : 128;
            int bits = -1;
            const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
            if (error != std::errc{} || stop != end || bits < 0 || bits > family_bits) {
                return invalid("", "not a network: " + text);
            }
            network.bits = bits + 128 - family_bits;
        }
        set.networks_.push_back(network);
    }
    return set;
}

bool CidrSet::contains(const IpAddress& ip) const {
    return std::any_of(networks_.begin(), networks_.end(),
                       [&](const Network& n) { return in_network(ip, n.ip, n.bits); });
}

}  // namespace guichet::http
