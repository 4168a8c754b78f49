#pragma once
// Internal to common/redis: one connection, the shell that moves a Pipeline's bytes over a Transport.
#include <array>
#include <deque>
#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "common/redis/client.hpp"
#include "common/redis/pipeline.hpp"
#include "common/redis/transport.hpp"

namespace guichet::redis {

Status unavailable_because(const char* reason, std::string message);
Status stopped();

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Milliseconds = std::chrono::milliseconds;
    using Nanoseconds = std::chrono::nanoseconds;

    Connection(asio::any_io_executor executor, ClientOptions options, const Clock& clock, Random& random);

    void start();
    static asio::awaitable<void> stop(std::shared_ptr<Connection> self);
    // Nobody is resumed any more, everybody is destroyed.
    void abandon();

    // OK when a call of these commands may wait; else why not.
    Status admit(std::size_t commands, std::size_t bytes) const;
    // The waiter is resumed later, never before this returns.
    void submit(Waiter& waiter, Milliseconds deadline);
    void count_failure() { ++counters_.failed; }
    // From the next write on.
    void wait_for(const Replicas& wanted) { replicas_ = wanted; }

    ClientState state() const { return state_; }
    const Status& last_error() const { return last_error_; }
    ClientCounters counters() const;
    const ClientOptions& options() const { return options_; }
    // The server it is or was connected to belongs to a Redis Cluster.
    bool clustered() const { return clustered_; }

  private:
    // A connection with what belongs to it; handlers of an older one find out by comparing.
    struct Link {
        explicit Link(std::shared_ptr<Transport> t, std::size_t max_reply_bytes)
            : transport(std::move(t)), pipeline(max_reply_bytes) {}
        std::shared_ptr<Transport> transport;
        Pipeline pipeline;
        std::string writing;
        std::size_t written = 0;
        bool write_in_flight = false;
        bool flush_posted = false;
        bool lost = false;
        std::array<char, 65536> input;
    };

    static asio::awaitable<void> run(std::shared_ptr<Connection> self);
    asio::awaitable<Result<void>> connect_once();
    asio::awaitable<void> wait_on(asio::steady_timer& timer, Milliseconds time);
    void set_state(ClientState state, Status why);
    void unpark();
    void fail_parked(const Status& status);
    void schedule_flush();
    static bool may_take_output(const Link& link);
    void take_output(Link& link) const;
    void write(std::shared_ptr<Link> link);
    void on_written(const std::shared_ptr<Link>& link, boost::system::error_code error, std::size_t bytes);
    void read(std::shared_ptr<Link> link);
    void on_read(const std::shared_ptr<Link>& link, boost::system::error_code error, std::size_t bytes);
    void lose(std::shared_ptr<Link> link, const std::string& why);
    void arm(Nanoseconds when);
    void on_tick();
    // When a connection whose oldest command waits since `since` is given up.
    Nanoseconds stall_end(Nanoseconds since) const;
    Nanoseconds grace_end() const { return lost_at_ + options_.grace; }

    asio::any_io_executor executor_;
    ClientOptions options_;
    const Clock& clock_;
    Random& random_;
    ClientState state_ = ClientState::stopped;
    Status last_error_;
    ClientCounters counters_;
    Replicas replicas_;
    bool running_ = false;
    bool stopping_ = false;
    bool clustered_ = false;
    Attempt attempt_;
    Nanoseconds lost_at_{};
    std::shared_ptr<Link> link_;
    std::deque<Waiter*> parked_;  // wait for a connection
    std::size_t parked_commands_ = 0;
    std::size_t parked_bytes_ = 0;
    asio::steady_timer pause_;    // between attempts; cancelled to wake up
    asio::steady_timer changed_;  // never expires; cancelled when the link is lost or all has ended
    asio::steady_timer tick_;     // next deadline
    Nanoseconds armed_ = Nanoseconds::max();
};

}  // namespace guichet::redis
