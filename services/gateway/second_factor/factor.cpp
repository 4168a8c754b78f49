#include "services/gateway/second_factor/factor.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "services/gateway/second_factor/recovery.hpp"
#include "services/gateway/second_factor/totp.hpp"

namespace guichet::gateway {
namespace {

// More is no code of ours.
constexpr std::size_t kMostTyped = 64;

bool use_recovery(records::v1::SecondFactorRecord& record, const std::string& secret,
                  const std::string& code) {
    const auto digest = recovery_digest(secret, code);
    auto* all = record.mutable_recovery();
    const auto found = std::find_if(
        all->begin(), all->end(), [&](const std::string& kept) { return equal_constant_time(kept, digest); });
    if (found == all->end()) return false;
    all->erase(found);
    return true;
}

}  // namespace

Accepted use_factor(records::v1::SecondFactorRecord& record, const std::string& secret,
                    const std::string& typed, TimeMs now) {
    if (record.secret().empty() || typed.size() > kMostTyped) return Accepted::no;
    const auto code = plain_code(typed);
    if (const auto step = step_with_code(secret, code, now, record.last_step())) {
        record.set_last_step(*step);
        return Accepted::code;
    }
    return use_recovery(record, secret, code) ? Accepted::recovery_code : Accepted::no;
}

bool confirm_factor(records::v1::SecondFactorRecord& record, const std::string& pending,
                    const std::string& typed, TimeMs now) {
    if (typed.size() > kMostTyped) return false;
    const auto step = step_with_code(pending, plain_code(typed), now, 0);
    if (!step) return false;
    record.set_secret(record.pending());
    record.clear_pending();
    record.clear_pending_until();
    record.clear_recovery();
    record.set_since(now);
    // The code that set it up does not sign in as well.
    record.set_last_step(*step);
    return true;
}

}  // namespace guichet::gateway
