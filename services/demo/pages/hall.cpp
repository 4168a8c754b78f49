#include "services/demo/pages/hall.hpp"

#include <utility>

namespace guichet::demo {

Hall::Facts Hall::facts() const {
    const std::lock_guard lock(mutex_);
    return facts_;
}

void Hall::learned(const CaseFacts& known) {
    const std::lock_guard lock(mutex_);
    facts_.known = known;
}

void Hall::storm(const StormFacts& storm) {
    const std::lock_guard lock(mutex_);
    facts_.storm = storm;
}

bool Hall::wish_storm() {
    const std::lock_guard lock(mutex_);
    if (facts_.storm.asked || facts_.storm.running) return false;
    facts_.storm = {};
    facts_.storm.asked = true;
    return true;
}

bool Hall::begin_storm() {
    const std::lock_guard lock(mutex_);
    if (!facts_.storm.asked) return false;
    facts_.storm.asked = false;
    facts_.storm.running = true;
    return true;
}

void Hall::wish_link() {
    const std::lock_guard lock(mutex_);
    ++links_wished_;
}

bool Hall::link_wished() const {
    const std::lock_guard lock(mutex_);
    return links_wished_ > 0 && !link_;
}

void Hall::link_made(std::string url) {
    const std::lock_guard lock(mutex_);
    link_ = std::move(url);
}

std::optional<std::string> Hall::take_link() {
    const std::lock_guard lock(mutex_);
    if (!link_) return std::nullopt;
    --links_wished_;
    return std::exchange(link_, std::nullopt);
}

}  // namespace guichet::demo
