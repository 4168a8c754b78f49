// See README.md.
#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <time.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "common/http/server.hpp"

using namespace guichet;
namespace asio = boost::asio;

namespace {

asio::awaitable<http::Response> answer(http::Request request) {
    co_return http::Response::json(200,
                                   request.body.size() > 100 ? "{\"stored\":true}" : "{\"stored\":false}");
}

struct Connection {
    int fd = -1;
    int outstanding = 0;
    std::string unread;
};

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
    return fd;
}

// Reads what is there and counts whole answers: all have the same size once the first is known.
std::size_t take_answers(Connection& connection, std::size_t& answer_size) {
    char bytes[64 * 1024];
    const auto n = ::recv(connection.fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n == 0) std::abort();
    if (n < 0) return 0;
    connection.unread.append(bytes, static_cast<std::size_t>(n));
    if (answer_size == 0) {
        const auto head = connection.unread.find("\r\n\r\n");
        if (head == std::string::npos) return 0;
        answer_size = head + 4 + std::string_view("{\"stored\":true}").size();
    }
    const std::size_t whole = connection.unread.size() / answer_size;
    connection.unread.erase(0, whole * answer_size);
    return whole;
}

double cpu_seconds(pthread_t thread) {
    clockid_t id;
    timespec time{};
    pthread_getcpuclockid(thread, &id);
    clock_gettime(id, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::size_t drive(std::vector<Connection>& connections, int depth, std::chrono::seconds length) {
    // A fixed id keeps every answer the same size.
    const std::string body(400, 'b');
    const std::string request =
        "POST /webhooks/custom/bench HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "User-Agent: bench\r\nX-Request-Id: bench\r\nX-Signature: sha256=0123456789abcdef0123456789abcdef\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    std::vector<pollfd> polls;
    for (const Connection& connection : connections) polls.push_back({connection.fd, POLLIN, 0});
    std::size_t done = 0;
    std::size_t answer_size = 0;
    const auto end = std::chrono::steady_clock::now() + length;
    bool sending = true;
    std::size_t outstanding = 0;
    while (sending || outstanding > 0) {
        sending = sending && std::chrono::steady_clock::now() < end;
        for (std::size_t i = 0; i < connections.size(); ++i) {
            Connection& connection = connections[i];
            if (polls[i].revents & POLLIN) {
                const std::size_t got = take_answers(connection, answer_size);
                connection.outstanding -= static_cast<int>(got);
                outstanding -= got;
                done += got;
            }
            std::string batch;
            while (sending && connection.outstanding < depth) {
                batch += request;
                ++connection.outstanding;
                ++outstanding;
            }
            if (!batch.empty() && ::send(connection.fd, batch.data(), batch.size(), MSG_NOSIGNAL) !=
                                      static_cast<ssize_t>(batch.size())) {
                std::abort();
            }
        }
        ::poll(polls.data(), polls.size(), 100);
    }
    return done;
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 64;
    const int depth = argc > 2 ? std::atoi(argv[2]) : 1;
    const std::chrono::seconds length(argc > 3 ? std::atoi(argv[3]) : 5);

    asio::io_context io(1);
    SystemClock clock;
    SystemRandom random;
    auto router = std::make_shared<http::Router>();
    router->post("/webhooks/{platform}/{app}", answer);
    router->get("/healthz", answer);
    http::ServerOptions options;
    options.listeners.push_back({});
    options.max_requests_per_connection = 1'000'000'000;
    std::size_t logged = 0;
    options.on_access = [&](const http::AccessRecord&) { ++logged; };
    http::Server server(io, clock, random, options, router);
    if (!server.start()) return 1;
    std::thread serving([&] { io.run(); });

    std::vector<Connection> connections(static_cast<std::size_t>(count));
    for (Connection& connection : connections) connection.fd = connect_to(server.port());
    drive(connections, depth, std::chrono::seconds(1));  // warm
    const double cpu_before = cpu_seconds(serving.native_handle());
    const auto before = std::chrono::steady_clock::now();
    const std::size_t done = drive(connections, depth, length);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
    const double cpu = cpu_seconds(serving.native_handle()) - cpu_before;
    std::printf(
        "%zu POSTs, %d connections x %d: %.0f/s, %.2f us of the serving thread's CPU each (%.0f/s of a "
        "core)\n",
        done, count, depth, static_cast<double>(done) / seconds, cpu / static_cast<double>(done) * 1e6,
        static_cast<double>(done) / cpu);
    asio::post(io, [&] { io.stop(); });
    serving.join();
    for (const Connection& connection : connections) ::close(connection.fd);
    return logged >= done ? 0 : 1;
}
