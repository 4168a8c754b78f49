#include "common/runtime/process.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/obs/log.hpp"
#include "common/runtime/bug.hpp"
#include "common/runtime/task.hpp"

namespace guichet::runtime {
namespace {

using namespace std::chrono_literals;

constexpr std::array kPhases = {Phase::not_ready, Phase::stop_inputs, Phase::drain, Phase::stop_servers,
                                Phase::destroy};
constexpr auto kLeastDeadline = 100ms;
constexpr auto kAbandonAfter = 1s;
constexpr auto kFlushEvery = 500ms;
// After the last step: handlers already on their way may still run.
constexpr auto kLinger = 200ms;

Duration steady_now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

const char* to_string(Phase phase) {
    static constexpr std::array<const char*, kPhases.size()> kNames = {"not_ready", "stop_inputs", "drain",
                                                                       "stop_servers", "destroy"};
    return kNames.at(static_cast<std::size_t>(phase));
}

struct Process::State {
    struct Step {
        std::string name;
        Phase phase;
        std::function<asio::awaitable<void>()> work;
        Duration deadline;
    };

    explicit State(Options given) : options(given) {}

    Options options;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
    asio::signal_set signals{io};
    asio::steady_timer flush_timer{io};
    std::vector<Step> steps;
    std::atomic<bool> stopping = false;
    bool finished = false;
    bool forced = false;
    int exit_code = 0;

    void listen() {
        signals.async_wait([this](const boost::system::error_code& error, int signal) {
            if (!error) on_signal(signal);
        });
    }

    void on_signal(int signal) {
        if (!stopping.exchange(true)) {
            listen();
            begin_stop("signal " + std::to_string(signal), 0);
            return;
        }
        log::warn("process.forced", {{"signal", signal}});
        exit_code = 128 + signal;
        finished = true;
        forced = true;
        // From here on the system's default action: a third signal kills.
        boost::system::error_code ignored;
        signals.clear(ignored);
        io.stop();
    }

    void begin_stop(const std::string& why, int code) {
        exit_code = code;
        log::info("process.stopping", {{"why", why}, {"exit_code", code}});
        spawn(io.get_executor(), "process.stop", run_steps());
    }

    asio::awaitable<void> run_steps() {
        const auto start = steady_now();
        const auto end = start + options.shutdown_deadline;
        for (const auto phase : kPhases) {
            for (std::size_t i = steps.size(); i-- > 0;) {
                if (steps[i].phase != phase) continue;
                const auto left = std::max<Duration>(end - steady_now(), kLeastDeadline);
                co_await run_step(steps[i], std::min(left, steps[i].deadline));
            }
        }
        log::info("process.stopped", {{"took_ms", steady_now() - start}});
        finished = true;
        io.stop();
    }

    asio::awaitable<void> run_step(Step step, Duration deadline) {
        const auto start = steady_now();
        auto task = spawn(io.get_executor(), step.name, step.work());
        bool ended = co_await task.join(deadline);
        if (ended) {
            log::info(
                "process.step_done",
                {{"step", step.name}, {"phase", to_string(step.phase)}, {"took_ms", steady_now() - start}});
            co_return;
        }
        log::warn("process.step_late",
                  {{"step", step.name}, {"phase", to_string(step.phase)}, {"deadline_ms", deadline}});
        task.cancel();
        ended = co_await task.join(kAbandonAfter);
        if (!ended) log::error("process.step_abandoned", {{"step", step.name}});
    }

    void flush_periodically() {
        flush_timer.expires_after(kFlushEvery);
        flush_timer.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            log::flush();
            flush_periodically();
        });
    }
};

Process::Process() : Process(Options{}) {}

Process::Process(Options options) : state_(std::make_unique<State>(options)) {
    std::signal(SIGPIPE, SIG_IGN);
    if (options.signals) {
        state_->signals.add(SIGINT);
        state_->signals.add(SIGTERM);
        state_->listen();
    }
}

Process::~Process() = default;

asio::io_context& Process::io() {
    return state_->io;
}

asio::any_io_executor Process::executor() {
    return state_->io.get_executor();
}

void Process::on_stop(std::string name, Phase phase, std::function<asio::awaitable<void>()> step,
                      std::optional<Duration> deadline) {
    state_->steps.push_back(
        {std::move(name), phase, std::move(step), deadline.value_or(state_->options.step_deadline)});
}

void Process::stop(std::string why, int exit_code) {
    if (state_->stopping.exchange(true)) return;
    asio::post(state_->io, [state = state_.get(), why = std::move(why), exit_code] {
        state->begin_stop(why, exit_code);
    });
}

bool Process::stopping() const {
    return state_->stopping.load();
}

int Process::run() {
    auto& state = *state_;
    state.flush_periodically();
    try {
        while (!state.finished) state.io.run_one();
        if (!state.forced) {
            state.flush_timer.cancel();
            boost::system::error_code ignored;
            state.signals.cancel(ignored);
            state.guard.reset();
            state.io.restart();
            state.io.run_for(kLinger);
        }
    } catch (...) {
        bug("process.run", std::current_exception());
    }
    log::flush();
    return state.exit_code;
}

}  // namespace guichet::runtime
