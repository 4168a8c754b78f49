#pragma once
// A `guichet serve` of its own, ended with its object, and what processes have used of the processor.
#include <chrono>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {

// Seconds of processor time since the process began, all threads, also ended ones.
double cpu_seconds(pid_t process);

struct ServeOptions {
    std::string binary;
    // "": the embedded Redis, below `data`.
    std::string redis_url;
    // As --target takes them: "all", "ingest", "routing".
    std::string targets;
    // "": a folder of its own.
    std::string data;
    // How long it may take until it is ready.
    std::chrono::milliseconds patience = test::kLimit;
};

class GuichetProcess {
  public:
    // Returns when it says that it is ready; throws with the end of its log when it does not.
    explicit GuichetProcess(const ServeOptions& options);
    ~GuichetProcess();
    GuichetProcess(const GuichetProcess&) = delete;
    GuichetProcess& operator=(const GuichetProcess&) = delete;

    pid_t pid() const { return pid_; }
    std::uint16_t http_port() const { return http_port_; }
    std::string grpc_address() const { return "127.0.0.1:" + std::to_string(grpc_port_); }

    // Whether /readyz ever held this word on the way to being ready.
    bool said(const std::string& word) const { return said_.find(word) != std::string::npos; }

  private:
    std::vector<std::string> command_line(const ServeOptions& options) const;
    std::string log() const;
    bool ready() const;
    void listen();

    test::TempDir dir_;
    std::uint16_t http_port_;
    std::uint16_t grpc_port_;
    std::uint16_t metrics_port_;
    std::string said_;
    pid_t pid_ = -1;
};

}  // namespace guichet::bench
