#pragma once
// The protocol side of one connection, without I/O: commands go in and become output bytes, bytes come in and
// become replies for those who wait, in the order of their commands.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "common/core/status.hpp"
#include "common/redis/command.hpp"
#include "common/redis/replicas.hpp"
#include "common/redis/reply.hpp"

namespace guichet::redis {

// Someone who waits for the replies to `count` commands. It lives with the waiting caller, who is resumed
// once: when the last reply is in (status OK), at the deadline, or when the connection is lost.
struct Waiter {
    Waiter(const Command* commands, std::size_t count, Reply* replies)
        : commands(commands), count(count), next(replies), remaining(count) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    virtual ~Waiter() = default;
    // May run the caller's code at once, which may use the client again.
    virtual void resume() = 0;
    // Ends the wait without running the caller any further: its coroutine is destroyed.
    virtual void abandon() = 0;
    std::size_t bytes() const;

    const Command* commands;
    std::size_t count;
    Reply* next;  // where the next reply goes
    std::size_t remaining;
    std::chrono::nanoseconds deadline{};
    Status status;
};

class Pipeline {
  public:
    using Nanoseconds = std::chrono::nanoseconds;

    explicit Pipeline(std::size_t max_reply_bytes) : reader_(max_reply_bytes) {}

    // Encodes the waiter's commands behind the output. `now` is the start of their wait for the server.
    void push(Waiter& waiter, Nanoseconds now);
    bool has_output() const { return !output_.empty(); }
    // Behind all that was pushed: who waits for it is resumed when `wanted.least` replicas confirm that they
    // have it, else with UNAVAILABLE "not_replicated".
    void push_wait(const Replicas& wanted, Nanoseconds now);
    // Until the replicas have answered Redis does nothing else for this connection.
    bool waits() const { return waits_ > 0; }
    // Gives the output away; `buffer` (its content is dropped, its memory kept) becomes the new one.
    void swap_output(std::string& buffer);

    // Resumes those whose replies are complete; an error when the bytes are no RESP, or nobody asked.
    Result<void> on_bytes(std::string_view bytes);
    // Resumes with DEADLINE_EXCEEDED whoever is late. The reply, when it comes, is dropped in its turn.
    void expire(Nanoseconds now);
    // Resumes everyone with `status`; the pipeline is closed from then on.
    void fail_all(const Status& status);
    // Abandons everyone; the pipeline is closed from then on.
    void abandon_all();

    // Commands without a reply yet, and the bytes they took.
    std::size_t outstanding() const { return slots_.size() - waits_; }
    std::size_t outstanding_bytes() const { return bytes_; }
    // The earliest deadline among the waiting; Nanoseconds::max() when nobody waits.
    Nanoseconds next_deadline() const;
    // Since when the oldest command is unanswered; Nanoseconds::max() when none is.
    Nanoseconds oldest() const { return slots_.empty() ? Nanoseconds::max() : slots_.front().since; }

  private:
    template <class End>
    void close(End end);
    // Its replies are complete.
    void finish(Waiter& waiter);
    // What replicas confirmed of what was held for them.
    void release(const Reply& confirmed, std::int64_t wanted);

    struct Slot {
        Waiter* waiter;  // null: nobody waits any more, the reply is dropped
        std::size_t bytes;
        Nanoseconds since;
        std::int64_t replicas = 0;  // more: the reply to a WAIT for so many
    };

    std::string output_;
    std::deque<Slot> slots_;
    std::size_t bytes_ = 0;
    std::size_t waits_ = 0;     // among the slots
    std::deque<Waiter*> held_;  // answered, until the next WAIT is
    ReplyReader reader_;
    bool closed_ = false;
};

}  // namespace guichet::redis
