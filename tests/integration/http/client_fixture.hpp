#pragma once
// A client, a stand-in that the test plays byte by byte, and a server of ours.
#include <map>
#include <poll.h>

#include "common/http/client.hpp"
#include "tests/integration/http/http_fixture.hpp"

namespace guichet::http {

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class ClientTest : public HttpTest {
  protected:
    ClientTest() {
        settings.allowed_networks = CidrSet::parse({"127.0.0.0/8"}).value();
        settings.resolve = [this](std::string host) { return resolve(std::move(host)); };
        names["localhost"] = {"127.0.0.1"};
    }
    void TearDown() override {
        if (client) on_io([this] { client.reset(); });
        HttpTest::TearDown();
    }

    void begin() {
        start();
        auto made = Client::create(io, steady, settings);
        ASSERT_TRUE(made) << to_string(made.error());
        client = std::move(*made);
    }

    asio::awaitable<Result<std::vector<IpAddress>>> resolve(std::string host) {
        steady.advance(resolving_takes);
        asio::steady_timer timer(io, 1h);
        if (host == "never") co_await timer.async_wait(asio::use_awaitable);
        std::vector<IpAddress> out;
        for (const auto& text : names[host]) out.push_back(parse_ip(text).value());
        co_return out;
    }

    ClientRequest post(const std::string& path, std::string body = "hello") const {
        ClientRequest request;
        request.method = Method::post;
        request.url = "http://localhost:" + std::to_string(listener.port()) + path;
        request.body = std::move(body);
        return request;
    }

    std::future<ClientResult> send(ClientRequest request, std::chrono::milliseconds limit = 10s) {
        return asio::co_spawn(io, client->request(std::move(request), limit), asio::use_future);
    }
    static std::string read_request(RawSocket& peer) { return peer.read_to("hello"); }

    // The stand-in reads one request, answers with `bytes` and closes.
    ClientResult answered_with(std::string_view bytes, std::chrono::milliseconds limit = 10s) {
        auto result = send(post("/"), limit);
        {
            RawSocket peer = listener.accept();
            read_request(peer);
            peer.write(bytes);
        }
        return result.get();
    }

    bool nobody_connects() const {
        pollfd poll{listener.fd(), POLLIN, 0};
        return ::poll(&poll, 1, 0) == 0;
    }

    RawListener listener;
    ManualClock steady;
    ClientOptions settings;
    std::map<std::string, std::vector<std::string>> names;
    std::chrono::milliseconds resolving_takes{0};
    std::unique_ptr<Client> client;
};

}  // namespace guichet::http
