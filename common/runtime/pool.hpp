#pragma once
// Threads for work that blocks or computes long (argon2, SQLite, files): the io thread goes on meanwhile.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/core/status.hpp"
#include "common/runtime/event.hpp"

namespace guichet::runtime {

class Pool {
  public:
    // `home` is the io_context's executor, where results come back. The Pool must die before the io_context.
    // At most `queue_limit` jobs wait for a thread.
    Pool(asio::any_io_executor home, std::string name, std::size_t threads, std::size_t queue_limit);
    // As close(), then waits for the running jobs.
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // Runs `job` (a callable that returns Result<T>) on a thread of the pool and returns its result on the io
    // thread. RESOURCE_EXHAUSTED (reason "overloaded") when the queue is full, UNAVAILABLE when closed.
    // What `job` refers to must live until it has run, even if the caller is destroyed: pass values.
    template <class Function>
    asio::awaitable<std::invoke_result_t<Function&>> run(Function job);

    // No job starts any more; those that wait end as UNAVAILABLE.
    void close();
    // Jobs that wait for a thread.
    std::size_t waiting() const;

  private:
    struct Job {
        virtual ~Job() = default;
        virtual void work() = 0;
        virtual void refuse(Status status) = 0;
        // On the io thread; `self` is this job.
        virtual void complete(std::unique_ptr<Job> self) = 0;
    };
    template <class Function, class Handler>
    struct TypedJob;
    struct State;

    void submit(std::unique_ptr<Job> job);

    std::unique_ptr<State> state_;
};

template <class Function, class Handler>
struct Pool::TypedJob final : Pool::Job {
    using Value = std::invoke_result_t<Function&>;

    TypedJob(Function f, Handler h) : function(std::move(f)), handler(std::move(h)) {}
    void work() override { value.emplace(function()); }
    void refuse(Status status) override { value.emplace(std::move(status)); }
    void complete(std::unique_ptr<Job> self) override {
        Handler resume(std::move(handler));
        Value result(std::move(*value));
        self.reset();
        std::move(resume)(std::move(result));
    }

    Function function;
    Handler handler;
    std::optional<Value> value;
};

template <class Function>
asio::awaitable<std::invoke_result_t<Function&>> Pool::run(Function job) {
    using Value = std::invoke_result_t<Function&>;
    auto start = [this](auto handler, Function function) {
        using Handler = decltype(handler);
        submit(std::make_unique<TypedJob<Function, Handler>>(std::move(function), std::move(handler)));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>&, void(Value)>(
        std::move(start), asio::use_awaitable, std::move(job));
}

}  // namespace guichet::runtime
