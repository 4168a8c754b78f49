#include "common/redis/embedded.hpp"

#include <algorithm>
#include <signal.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/redis/child_process.hpp"
#include "common/redis/data_lock.hpp"
#include "common/redis/embedded_files.hpp"
#include "common/redis/transport.hpp"
#include "common/runtime/or_bug.hpp"

namespace guichet::redis {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kProbePause{10};
constexpr Milliseconds kProbeTimeout{2000};
// A server that was ready for so long has not failed because of how it was started.
constexpr std::chrono::seconds kHealthy{10};

}  // namespace

class EmbeddedServer::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(asio::any_io_executor executor, EmbeddedOptions options, const Clock& clock, Random& random)
        : executor_(executor),
          options_(std::move(options)),
          clock_(clock),
          random_(random),
          wake_(executor),
          changed_(executor) {}

    static asio::awaitable<Result<void>> start(std::shared_ptr<Impl> self, Milliseconds deadline);
    static asio::awaitable<void> stop(std::shared_ptr<Impl> self);
    void abandon();

    EmbeddedState state_ = EmbeddedState::stopped;
    std::string why_ = "not started";
    int restarts_ = 0;
    std::unique_ptr<ChildProcess> child_;
    EmbeddedOptions& options() { return options_; }

  private:
    static asio::awaitable<void> run(std::shared_ptr<Impl> self);
    Result<void> launch();
    asio::awaitable<void> until_ready();
    asio::awaitable<void> end_child();
    asio::awaitable<void> pause(Milliseconds time);
    void set_state(EmbeddedState state, std::string why);
    bool alive() const { return child_ && !child_->exited(); }

    asio::any_io_executor executor_;
    EmbeddedOptions options_;
    const Clock& clock_;
    Random& random_;
    asio::steady_timer wake_;     // what run() waits on; cancelled when the child ends or stop() is called
    asio::steady_timer changed_;  // what start() and stop() wait on; cancelled when the state changes
    Attempt attempt_;
    DataLock lock_;
    bool running_ = false;
    bool stopping_ = false;
    bool was_ready_ = false;
};

void EmbeddedServer::Impl::set_state(EmbeddedState state, std::string why) {
    if (state == state_ && why == why_) return;
    state_ = state;
    why_ = std::move(why);
    changed_.cancel();
    if (options_.on_state) options_.on_state(state_, why_);
}

