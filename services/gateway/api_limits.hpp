#pragma once
// How fast one caller may call: token buckets by credential, and wider ones by address. Runs before a body is
// read.
#include <optional>
#include <string_view>

#include "common/config/settings.hpp"
#include "common/http/message.hpp"
#include "common/http/rate_limit.hpp"

namespace guichet::gateway {

inline constexpr char kSessionCookie[] = "guichet_session";

class ApiLimits {
  public:
    // An address may stand for a whole office behind one router.
    static constexpr double kCallersOfOneAddress = 20;

    explicit ApiLimits(const config::GatewaySettings& settings)
        : callers_({static_cast<double>(settings.api_rate), static_cast<double>(settings.api_burst)}),
          addresses_({static_cast<double>(settings.api_rate) * kCallersOfOneAddress,
                      static_cast<double>(settings.api_burst) * kCallersOfOneAddress}) {}

    // 0: go on, else milliseconds to wait. `credential` empty: anonymous, limited by his address as one
    // caller. Invented credentials do not help: the address counts too.
    std::int64_t take(std::string_view address, std::string_view credential, TimeMs now);

    // The 429 for a request that comes too early.
    std::optional<http::Response> check(const http::Request& request, TimeMs now);

  private:
    http::RateLimiter callers_;
    http::RateLimiter addresses_;
};

// 429 with Retry-After, in the shape of the Connect protocol.
http::Response too_many_requests(std::int64_t wait_ms, std::string message);

}  // namespace guichet::gateway
