#pragma once
// Between the connector and a server that speaks plain text: looks at what passes, cuts where it is told.
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace guichet::test {

namespace asio = boost::asio;

class Tap {
  public:
    // Listens on a port of the system's choice; passes on to `target` on loopback.
    Tap(asio::io_context& io, int target);
    ~Tap();
    Tap(const Tap&) = delete;
    Tap& operator=(const Tap&) = delete;

    int port() const;
    // What clients have said, of all connections.
    const std::string& said() const;
    int connections() const;

    enum class Cut {
        // The server never sees it.
        before,
        // The server sees it and answers; the answer is swallowed.
        after,
    };
    // Connections end where a client says `words`; "" : nowhere.
    void cut(std::string words, Cut how);
    // Ends the connections there are.
    void cut_now();

  private:
    struct State;
    struct Pair;
    static asio::awaitable<void> accept(std::shared_ptr<State> state);
    static asio::awaitable<void> serve(std::shared_ptr<State> state, std::shared_ptr<Pair> pair);
    static asio::awaitable<void> back(std::shared_ptr<State> state, std::shared_ptr<Pair> pair);

    std::shared_ptr<State> state_;
};

}  // namespace guichet::test
