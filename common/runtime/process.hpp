#pragma once
// The process: one io_context on one thread, signals, and an orderly end.
//
//     runtime::Process process;
//     Server server(process.io(), ...);
//     process.on_stop("http", runtime::Phase::stop_servers, [&] { return server.stop(); });
//     return process.run();
//
// SIGINT or SIGTERM once: the stop steps run, phase by phase, within each phase in reverse order of their
// registration, each with a deadline and a log line. A second signal: run() returns at once with 128 +
// signal. A third: the system's default. What the steps use must live until run() has returned; what is
// declared after the Process dies before its io_context.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "common/runtime/event.hpp"

namespace guichet::runtime {

enum class Phase {
    not_ready,     // tell the world: readyz answers 503
    stop_inputs,   // accept no new requests, read no new work
    drain,         // finish what is in flight
    stop_servers,  // close listeners and connections
    destroy,       // stop what the others used: store, archive, Redis
};
const char* to_string(Phase phase);

class Process {
  public:
    struct Options {
        // For each step that names none.
        Duration step_deadline = std::chrono::seconds(10);
        // For all steps together: each gets at most what is left (at least 100 ms, so that the later ones
        // can close what they hold).
        Duration shutdown_deadline = std::chrono::seconds(30);
        // SIGINT and SIGTERM; SIGPIPE is ignored in any case.
        bool signals = true;
    };

    Process();
    explicit Process(Options options);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    asio::io_context& io();
    asio::any_io_executor executor();

    // A step that overruns its deadline is cancelled, and abandoned if that does not end it in a second.
    void on_stop(std::string name, Phase phase, std::function<asio::awaitable<void>()> step,
                 std::optional<Duration> deadline = {});

    // Begins the orderly end, as the first signal does; run() will return `exit_code`. From any thread; the
    // first call counts.
    void stop(std::string why, int exit_code = 0);
    bool stopping() const;

    // Runs the io_context until the end. An exception that leaves a handler is a bug and aborts the process.
    int run();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace guichet::runtime
