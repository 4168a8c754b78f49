#pragma once
// What becomes of a delivery after an attempt. Pure.
#include <chrono>
#include <optional>
#include <string>

#include "common/core/random.hpp"

namespace guichet::reply {

using Milliseconds = std::chrono::milliseconds;

struct RetryPolicy {
    Milliseconds base{5'000};
    Milliseconds most{900'000};
    int attempts = 10;
    // Until an unconfirmed delivery is looked up.
    Milliseconds look{120'000};
    // While a channel's sign-in is broken: somebody must mend it first.
    Milliseconds reauth{300'000};
};

// How an attempt ended, as the connector tells.
enum class Ending { sent, duplicate, retry, permanent, reauth, ambiguous };

struct Verdict {
    enum class Kind { sent, retry, unconfirmed, failed };
    Kind kind = Kind::sent;
    // retry: until then; unconfirmed: until the first look.
    Milliseconds wait{0};
    std::string error;
};

// What a look at the platform showed of an answer that nobody knows of. `present`: with a remote id that no
// other answer has. `nothing`: it could not be told.
enum class Shown { present, absent, nothing };

// How long to wait before a look counts: the platform needs `lag` to show what it took, and a look that comes
// earlier would take for absent what is out.
Milliseconds look_after(const RetryPolicy& policy, Milliseconds lag);

struct LookVerdict {
    enum class Kind { sent, resend, again, human };
    Kind kind = Kind::again;
    Milliseconds wait{0};
};

// A second try of what may be out already needs two looks that show it absent, the platform having had time
// to show it, and the channel's consent; otherwise a human settles it. `looks_absent`: those before this one.
LookVerdict judge_look(const RetryPolicy& policy, Shown shown, int looks_absent, bool consent);

// Doubles from `base` to `most`; the upper half of each wait is chance, so that retries do not come in step.
Milliseconds backoff(const RetryPolicy& policy, int attempt, Random& random);

// `attempt` counts from 1. `after`: not before, where the platform said so. `idempotent`: a second send with
// the same id cannot publish twice.
Verdict decide(const RetryPolicy& policy, Ending ending, int attempt, bool idempotent,
               std::optional<Milliseconds> after, const std::string& error, Random& random);

}  // namespace guichet::reply