asio::awaitable<void> EmbeddedServer::Impl::pause(Milliseconds time) {
    boost::system::error_code ignored;
    wake_.expires_after(time);
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<Result<void>> EmbeddedServer::Impl::start(std::shared_ptr<Impl> self, Milliseconds deadline) {
    if (self->running_ || self->stopping_) co_return internal("the embedded server is started once");
    auto end = self->clock_.steady() + deadline;
    if (auto files = prepare_files(self->options_); !files) co_return files.error();
    auto patience = std::min(deadline, self->options_.orphan_patience);
    auto lock = co_await DataLock::acquire(self->executor_, self->options_.data_dir, self->clock_, patience);
    if (!lock) co_return lock.error();
    self->lock_ = std::move(*lock);
    auto alone = co_await end_listener(self->executor_, socket_path(self->options_), self->clock_, patience);
    if (!alone) {
        self->lock_.release();
        co_return alone.error();
    }
    if (auto launched = self->launch(); !launched) {
        self->set_state(EmbeddedState::stopped, launched.error().message);
        self->lock_.release();
        co_return launched.error();
    }
    self->running_ = true;
    asio::co_spawn(self->executor_, run(self), runtime::or_bug("redis.embedded"));
    while (self->running_ && self->state_ != EmbeddedState::ready) {
        auto left = end - self->clock_.steady();
        if (left <= std::chrono::nanoseconds::zero()) {
            co_return guichet::deadline("redis-server is not ready in time: " + self->why_);
        }
        boost::system::error_code ignored;
        self->changed_.expires_after(left);
        co_await self->changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (self->state_ != EmbeddedState::ready) {
        self->child_.reset();
        self->lock_.release();
        co_return internal(self->why_);
    }
    co_return Result<void>();
}

asio::awaitable<void> EmbeddedServer::Impl::stop(std::shared_ptr<Impl> self) {
    self->stopping_ = true;
    self->wake_.cancel();
    if (self->attempt_.abort) self->attempt_.abort();
    while (self->running_) {
        boost::system::error_code ignored;
        self->changed_.expires_at(asio::steady_timer::time_point::max());
        co_await self->changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    self->child_.reset();
    self->lock_.release();
}

void EmbeddedServer::Impl::abandon() {
    stopping_ = true;
    wake_.cancel();
    changed_.cancel();
    if (attempt_.abort) attempt_.abort();
    child_.reset();
    lock_.release();
}

Result<void> EmbeddedServer::Impl::launch() {
    auto file = prepare_files(options_);
    if (!file) return file.error();
    // A socket left by a killed server would answer nobody; the lock says that it is nobody's.
    ::unlink(socket_path(options_).c_str());
    auto on_exit = [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->wake_.cancel();
    };
    auto child = ChildProcess::spawn(executor_, {options_.binary, file->string()}, lock_.fd(), on_exit);
    if (!child) return child.error();
    child_ = std::move(*child);
    set_state(EmbeddedState::starting, "redis-server is starting");
    return {};
}

asio::awaitable<void> EmbeddedServer::Impl::until_ready() {
    auto address = unix_address(socket_path(options_));
    while (alive() && !stopping_) {
        auto transport = co_await connect(executor_, address, kProbeTimeout, attempt_);
        if (transport && alive() && !stopping_) {
            auto greeted = co_await handshake(executor_, *transport, address, "", kProbeTimeout, attempt_);
            (*transport)->close();
            if (greeted && alive() && !stopping_) {
                was_ready_ = true;
                set_state(EmbeddedState::ready, "");
                co_return;
            }
            if (!greeted && greeted.error().reason == "loading") {
                set_state(EmbeddedState::loading, "redis-server is loading its data");
            }
        }
        if (alive() && !stopping_) co_await pause(kProbePause);
    }
}

asio::awaitable<void> EmbeddedServer::Impl::end_child() {
    if (!alive()) co_return;
    child_->signal(SIGTERM);
    auto end = clock_.steady() + options_.stop_patience;
    while (alive()) {
        auto left = std::chrono::duration_cast<Milliseconds>(end - clock_.steady());
        if (left <= Milliseconds::zero()) {
            child_->signal(SIGKILL);
            left = options_.stop_patience;
            end += left;
        }
        co_await pause(left);
    }
}

asio::awaitable<void> EmbeddedServer::Impl::run(std::shared_ptr<Impl> self) {
    Milliseconds backoff = self->options_.backoff_min;
    while (!self->stopping_) {
        auto since = self->clock_.steady();
        co_await self->until_ready();
        while (self->alive() && !self->stopping_) co_await self->pause(std::chrono::hours(1));
        if (self->stopping_) break;
        auto why = "redis-server ended (" + self->child_->how_it_ended() + ")";
        auto tail = log_tail(self->options_);
        if (!tail.empty()) why += "; its log ends with:\n" + tail;
        self->set_state(EmbeddedState::down, std::move(why));
        // One that never was ready is not made better by trying again: start() tells why.
        if (!self->was_ready_) break;
        if (self->clock_.steady() - since > kHealthy) backoff = self->options_.backoff_min;
        do {
            auto half = static_cast<std::uint64_t>(backoff.count() / 2);
            co_await self->pause(Milliseconds(half + self->random_.below(half + 1)));
            backoff = std::min(backoff * 2, self->options_.backoff_max);
            if (self->stopping_) break;
            ++self->restarts_;
            auto launched = self->launch();
            if (!launched) self->set_state(EmbeddedState::down, launched.error().message);
        } while (!self->alive() && !self->stopping_);
    }
    co_await self->end_child();
    self->running_ = false;
    if (self->stopping_) self->set_state(EmbeddedState::stopped, "stopped");
    self->changed_.cancel();
}

EmbeddedServer::EmbeddedServer(asio::any_io_executor executor, EmbeddedOptions options, const Clock& clock,
                               Random& random)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options), clock, random)) {}

EmbeddedServer::~EmbeddedServer() {
    impl_->abandon();
}

asio::awaitable<Result<void>> EmbeddedServer::start(std::chrono::milliseconds deadline) {
    return Impl::start(impl_, deadline);
}

asio::awaitable<void> EmbeddedServer::stop() {
    return Impl::stop(impl_);
}

EmbeddedState EmbeddedServer::state() const {
    return impl_->state_;
}
std::string EmbeddedServer::why() const {
    return impl_->why_;
}
int EmbeddedServer::restarts() const {
    return impl_->restarts_;
}
Address EmbeddedServer::address() const {
    return unix_address(socket_path(impl_->options()));
}

pid_t EmbeddedServer::pid() const {
    return impl_->child_ && !impl_->child_->exited() ? impl_->child_->pid() : -1;
}

const char* to_string(EmbeddedState state) {
    switch (state) {
        case EmbeddedState::stopped:
            return "stopped";
        case EmbeddedState::starting:
            return "starting";
        case EmbeddedState::loading:
            return "loading";
        case EmbeddedState::ready:
            return "ready";
        case EmbeddedState::down:
            return "down";
    }
    return "unknown";
}

}  // namespace guichet::redis
