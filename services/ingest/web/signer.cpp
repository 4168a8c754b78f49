#include "services/ingest/web/signer.hpp"

#include <charconv>

#include "common/core/bytes.hpp"

namespace guichet::ingest::web {
namespace {

constexpr std::size_t kMaxStatement = 4096;

}  // namespace

std::string Signer::mac(std::string_view purpose, std::string_view payload) const {
    std::string bytes(purpose);
    bytes.push_back('\n');
    bytes.append(payload);
    return base64url(hmac_sha256(key_, bytes));
}

std::string Signer::sign(std::string_view purpose, const std::vector<std::string>& fields) const {
    std::string payload;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) payload.push_back('\n');
        payload += fields[i];
    }
    return base64url(payload) + "." + mac(purpose, payload);
}

std::optional<std::vector<std::string>> Signer::verify(std::string_view purpose,
                                                       std::string_view statement) const {
    const auto dot = statement.find('.');
    if (dot == std::string_view::npos || statement.size() > kMaxStatement) return std::nullopt;
    const auto payload = from_base64(statement.substr(0, dot));
    if (!payload || !equal_constant_time(mac(purpose, *payload), statement.substr(dot + 1)))
        return std::nullopt;
    std::vector<std::string> fields(1);
    for (const char c : *payload) {
        if (c == '\n') {
            fields.emplace_back();
        } else {
            fields.back().push_back(c);
        }
    }
    return fields;
}

std::string Signer::derive(std::string_view purpose, std::string_view what) const {
    return mac(purpose, what);
}

TimeMs parse_ms(const std::string& text) {
    TimeMs value = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    return parsed.ec == std::errc() && parsed.ptr == end ? value : 0;
}

}  // namespace guichet::ingest::web
