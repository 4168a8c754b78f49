#include "services/reply/engine/retry.hpp"

#include <algorithm>

namespace guichet::reply {
namespace {

Verdict again(const RetryPolicy& policy, int attempt, std::optional<Milliseconds> after,
              const std::string& error, Random& random) {
    if (attempt >= policy.attempts) {
        return {Verdict::Kind::failed, Milliseconds(0),
                "given up after " + std::to_string(attempt) + " attempts: " + error};
    }
    const auto wait = backoff(policy, attempt, random);
    return {Verdict::Kind::retry, after ? std::max(*after, wait) : wait, error};
}

}  // namespace

Milliseconds look_after(const RetryPolicy& policy, Milliseconds lag) {
    return std::max(policy.look, lag);
}

LookVerdict judge_look(const RetryPolicy& policy, Shown shown, int looks_absent, bool consent) {
    constexpr int kLooks = 2;
    if (shown == Shown::present) return {LookVerdict::Kind::sent, Milliseconds(0)};
    if (shown == Shown::nothing) return {LookVerdict::Kind::again, policy.look};
    if (looks_absent + 1 < kLooks) return {LookVerdict::Kind::again, policy.look};
    return {consent ? LookVerdict::Kind::resend : LookVerdict::Kind::human, policy.look};
}

Milliseconds backoff(const RetryPolicy& policy, int attempt, Random& random) {
    auto wait = policy.base;
    for (int i = 1; i < attempt && wait < policy.most; ++i) wait *= 2;
    wait = std::min(wait, policy.most);
    const auto half = wait / 2;
    return half +
           Milliseconds(static_cast<std::int64_t>(random.unit() * static_cast<double>(half.count() + 1)));
}

Verdict decide(const RetryPolicy& policy, Ending ending, int attempt, bool idempotent,
               std::optional<Milliseconds> after, const std::string& error, Random& random) {
    switch (ending) {
        case Ending::sent:
        case Ending::duplicate:
            return {Verdict::Kind::sent, Milliseconds(0), {}};
        case Ending::permanent:
            return {Verdict::Kind::failed, Milliseconds(0), error};
        case Ending::reauth:
            // Nothing is given up for a credential that an administrator can renew.
            return {Verdict::Kind::retry, policy.reauth, "the channel must be connected again: " + error};
        case Ending::ambiguous:
            if (!idempotent) return {Verdict::Kind::unconfirmed, policy.look, error};
            break;
        case Ending::retry:
            break;
    }
    return again(policy, attempt, after, error, random);
}

}  // namespace guichet::reply
