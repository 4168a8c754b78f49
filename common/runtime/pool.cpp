#include "common/runtime/pool.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>

#include "common/runtime/bug.hpp"

namespace guichet::runtime {

struct Pool::State {
    // The guard keeps the io_context running until the result has come back.
    struct Queued {
        std::unique_ptr<Job> job;
        asio::executor_work_guard<asio::any_io_executor> guard;
    };

    asio::any_io_executor home;
    std::string name;
    std::size_t limit = 0;
    mutable std::mutex mutex;
    std::condition_variable wake;
    std::deque<Queued> queue;
    bool closed = false;
    std::vector<std::thread> threads;

    void deliver(std::unique_ptr<Job> job) {
        asio::post(home, [job = std::move(job)]() mutable {
            auto& self = *job;
            self.complete(std::move(job));
        });
    }

    void work() {
        for (;;) {
            std::unique_lock lock(mutex);
            wake.wait(lock, [this] { return closed || !queue.empty(); });
            if (queue.empty()) return;
            auto next = std::move(queue.front());
            queue.pop_front();
            lock.unlock();
            try {
                next.job->work();
            } catch (...) {
                bug(name, std::current_exception());
            }
            deliver(std::move(next.job));
        }
    }
};

Pool::Pool(asio::any_io_executor home, std::string name, std::size_t threads, std::size_t queue_limit)
    : state_(std::make_unique<State>()) {
    state_->home = std::move(home);
    state_->name = std::move(name);
    state_->limit = queue_limit;
    for (std::size_t i = 0; i < threads; ++i) {
        state_->threads.emplace_back([state = state_.get()] { state->work(); });
    }
}

Pool::~Pool() {
    close();
    for (auto& thread : state_->threads) thread.join();
}

void Pool::submit(std::unique_ptr<Job> job) {
    Status refusal;
    {
        std::lock_guard lock(state_->mutex);
        if (state_->closed) {
            refusal = unavailable("the worker pool is closed");
        } else if (state_->queue.size() >= state_->limit) {
            refusal = make_status(Code::resource_exhausted, "too much work waits for " + state_->name,
                                  "overloaded");
            refusal.retryable = true;
            refusal.retry_after_s = 1;
        } else {
            state_->queue.push_back(
                {std::move(job), asio::executor_work_guard<asio::any_io_executor>(state_->home)});
        }
    }
    if (job) {
        job->refuse(std::move(refusal));
        state_->deliver(std::move(job));
    } else {
        state_->wake.notify_one();
    }
}

void Pool::close() {
    std::deque<State::Queued> dropped;
    {
        std::lock_guard lock(state_->mutex);
        state_->closed = true;
        dropped.swap(state_->queue);
    }
    state_->wake.notify_all();
    for (auto& queued : dropped) {
        queued.job->refuse(unavailable("the worker pool is closed"));
        state_->deliver(std::move(queued.job));
    }
}

std::size_t Pool::waiting() const {
    std::lock_guard lock(state_->mutex);
    return state_->queue.size();
}

}  // namespace guichet::runtime
