#include "common/obs/log_limiter.hpp"

#include <utility>

namespace guichet::obs::log {

Limiter::Verdict Limiter::admit(std::string_view event, std::chrono::nanoseconds now) {
    auto found = windows_.find(event);
    if (found == windows_.end()) {
        if (windows_.size() >= kMaxEvents) return {};
        found = windows_.emplace(std::string(event), Window{now}).first;
    }
    auto& window = found->second;
    std::uint64_t told = 0;
    if (now - window.start >= window_) {
        told = window.dropped;
        window = Window{now};
    }
    if (window.written >= burst_) {
        ++window.dropped;
        return {false, 0};
    }
    ++window.written;
    return {true, told};
}

std::vector<Limiter::Dropped> Limiter::sweep(std::chrono::nanoseconds now) {
    std::vector<Dropped> dropped;
    for (auto it = windows_.begin(); it != windows_.end();) {
        if (now - it->second.start < window_) {
            ++it;
            continue;
        }
        if (it->second.dropped > 0) dropped.push_back({it->first, it->second.dropped});
        it = windows_.erase(it);
    }
    return dropped;
}

}  // namespace guichet::obs::log
