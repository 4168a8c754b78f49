#pragma once
// Load over plain sockets with as little of the driver's own work as possible: requests are written whole,
// answers are cut out by their length and checked.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace guichet::bench {

// One answer at the beginning of what was read.
struct Answer {
    // 0: not whole yet.
    std::size_t size = 0;
    // The other side ends the connection after it.
    bool last = false;
};

struct PipeLoad {
    std::function<int()> connect;
    std::function<void(std::string& out)> append_request;
    // Throws std::runtime_error when it is not the answer of a success.
    std::function<Answer(std::string_view unread)> cut_answer;
    int connections = 8;
    // Requests on their way on each.
    int depth = 16;
    // No more than so many; 0: as many as fit into the time.
    std::size_t requests = 0;
};

// Sends for `length`, then waits for what is outstanding. Returns the number of answers; throws when the
// other side is silent for 10 seconds.
std::size_t drive(const PipeLoad& load, std::chrono::milliseconds length);

int connect_unix(const std::string& path);
int connect_tcp(std::uint16_t port);

// A function's answer: an array of texts that begins with "ok".
Answer cut_ok_array(std::string_view unread);
// A webhook's answer: 200 and every message stored.
Answer cut_stored(std::string_view unread);

}  // namespace guichet::bench
