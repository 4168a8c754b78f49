#include "tests/integration/http/http_fixture.hpp"

#include <cstdlib>
#include <filesystem>

namespace guichet::http {

bool wait_for(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

std::string post(const std::string& path, const std::string& body, const std::string& more) {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + more + "\r\n" + body;
}

std::string get(const std::string& path, const std::string& more) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

std::string body_of(const std::string& response) {
    const auto at = response.find("\r\n\r\n");
    return at == std::string::npos ? "no head in: " + response : response.substr(at + 4);
}

Certificates::Certificates() {
    std::string name = (std::filesystem::temp_directory_path() / "guichet-http-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp failed");
    dir_ = name;
    make("localhost", "localhost");
    make("other", "other.example");
}

Certificates::~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
}

void Certificates::make(const std::string& name, const std::string& host) {
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + host +
        " -addext subjectAltName=DNS:" + host + " -keyout " + file(name + ".key") + " -out " +
        file(name + ".pem") + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl req failed");
}

namespace {

asio::awaitable<Response> echo(Request request) {
    co_return Response::text(200, std::move(request.body));
}

asio::awaitable<Response> describe(Request request) {
    co_return Response::text(200, std::string(to_string(request.method)) + " " + request.url() +
                                      " ip=" + request.client_ip + " peer=" + request.peer_ip +
                                      " id=" + request.request_id + " tls=" + (request.is_tls ? "1" : "0") +
                                      " a=" + std::string(request.param("a")));
}

asio::awaitable<Response> explode(Request) {
    throw std::runtime_error("boom");
    co_return Response::empty();
}

}  // namespace

HttpTest::HttpTest() {
    options.listeners.push_back({});
    options.on_error = [this](std::string_view what) {
        const std::lock_guard lock(mutex_);
        errors_.emplace_back(what);
    };
    options.on_access = [this](const AccessRecord& record) {
        const std::lock_guard lock(mutex_);
        accesses_.push_back(std::string(to_string(record.exchange.method)) + " " + record.exchange.target +
                            " " + std::string(record.exchange.route) + " " + std::to_string(record.status) +
                            " " + std::to_string(record.exchange.request_bytes) + " " +
                            std::to_string(record.response_bytes));
    };
    RouteOptions small;
    small.max_body_bytes = 10;
    router->post("/echo", echo);
    router->post("/small", echo, small);
    router->get("/describe/{a}", describe);
    router->get("/boom", explode);
    router->get("/wait", [this](Request request) { return wait_handler(std::move(request)); });
}

asio::awaitable<Response> HttpTest::wait_handler(Request) {
    ++waiting;
    asio::steady_timer timer(io);
    while (!release) {
        timer.expires_after(1ms);
        co_await timer.async_wait(asio::use_awaitable);
    }
    --waiting;
    co_return Response::text(200, "done");
}

// Not in the destructor: handlers use the members of derived fixtures.
void HttpTest::TearDown() {
    release = true;
    if (thread_.joinable()) {
        if (server) await(server->stop(2s));
        on_io([this] { server.reset(); });
        // Sessions that a test still holds have timers pending.
        io.stop();
        thread_.join();
    }
}

void HttpTest::start() {
    server = std::make_unique<Server>(io, clock, random, options, router);
    const auto started = server->start();
    if (!started) throw std::runtime_error(to_string(started.error()));
    thread_ = std::thread([this] { io.run(); });
}

void HttpTest::on_io(std::function<void()> what) {
    std::promise<void> done;
    asio::post(io, [&] {
        what();
        done.set_value();
    });
    if (done.get_future().wait_for(30s) != std::future_status::ready)
        throw std::runtime_error("the io thread hangs");
}

std::vector<std::string> HttpTest::errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
}

std::vector<std::string> HttpTest::accesses() {
    const std::lock_guard lock(mutex_);
    return accesses_;
}

}  // namespace guichet::http
