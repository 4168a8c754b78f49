#pragma once
// A server on an io thread of its own; tests talk to it from the test's thread with blocking sockets.
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "common/http/server.hpp"
#include "tests/integration/http/raw_socket.hpp"

namespace guichet::http {

using namespace std::chrono_literals;

// True when `condition` holds within the limit.
bool wait_for(const std::function<bool()>& condition, std::chrono::milliseconds limit = 10s);

// Requests as text, and the body of an answer as text.
std::string post(const std::string& path, const std::string& body, const std::string& more = {});
std::string get(const std::string& path, const std::string& more = {});
std::string body_of(const std::string& response);

// A directory that is removed at the end, with a self-signed certificate for localhost (and one for another
// name).
class Certificates {
  public:
    Certificates();
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;
    std::string file(const std::string& name) const { return dir_ + "/" + name; }

  private:
    void make(const std::string& name, const std::string& host);
    std::string dir_;
};

class HttpTest : public testing::Test {
  protected:
    HttpTest();
    void TearDown() override;

    void start();
    std::uint16_t port(std::size_t index = 0) const { return server->port(index); }
    // Runs a coroutine on the io thread and returns its value.
    template <class T>
    T await(asio::awaitable<T> what) {
        auto done = asio::co_spawn(io, std::move(what), asio::use_future);
        if (done.wait_for(30s) != std::future_status::ready)
            throw std::runtime_error("the coroutine did not end");
        return done.get();
    }
    // Runs a function on the io thread and waits for it.
    void on_io(std::function<void()> what);
    std::vector<std::string> errors();
    std::vector<std::string> accesses();

    asio::io_context io{1};
    SystemClock clock;
    SystemRandom random;
    std::shared_ptr<Router> router = std::make_shared<Router>();
    ServerOptions options;
    std::unique_ptr<Server> server;

    // Handlers of "/wait" stay in it until released.
    std::atomic<int> waiting{0};
    std::atomic<bool> release{false};

  private:
    asio::awaitable<Response> wait_handler(Request request);

    asio::executor_work_guard<asio::io_context::executor_type> work_{io.get_executor()};
    std::mutex mutex_;
    std::vector<std::string> errors_;
    std::vector<std::string> accesses_;
    std::thread thread_;
};

}  // namespace guichet::http
