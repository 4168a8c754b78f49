#include "common/channels/facebook/usage.hpp"

#include <algorithm>

#include "common/channels/facebook/json_fields.hpp"

namespace guichet::channels::facebook {
namespace {

constexpr std::int64_t kMostMinutes = 24L * 60;

int highest_in(std::string_view header) {
    const auto usage = read_object(header);
    if (!usage) return 0;
    std::int64_t highest = 0;
    for (const auto& [name, value] : usage->get_object()) {
        if (value.is_int64()) highest = std::max<std::int64_t>(highest, value.get_int64());
        if (value.is_double())
            highest = std::max(highest, static_cast<std::int64_t>(std::clamp(value.get_double(), 0.0, 1e6)));
    }
    return static_cast<int>(std::min<std::int64_t>(highest, 1'000'000));
}

std::int64_t minutes_in(const json::value& cases) {
    std::int64_t most = 0;
    const auto* list = cases.if_array();
    if (!list) return 0;
    for (const auto& item : *list) {
        const auto* one = item.if_object();
        if (one) most = std::max(most, integer_in(*one, "estimated_time_to_regain_access"));
    }
    return most;
}

}  // namespace

int usage_of(const http::Headers& headers) {
    return std::max(highest_in(headers.get("x-app-usage")), highest_in(headers.get("x-page-usage")));
}

std::chrono::milliseconds time_to_regain(const http::Headers& headers) {
    const auto usage = read_object(headers.get("x-business-use-case-usage"));
    std::int64_t minutes = 0;
    if (usage) {
        for (const auto& [id, cases] : usage->get_object()) minutes = std::max(minutes, minutes_in(cases));
    }
    return std::chrono::minutes(std::min(minutes, kMostMinutes));
}

void UsageHold::note(const std::string& key, const http::Headers& headers) {
    auto wait = time_to_regain(headers);
    if (usage_of(headers) >= kFullUsage) wait = std::max(wait, kHold);
    if (wait.count() == 0) return;
    const auto now = clock_.steady();
    const std::lock_guard lock(mutex_);
    std::erase_if(until_, [now](const auto& entry) { return entry.second <= now; });
    auto& until = until_[key];
    until = std::max(until, now + wait);
}

std::optional<std::chrono::milliseconds> UsageHold::held(const std::string& key) const {
    const auto now = clock_.steady();
    const std::lock_guard lock(mutex_);
    const auto found = until_.find(key);
    if (found == until_.end() || found->second <= now) return std::nullopt;
    return std::chrono::ceil<std::chrono::milliseconds>(found->second - now);
}

}  // namespace guichet::channels::facebook
