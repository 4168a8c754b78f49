#include "tests/integration/mail/tap.hpp"

#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace guichet::test {

using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

struct Tap::Pair {
    explicit Pair(asio::io_context& io) : client(io), server(io) {}
    void close() {
        ErrorCode ignored;
        client.close(ignored);
        server.close(ignored);
    }
    tcp::socket client;
    tcp::socket server;
    std::string said;
    bool swallow = false;
};

struct Tap::State {
    State(asio::io_context& the_io, int the_target)
        : io(the_io),
          acceptor(the_io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          target(the_target) {}
    asio::io_context& io;
    tcp::acceptor acceptor;
    int target;
    std::string said;
    int connections = 0;
    std::string words;
    Cut how = Cut::before;
    std::vector<std::weak_ptr<Pair>> pairs;
};

Tap::Tap(asio::io_context& io, int target) : state_(std::make_shared<State>(io, target)) {
    asio::co_spawn(io, accept(state_), asio::detached);
}

Tap::~Tap() {
    ErrorCode ignored;
    state_->acceptor.close(ignored);
    cut_now();
}

int Tap::port() const {
    return state_->acceptor.local_endpoint().port();
}
const std::string& Tap::said() const {
    return state_->said;
}
int Tap::connections() const {
    return state_->connections;
}

void Tap::cut(std::string words, Cut how) {
    state_->words = std::move(words);
    state_->how = how;
}

void Tap::cut_now() {
    for (const auto& weak : state_->pairs) {
        if (const auto pair = weak.lock()) pair->close();
    }
    state_->pairs.clear();
}

asio::awaitable<void> Tap::accept(std::shared_ptr<State> state) {
    for (;;) {
        auto pair = std::make_shared<Pair>(state->io);
        ErrorCode ec;
        co_await state->acceptor.async_accept(pair->client, asio::redirect_error(asio::use_awaitable, ec));
        if (ec) co_return;
        ++state->connections;
        state->pairs.push_back(pair);
        asio::co_spawn(state->io, serve(state, pair), asio::detached);
    }
}

asio::awaitable<void> Tap::serve(std::shared_ptr<State> state, std::shared_ptr<Pair> pair) {
    ErrorCode ec;
    const tcp::endpoint target(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(state->target));
    co_await pair->server.async_connect(target, asio::redirect_error(asio::use_awaitable, ec));
    if (!ec) asio::co_spawn(state->io, back(state, pair), asio::detached);
    std::array<char, 16384> space;
    while (!ec) {
        const auto n = co_await pair->client.async_read_some(asio::buffer(space),
                                                             asio::redirect_error(asio::use_awaitable, ec));
        if (ec) break;
        state->said.append(space.data(), n);
        pair->said.append(space.data(), n);
        const bool hit = !state->words.empty() && pair->said.find(state->words) != std::string::npos;
        if (hit && state->how == Cut::before) break;
        pair->swallow = pair->swallow || hit;
        co_await asio::async_write(pair->server, asio::buffer(space.data(), n),
                                   asio::redirect_error(asio::use_awaitable, ec));
    }
    if (!pair->swallow) pair->close();
}

asio::awaitable<void> Tap::back(std::shared_ptr<State> state, std::shared_ptr<Pair> pair) {
    ErrorCode ec;
    std::array<char, 16384> space;
    while (!ec) {
        const auto n = co_await pair->server.async_read_some(asio::buffer(space),
                                                             asio::redirect_error(asio::use_awaitable, ec));
        if (ec || pair->swallow) break;
        co_await asio::async_write(pair->client, asio::buffer(space.data(), n),
                                   asio::redirect_error(asio::use_awaitable, ec));
    }
    pair->close();
    (void)state;
}

}  // namespace guichet::test
