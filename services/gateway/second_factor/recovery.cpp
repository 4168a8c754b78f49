#include "services/gateway/second_factor/recovery.hpp"

#include "common/core/bytes.hpp"
#include "services/gateway/second_factor/totp.hpp"

namespace guichet::gateway {
namespace {

constexpr std::size_t kHalf = 5;
// 56 bits: twelve characters, of which the last two, not quite random, are left out.
constexpr std::size_t kRandomBytes = 7;

}  // namespace

std::vector<std::string> make_recovery_codes(Random& random) {
    std::vector<std::string> codes;
    while (codes.size() < kRecoveryCodes) {
        const auto text = plain_code(base32(random.bytes(kRandomBytes)));
        codes.push_back(text.substr(0, kHalf) + "-" + text.substr(kHalf, kHalf));
    }
    return codes;
}

std::string plain_code(std::string_view typed) {
    std::string plain;
    for (const char c : typed) {
        if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n') continue;
        plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return plain;
}

std::string recovery_digest(const std::string& secret, std::string_view code) {
    return hex(hmac_sha256(secret, "guichet recovery " + plain_code(code)));
}

}  // namespace guichet::gateway
