#pragma once
// For tests: collects the log lines written while it lives, then restores the default logger.
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/obs/log.hpp"

namespace guichet::obs::log {

class Capture {
  public:
    explicit Capture(Level level = Level::trace, Options options = {}) : lines_(std::make_shared<Lines>()) {
        options.level = level;
        options.sink = [lines = lines_](std::string_view line) {
            std::lock_guard lock(lines->mutex);
            lines->all.emplace_back(line);
        };
        (void)configure(std::move(options));
    }
    ~Capture() {
        Options options;
        options.format = Format::text;
        (void)configure(std::move(options));
    }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    std::vector<std::string> lines() const {
        std::lock_guard lock(lines_->mutex);
        return lines_->all;
    }
    bool contains(std::string_view part) const {
        for (const auto& line : lines()) {
            if (line.find(part) != std::string::npos) return true;
        }
        return false;
    }

  private:
    struct Lines {
        std::mutex mutex;
        std::vector<std::string> all;
    };
    std::shared_ptr<Lines> lines_;
};

}  // namespace guichet::obs::log
