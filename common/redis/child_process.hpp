#pragma once
// A child process that ends with us: it is told to terminate (SIGTERM) when its parent dies.
#include <functional>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "common/core/status.hpp"

namespace guichet::redis {

namespace asio = boost::asio;

class ChildProcess {
  public:
    // Runs `argv` (argv[0] is looked up in PATH) in a process group of its own, so that Ctrl-C reaches only
    // us. Of our descriptors the child inherits `inherited_fd` alone; its input and outputs are /dev/null.
    // `on_exit` is called once, on the executor, after the child was reaped.
    //
    // The kernel ties the parent-death signal to the THREAD that forks: call this on a thread that lives as
    // long as the process. INTERNAL when called elsewhere than on the main thread.
    static Result<std::unique_ptr<ChildProcess>> spawn(asio::any_io_executor executor,
                                                       const std::vector<std::string>& argv, int inherited_fd,
                                                       std::function<void()> on_exit);
    // Kills and reaps a child that still runs.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const;
    bool exited() const;
    // "exit code 1", "signal 9"; empty while it runs.
    std::string how_it_ended() const;
    void signal(int number);

  private:
    struct State;
    explicit ChildProcess(std::shared_ptr<State> state) : state_(std::move(state)) {}

    std::shared_ptr<State> state_;
};

}  // namespace guichet::redis
