#include "services/gateway/login_limits.hpp"

namespace guichet::gateway {

std::string account_key(const std::string& workspace, const std::string& who) {
    auto key = "account|" + workspace + "|" + who;
    for (auto& c : key) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return key;
}

std::int64_t LoginLimits::attempt(const std::string& key, TimeMs now) {
    auto place = places_.find(key);
    if (place == places_.end()) {
        if (places_.size() >= max_keys_) {
            places_.erase(windows_.front().key);
            windows_.pop_front();
        }
        windows_.push_back({key, now, 0});
        place = places_.emplace(key, std::prev(windows_.end())).first;
    }
    windows_.splice(windows_.end(), windows_, place->second);
    auto& window = *place->second;
    // A clock that steps back begins the window anew, it does not lock anybody out for longer.
    if (now >= window.since + window_ || now < window.since) {
        window.since = now;
        window.count = 0;
    }
    if (window.count >= attempts_) return window.since + window_ - now;
    ++window.count;
    return 0;
}

std::int64_t LoginLimits::attempt(const std::string& address, const std::string& account, TimeMs now) {
    const auto wait = attempt(address, now);
    return wait > 0 ? wait : attempt(account, now);
}

void LoginLimits::succeeded(const std::string& key) {
    const auto place = places_.find(key);
    if (place == places_.end()) return;
    windows_.erase(place->second);
    places_.erase(place);
}

void LoginLimits::forgive(const std::string& key) {
    const auto place = places_.find(key);
    if (place != places_.end() && place->second->count > 0) --place->second->count;
}

}  // namespace guichet::gateway
