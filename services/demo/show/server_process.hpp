#pragma once
// `guichet serve` as a process of its own, so that it can be killed. It has its own data folder, its own
// private Redis, and ends with the process that started it.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/redis/child_process.hpp"
#include "services/demo/show/interrupt.hpp"

namespace guichet::demo {

struct Addresses {
    std::string http;  // http://127.0.0.1:41237
    std::string grpc;  // 127.0.0.1:41238
};

class ServerProcess {
  public:
    // `program`: the guichet to run; `settings`: further properties, "name=value".
    ServerProcess(std::string program, std::filesystem::path data, std::vector<std::string> settings,
                  Interrupt& interrupt);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    // Ready when it returns. Call it on the main thread. Started again, it has the addresses that it had.
    Result<void> start();
    // At once, as a power cut would.
    void kill();
    // Its Redis alone, which it starts again; false when none was found.
    bool kill_redis();
    // As Ctrl-C does.
    void stop();

    const Addresses& addresses() const { return addresses_; }
    // The administrator's credential.
    std::string token() const;
    std::filesystem::path log() const { return data_ / "server.log"; }

  private:
    bool read_addresses();
    bool exited();

    // Polled, never run: whoever waits for the child also reaps it, on the same thread.
    boost::asio::io_context io_{1};
    std::string program_;
    std::filesystem::path data_;
    std::vector<std::string> settings_;
    Interrupt& interrupt_;
    Addresses addresses_;
    std::unique_ptr<redis::ChildProcess> child_;
};

}  // namespace guichet::demo
