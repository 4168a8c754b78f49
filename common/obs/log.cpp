#include "common/obs/log.hpp"

#include <memory>
#include <mutex>

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "common/obs/log_limiter.hpp"
#include "common/obs/log_line.hpp"

namespace guichet::obs::log {
namespace {

const SystemClock kSystemClock;

class Logger {
  public:
    explicit Logger(Options options)
        : options_(std::move(options)), limiter_(options_.repeat_burst, options_.repeat_window) {
        if (options_.sink) return;
        spdlog::sink_ptr sink;
        if (options_.file.empty()) {
            sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        } else {
            sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                options_.file.string(), options_.file_bytes, options_.files);
        }
        out_ = std::make_unique<spdlog::logger>("guichet", std::move(sink));
        out_->set_pattern("%v");
        out_->set_level(spdlog::level::trace);
        last_flush_ = clock().steady();
    }

    void write(Level level, std::string_view event, Fields fields) {
        std::lock_guard lock(mutex_);
        std::uint64_t suppressed = 0;
        if (level >= Level::warn) {
            auto verdict = limiter_.admit(event, clock().steady());
            if (!verdict.write) return;
            suppressed = verdict.suppressed;
        }
        put(level, event, fields, suppressed);
        if (level >= Level::warn || clock().steady() - last_flush_ >= options_.flush_every) flush_out();
    }

    void flush() {
        std::lock_guard lock(mutex_);
        for (const auto& dropped : limiter_.sweep(clock().steady())) {
            put(Level::warn, "log.suppressed", {{"of", dropped.event}, {"lines", dropped.count}}, 0);
        }
        flush_out();
    }

  private:
    const Clock& clock() const { return options_.clock != nullptr ? *options_.clock : kSystemClock; }

    void put(Level level, std::string_view event, Fields fields, std::uint64_t suppressed) {
        const Line line{clock().now(), level, event, fields, suppressed, options_.level <= Level::debug};
        const auto text = options_.format == Format::json ? render_json(line) : render_text(line);
        if (options_.sink) {
            options_.sink(text);
        } else {
            out_->log(spdlog::level::info, text);
        }
    }

    void flush_out() {
        if (out_) out_->flush();
        last_flush_ = clock().steady();
    }

    Options options_;
    std::mutex mutex_;
    Limiter limiter_;
    std::unique_ptr<spdlog::logger> out_;
    std::chrono::nanoseconds last_flush_{};
};

struct Current {
    std::mutex mutex;
    std::shared_ptr<Logger> logger;
};

// Never destroyed: destructors of other statics may log.
Current& current() {
    static auto* instance = [] {
        auto* made = new Current;
        Options options;
        options.format = Format::text;
        made->logger = std::make_shared<Logger>(options);
        return made;
    }();
    return *instance;
}

std::shared_ptr<Logger> current_logger() {
    auto& now = current();
    std::lock_guard lock(now.mutex);
    return now.logger;
}

}  // namespace

namespace detail {

std::atomic<int> threshold{static_cast<int>(Level::info)};

void write(Level level, std::string_view event, Fields fields) {
    current_logger()->write(level, event, fields);
}

}  // namespace detail

Result<> configure(Options options) {
    const auto level = options.level;
    std::shared_ptr<Logger> next;
    try {
        next = std::make_shared<Logger>(std::move(options));
    } catch (const spdlog::spdlog_ex& error) {
        return make_status(Code::failed_precondition, std::string("cannot log there: ") + error.what(),
                           "log_file");
    }
    auto& now = current();
    {
        std::lock_guard lock(now.mutex);
        std::swap(now.logger, next);
    }
    detail::threshold.store(static_cast<int>(level), std::memory_order_relaxed);
    if (next) next->flush();
    return {};
}

void flush() {
    current_logger()->flush();
}

Result<Level> parse_level(std::string_view text) {
    for (auto level : {Level::trace, Level::debug, Level::info, Level::warn, Level::error, Level::off}) {
        if (text == to_string(level)) return level;
    }
    return invalid("level", "not a log level; one of trace, debug, info, warn, error, off");
}

}  // namespace guichet::obs::log
