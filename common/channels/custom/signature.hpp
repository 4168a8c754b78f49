#pragma once
// How the custom channel signs, in both directions. Pure.
//
//     Guichet-Timestamp: 1763800000                     seconds since 1970, UTC
//     Guichet-Signature: v1=<hex HMAC-SHA256(secret, timestamp + "." + raw body)>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"

namespace guichet::channels {

inline constexpr char kTimestampHeader[] = "Guichet-Timestamp";
inline constexpr char kSignatureHeader[] = "Guichet-Signature";
// How far the sender's clock may be off.
inline constexpr TimeMs kSignatureTolerance = 5 * 60 * 1000;

// "v1=…"
std::string sign_body(std::string_view secret, std::string_view timestamp, std::string_view body);

// UNAUTHENTICATED unless one of `secrets` (empty ones do not count) signed exactly these bytes at that time.
// The header may carry several signatures, separated by commas, while the sender changes its secret.
Status verify_signature(const std::vector<std::string>& secrets, std::string_view timestamp,
                        std::string_view signature, std::string_view body, TimeMs now);

}  // namespace guichet::channels
