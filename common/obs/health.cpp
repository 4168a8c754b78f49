#include "common/obs/health.hpp"

#include <algorithm>

#include "common/obs/json_text.hpp"

namespace guichet::obs {

const char* to_string(Condition condition) {
    switch (condition) {
        case Condition::ok:
            return "ok";
        case Condition::degraded:
            return "degraded";
        case Condition::down:
            return "down";
    }
    return "down";
}

void Health::report(const std::string& component, Condition condition, std::string words) {
    std::lock_guard lock(mutex_);
    reported_[component] = {condition, std::move(words)};
}

void Health::add(const std::string& component, std::function<Report()> check) {
    std::lock_guard lock(mutex_);
    checks_[component] = std::move(check);
}

void Health::remove(const std::string& component) {
    std::lock_guard lock(mutex_);
    reported_.erase(component);
    checks_.erase(component);
}

void Health::started() {
    std::lock_guard lock(mutex_);
    if (stage_ == Stage::starting) stage_ = Stage::started;
}

void Health::stopping() {
    std::lock_guard lock(mutex_);
    stage_ = Stage::stopping;
}

std::map<std::string, Report> Health::reports() const {
    std::map<std::string, Report> all;
    std::map<std::string, std::function<Report()>> checks;
    {
        std::lock_guard lock(mutex_);
        all = reported_;
        checks = checks_;
    }
    // Outside the lock: a check may report on its own.
    for (const auto& [name, check] : checks) all[name] = check();
    return all;
}

bool Health::ready() const {
    return readyz().http_status == 200;
}

HealthAnswer Health::readyz() const {
    const auto all = reports();
    auto worst = Condition::ok;
    std::string checks;
    for (const auto& [name, report] : all) {
        worst = std::max(worst, report.condition);
        if (!checks.empty()) checks += ',';
        append_json_string(checks, name);
        checks += std::string(":{\"status\":\"") + to_string(report.condition) + '"';
        if (!report.words.empty()) {
            checks += ",\"words\":";
            append_json_string(checks, report.words);
        }
        checks += '}';
    }
    Stage stage;
    {
        std::lock_guard lock(mutex_);
        stage = stage_;
    }
    std::string status = to_string(worst);
    if (stage == Stage::starting) status = "starting";
    if (stage == Stage::stopping) status = "stopping";
    const bool is_ready = stage == Stage::started && worst != Condition::down;
    return {is_ready ? 200 : 503, "{\"status\":\"" + status + "\",\"checks\":{" + checks + "}}"};
}

HealthAnswer Health::healthz() const {
    return {200, "{\"status\":\"ok\"}"};
}

}  // namespace guichet::obs
