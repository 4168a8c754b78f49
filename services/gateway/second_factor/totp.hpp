#pragma once
// Time-based one-time passwords (RFC 6238: SHA-1, 6 digits, 30 seconds) as authenticator apps make them.
// Pure.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/clock.hpp"

namespace guichet::gateway {

inline constexpr std::int64_t kStepMs = 30'000;
inline constexpr std::size_t kCodeDigits = 6;
// As RFC 4226 recommends: the length of the digest.
inline constexpr std::size_t kTotpSecretBytes = 20;

// RFC 4648 section 6, without padding.
std::string base32(std::string_view bytes);

// The counter of a moment.
std::int64_t step_of(TimeMs now);
// The code of a counter (RFC 4226). `secret`: raw bytes.
std::string code_of(const std::string& secret, std::int64_t step);

// The step whose code this is: that of now, the one before or the one after, since clocks differ. Never one
// up to `last`: a code counts once. Nothing when it is none of these.
std::optional<std::int64_t> step_with_code(const std::string& secret, std::string_view code, TimeMs now,
                                           std::int64_t last);

// "otpauth://totp/…", as apps read it from a QR code. `secret` in base32; `account`: who, where.
std::string otpauth_uri(const std::string& account, const std::string& secret);

}  // namespace guichet::gateway
