#include "common/redis/url.hpp"

#include <charconv>
#include <optional>

#include "common/core/bytes.hpp"

namespace guichet::redis {
namespace {

Status bad(std::string what) {
    return invalid("redis.url", "redis URL: " + std::move(what) +
                                    "; expected redis://[user[:password]@]host[:port][/db], rediss://... or "
                                    "unix:///path/redis.sock");
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        auto byte = i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
        if (!byte) return std::nullopt;
        out += *byte;
        i += 2;
    }
    return out;
}

std::optional<int> number(std::string_view text, int low, int high) {
    int value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && value >= low && value <= high ? std::optional(value) : std::nullopt;
}

// Cuts `text` at the first `mark`; the part behind it, if there is one.
std::optional<std::string_view> cut(std::string_view& text, char mark) {
    auto at = text.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    auto behind = text.substr(at + 1);
    text = text.substr(0, at);
    return behind;
}

Result<void> read_user(std::string_view text, Address& address) {
    auto password = cut(text, ':');
    auto user = percent_decoded(text);
    if (!user) return bad("the user name has a broken percent escape");
    address.user = *user;
    if (!password) return bad("a user name needs a password (user:password@)");
    auto decoded = percent_decoded(*password);
    if (!decoded) return bad("the password has a broken percent escape");
    if (decoded->empty()) return bad("the password is empty");
    address.password = *decoded;
    return {};
}

Result<void> read_query(std::string_view query, Address& address) {
    while (!query.empty()) {
        std::string_view pair = query;
        query = cut(pair, '&').value_or(std::string_view());
        auto value = cut(pair, '=').value_or(std::string_view());
        auto decoded = percent_decoded(value);
        if (!decoded) return bad("a parameter has a broken percent escape");
        if (pair == "cafile" && address.kind == Address::Kind::tls && !decoded->empty()) {
            address.ca_file = *decoded;
        } else if (auto db = number(*decoded, 0, 1'000'000);
                   pair == "db" && address.kind == Address::Kind::unix_socket && db) {
            address.database = *db;
        } else {
            return bad("unknown or wrong parameter \"" + std::string(pair) + "\"");
        }
    }
    return {};
}

Result<void> read_host(std::string_view text, Address& address) {
    std::optional<std::string_view> port;
    if (text.starts_with('[')) {
        auto close = text.find(']');
        if (close == std::string_view::npos) return bad("an IPv6 address lacks its closing bracket");
        address.host = text.substr(1, close - 1);
        auto rest = text.substr(close + 1);
        if (!rest.empty() && rest[0] != ':') return bad("unexpected text behind the IPv6 address");
        if (!rest.empty()) port = rest.substr(1);
    } else {
        port = cut(text, ':');
        address.host = text;
    }
    if (address.host.empty()) return bad("the host is missing");
    if (port) {
        auto value = number(*port, 1, 65535);
        if (!value) return bad("the port is not a number from 1 to 65535");
        address.port = static_cast<std::uint16_t>(*value);
    }
    return {};
}

}  // namespace

Result<Address> parse_url(std::string_view url) {
    Address address;
    auto scheme_end = url.find("://");
    std::string_view scheme = url.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end);
    if (scheme == "redis") {
        address.kind = Address::Kind::tcp;
    } else if (scheme == "rediss") {
        address.kind = Address::Kind::tls;
    } else if (scheme == "unix") {
        address.kind = Address::Kind::unix_socket;
    } else {
        return bad("unknown scheme");
    }
    std::string_view rest = url.substr(scheme_end + 3);
    if (auto at = rest.rfind('@'); at != std::string_view::npos) {
        if (auto read = read_user(rest.substr(0, at), address); !read) return read.error();
        rest = rest.substr(at + 1);
    }
    auto query = cut(rest, '?');
    if (query) {
        if (auto read = read_query(*query, address); !read) return read.error();
    }
    if (address.kind == Address::Kind::unix_socket) {
        auto path = percent_decoded(rest);
        if (!path || !path->starts_with('/')) return bad("the socket's path must be absolute");
        address.path = *path;
        return address;
    }
    if (auto database = cut(rest, '/'); database && !database->empty()) {
        auto value = number(*database, 0, 1'000'000);
        if (!value) return bad("the database is not a number");
        address.database = *value;
    }
    if (auto read = read_host(rest, address); !read) return read.error();
    return address;
}

std::string Address::redacted() const {
    std::string who = user + (password.empty() ? "" : ":***");
    if (!who.empty()) who += '@';
    std::string db = std::to_string(database);
    if (kind == Kind::unix_socket) return "unix://" + who + path + (database ? "?db=" + db : "");
    std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return (kind == Kind::tls ? "rediss://" : "redis://") + who + name + ":" + std::to_string(port) + "/" +
           db;
}

Address unix_address(std::string path) {
    Address address;
    address.kind = Address::Kind::unix_socket;
    address.path = std::move(path);
    return address;
}

}  // namespace guichet::redis
