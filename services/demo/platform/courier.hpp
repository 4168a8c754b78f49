#pragma once
// Delivers webhooks to where an app subscribed: in order, one POST after another, again until it is answered
// 2xx. On demand more than once, in another order, many updates in one POST, or not at all for a while.
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "common/core/random.hpp"
#include "common/http/client.hpp"
#include "services/demo/platform/payloads.hpp"

namespace guichet::stand_in {

namespace asio = boost::asio;

struct CourierOptions {
    // Each POST is delivered so often although it was answered.
    int copies = 1;
    // The next POST is drawn, by the seed, from so many that wait; 1: in order.
    std::size_t shuffle = 1;
    std::uint64_t seed = 1;
    // Updates of one POST, at most.
    std::size_t batch = 1;
    // Nothing leaves.
    bool hold = false;
    // Before what was not answered 2xx is delivered again.
    std::chrono::milliseconds retry{300};
    std::chrono::milliseconds deadline{10'000};
};

class Courier {
  public:
    // Reaches this machine and private networks only.
    Courier(asio::io_context& io, const Clock& clock, std::string app_secret);
    ~Courier();
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;

    void take(json::object entry);
    // The platform's handshake; when it succeeds, webhooks go there from now on, those that wait first.
    asio::awaitable<Status> subscribe(std::string url, std::string verify_token);
    // As subscribe(), without asking.
    void deliver_to(std::string url);
    void set(const CourierOptions& options);
    const CourierOptions& options() const;

    std::size_t waiting() const;
    // Answered 2xx; copies count.
    std::size_t delivered() const;
    // Answered otherwise, or not at all.
    std::size_t refused() const;

  private:
    struct State;
    static asio::awaitable<void> deliver(std::shared_ptr<State> state);
    static asio::awaitable<bool> post(std::shared_ptr<State> state, Webhook webhook);

    std::shared_ptr<State> state_;
};

}  // namespace guichet::stand_in
