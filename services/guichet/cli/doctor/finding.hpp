#pragma once
// What the doctor found.
#include <string>
#include <vector>

namespace guichet::cli {

// watch: it works, and may not for long.
enum class Level { ok, watch, wrong };
const char* to_string(Level level);

struct Finding {
    // "disk", "redis.memory"…: what was looked at.
    std::string check;
    Level level = Level::ok;
    std::string words;
    // What to do; of what is not ok.
    std::string action;
};

inline Finding fine(std::string check, std::string words) {
    return {std::move(check), Level::ok, std::move(words), {}};
}
inline Finding watch_out(std::string check, std::string words, std::string action) {
    return {std::move(check), Level::watch, std::move(words), std::move(action)};
}
inline Finding wrong(std::string check, std::string words, std::string action) {
    return {std::move(check), Level::wrong, std::move(words), std::move(action)};
}

using Findings = std::vector<Finding>;

std::string findings_text(const Findings& findings);
std::string findings_json(const Findings& findings);

}  // namespace guichet::cli
