#include "common/http/trusted_proxies.hpp"

#include <algorithm>
#include <optional>

#include "common/http/text.hpp"

namespace guichet::http {

namespace {

// Some proxies write a port behind the address, and brackets around IPv6.
std::optional<IpAddress> parse_hop(std::string_view text) {
    text = trim(text);
    if (text.starts_with('[')) return parse_ip(text.substr(1, text.find(']') - 1));
    if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
    return parse_ip(text);
}

std::string last_member(const Headers& headers, std::string_view name) {
    const std::string all = headers.joined(name);
    const auto comma = all.rfind(',');
    return std::string(
        trim(comma == std::string::npos ? std::string_view(all) : std::string_view(all).substr(comma + 1)));
}

}  // namespace

bool valid_host(std::string_view text) {
    if (text.empty() || text.size() > 261) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
    });
}

ClientInfo resolve_client(const IpAddress& peer, bool peer_is_tls, const Headers& headers,
                          const CidrSet& trusted) {
    const std::string_view named = headers.get("host");
    ClientInfo info{to_string(peer), peer_is_tls ? "https" : "http",
                    valid_host(named) ? std::string(named) : ""};
    if (trusted.empty() || !trusted.contains(peer)) return info;

    IpAddress client = peer;
    const std::string chain = headers.joined("x-forwarded-for");
    if (!chain.empty()) {
        const auto hops = split(chain, ',');
        for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
            const auto ip = parse_hop(*hop);
            if (!ip) break;
            client = *ip;
            if (!trusted.contains(client)) break;
        }
    }
    info.ip = to_string(client);
    const std::string proto = last_member(headers, "x-forwarded-proto");
    if (iequals(proto, "https")) info.scheme = "https";
    if (iequals(proto, "http")) info.scheme = "http";
    const std::string host = last_member(headers, "x-forwarded-host");
    if (valid_host(host)) info.host = host;
    return info;
}

}  // namespace guichet::http
