#include "services/gateway/second_factor/totp.hpp"

#include <array>
#include <cstdlib>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

namespace guichet::gateway {
namespace {

constexpr std::int64_t kWindow = 1;

std::array<unsigned char, 20> hmac_sha1(const std::string& key, const std::array<unsigned char, 8>& bytes) {
    std::array<unsigned char, 20> digest{};
    unsigned int size = 0;
    // Fails only when memory or the library does: then no code may be accepted.
    if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(), digest.data(),
             &size) == nullptr)
        std::abort();
    return digest;
}

}  // namespace

std::string base32(std::string_view bytes) {
    constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    unsigned int buffer = 0;
    int bits = 0;
    for (const char c : bytes) {
        buffer = (buffer << 8 | static_cast<unsigned char>(c)) & 0xfffU;
        for (bits += 8; bits >= 5; bits -= 5) out += kAlphabet[buffer >> (bits - 5) & 31U];
    }
    if (bits > 0) out += kAlphabet[buffer << (5 - bits) & 31U];
    return out;
}

std::int64_t step_of(TimeMs now) {
    return now / kStepMs;
}

std::string code_of(const std::string& secret, std::int64_t step) {
    std::array<unsigned char, 8> counter{};
    auto rest = static_cast<std::uint64_t>(step);
    for (auto byte = counter.rbegin(); byte != counter.rend(); ++byte, rest >>= 8)
        *byte = static_cast<unsigned char>(rest & 0xffU);
    const auto digest = hmac_sha1(secret, counter);
    const std::size_t at = digest.back() & 0x0fU;
    const auto number =
        (digest[at] & 0x7fU) << 24 | digest[at + 1] << 16U | digest[at + 2] << 8U | digest[at + 3];
    const auto digits = std::to_string(number % 1'000'000);
    return std::string(kCodeDigits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> step_with_code(const std::string& secret, std::string_view code, TimeMs now,
                                           std::int64_t last) {
    std::optional<std::int64_t> found;
    const auto today = step_of(now);
    // All of them, whichever fits: the time it takes tells nothing.
    for (auto step = today - kWindow; step <= today + kWindow; ++step) {
        const bool fits = equal_constant_time(code_of(secret, step), code);
        if (fits && step > last && !found) found = step;
    }
    return found;
}

std::string otpauth_uri(const std::string& account, const std::string& secret) {
    return "otpauth://totp/Guichet:" + http::percent_encode(account) + "?secret=" + secret +
           "&issuer=Guichet&algorithm=SHA1&digits=6&period=30";
}

}  // namespace guichet::gateway
