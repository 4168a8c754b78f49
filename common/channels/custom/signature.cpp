#include "common/channels/custom/signature.hpp"

#include <charconv>

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

namespace guichet::channels {
namespace {

constexpr char kVersion[] = "v1=";
// More is an attempt to make us compute.
constexpr std::size_t kMaxSignatures = 4;

Status refused(const char* why) {
    return make_status(Code::unauthenticated, why, "bad_signature");
}

}  // namespace

std::string sign_body(std::string_view secret, std::string_view timestamp, std::string_view body) {
    std::string signed_bytes;
    signed_bytes.reserve(timestamp.size() + 1 + body.size());
    signed_bytes.append(timestamp).append(".").append(body);
    return kVersion + hex(hmac_sha256(secret, signed_bytes));
}

Status verify_signature(const std::vector<std::string>& secrets, std::string_view timestamp,
                        std::string_view signature, std::string_view body, TimeMs now) {
    TimeMs seconds = 0;
    const auto* end = timestamp.data() + timestamp.size();
    const auto parsed = std::from_chars(timestamp.data(), end, seconds);
    if (timestamp.empty() || timestamp.size() > 12 || parsed.ec != std::errc() || parsed.ptr != end) {
        return refused("Guichet-Timestamp is missing or no number of seconds");
    }
    const auto off = now - seconds * 1000;
    if (off > kSignatureTolerance || off < -kSignatureTolerance) {
        return refused("Guichet-Timestamp is more than 5 minutes off");
    }
    const auto given = http::split(signature, ',');
    if (signature.empty() || given.size() > kMaxSignatures)
        return refused("Guichet-Signature is missing or too long");
    bool good = false;
    for (const auto& secret : secrets) {
        if (secret.empty()) continue;
        const auto expected = sign_body(secret, timestamp, body);
        // No early end: time must not tell which of them fits.
        for (const auto one : given) good = equal_constant_time(http::trim(one), expected) || good;
    }
    return good ? Status{} : refused("Guichet-Signature does not fit the body");
}

}  // namespace guichet::channels
