#include "services/reply/endings.hpp"

namespace guichet::reply {

Ending ending_of(channels::Outcome::Kind kind) {
    using Kind = channels::Outcome::Kind;
    switch (kind) {
        case Kind::duplicate:
            return Ending::duplicate;
        case Kind::retry:
            return Ending::retry;
        case Kind::permanent:
            return Ending::permanent;
        case Kind::reauth:
            return Ending::reauth;
        case Kind::ambiguous:
            return Ending::ambiguous;
        case Kind::sent:
            break;
    }
    return Ending::sent;
}

RetryPolicy policy_of(const config::Settings& settings) {
    RetryPolicy policy;
    policy.base = settings.reply.retry_base;
    policy.most = settings.reply.retry_max;
    policy.attempts = static_cast<int>(settings.reply.retry_attempts);
    policy.look = settings.reply.unconfirmed_wait;
    return policy;
}

}  // namespace guichet::reply
