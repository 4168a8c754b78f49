#pragma once
// What a handler knows of the call it serves.
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"
#include "common/rpc/identity.hpp"

namespace guichet::rpc {

namespace asio = boost::asio;

// The end of a call before its handler is done: the caller left, the deadline passed, or the server stops.
// It never interrupts a handler by itself (a change of state that has begun is finished); whoever waits long
// asks it. Lives on the io thread.
class Cancellation {
  public:
    // Holds a callback for as long as it lives.
    class Registration {
      public:
        Registration() = default;
        Registration(Cancellation* owner, std::uint64_t key) : owner_(owner), key_(key) {}
        Registration(Registration&& other) noexcept;
        Registration& operator=(Registration&& other) noexcept;
        ~Registration() { reset(); }
        void reset();

      private:
        Cancellation* owner_ = nullptr;
        std::uint64_t key_ = 0;
    };

    bool cancelled() const { return why_.has_value(); }
    // OK while not cancelled.
    Status why() const;
    // The first call wins: callbacks run, then the slot is told.
    void cancel(Status why);
    // Runs `callback` at once when cancelled already. The Cancellation must outlive the registration.
    [[nodiscard]] Registration on_cancel(std::function<void()> callback);
    // For one Asio operation at a time: asio::bind_cancellation_slot(cancellation.slot(), token).
    asio::cancellation_slot slot() { return signal_.slot(); }

  private:
    std::optional<Status> why_;
    std::map<std::uint64_t, std::function<void()>> callbacks_;
    std::uint64_t next_ = 0;
    asio::cancellation_signal signal_;
};

struct CallContext {
    // "guichet.v1.RoutingService/Claim"
    std::string method;
    Caller caller;
    Scope scope;
    // Of a write: the request's request_id. Else the caller's x-request-id, or one made up for the logs.
    std::string request_id;
    // Address of the client, for logs and rate limits; may be empty.
    std::string peer;
    // On `clock`'s steady time; nothing: no deadline (streams).
    std::optional<std::chrono::nanoseconds> deadline;
    const Clock* clock = nullptr;
    std::shared_ptr<Cancellation> cancellation;

    bool cancelled() const { return cancellation && cancellation->cancelled(); }
    // Time left, at least zero; `otherwise` when the call has no deadline.
    std::chrono::milliseconds remaining(std::chrono::milliseconds otherwise) const;
    // Waits; false when the call was cancelled before the time was over.
    asio::awaitable<bool> sleep(std::chrono::milliseconds time) const;
};

}  // namespace guichet::rpc
