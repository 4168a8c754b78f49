#include "common/redis/connection.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/runtime/or_bug.hpp"

namespace guichet::redis {
namespace {

using boost::system::error_code;

// Deadlines are looked at no more often than this, whatever the number of callers.
constexpr std::chrono::nanoseconds kTick = std::chrono::milliseconds(5);

}  // namespace

Status unavailable_because(const char* reason, std::string message) {
    auto status = unavailable(std::move(message));
    status.reason = reason;
    return status;
}

Status stopped() {
    return unavailable_because("stopped", "the Redis client is stopped");
}

Connection::Connection(asio::any_io_executor executor, ClientOptions options, const Clock& clock,
                       Random& random)
    : executor_(executor),
      options_(std::move(options)),
      clock_(clock),
      random_(random),
      last_error_(stopped()),
      pause_(executor),
      changed_(executor),
      tick_(executor) {}

void Connection::start() {
    if (running_ || stopping_) return;
    running_ = true;
    lost_at_ = clock_.steady();
    asio::co_spawn(executor_, run(shared_from_this()), runtime::or_bug("redis.client"));
}

asio::awaitable<void> Connection::stop(std::shared_ptr<Connection> self) {
    self->stopping_ = true;
    self->fail_parked(stopped());
    if (self->link_) self->lose(self->link_, "stopped");
    self->pause_.cancel();
    self->tick_.cancel();
    if (self->attempt_.abort) self->attempt_.abort();
    while (self->running_) {
        error_code ignored;
        self->changed_.expires_at(asio::steady_timer::time_point::max());
        co_await self->changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    self->set_state(ClientState::stopped, stopped());
}

void Connection::abandon() {
    stopping_ = true;
    pause_.cancel();
    changed_.cancel();
    tick_.cancel();
    if (attempt_.abort) attempt_.abort();
    for (Waiter* waiter : std::exchange(parked_, {})) waiter->abandon();
    if (link_) {
        auto link = std::exchange(link_, nullptr);
        link->lost = true;
        link->transport->close();
        link->pipeline.abandon_all();
    }
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
    Milliseconds backoff = self->options_.backoff_min;
    while (!self->stopping_) {
        if (self->state_ != ClientState::connecting) {
            self->set_state(ClientState::connecting,
                            unavailable_because("not_connected", "not connected to Redis yet"));
        }
        auto connected = co_await self->connect_once();
        if (self->stopping_) break;
        if (connected) {
            backoff = self->options_.backoff_min;
            while (self->link_) {
                error_code ignored;
                self->changed_.expires_at(asio::steady_timer::time_point::max());
                co_await self->changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            }
        } else {
            self->set_state(ClientState::connecting, connected.error());
        }
        if (self->stopping_) break;
        auto half = static_cast<std::uint64_t>(backoff.count() / 2);
        co_await self->wait_on(self->pause_, Milliseconds(half + self->random_.below(half + 1)));
        backoff = std::min(backoff * 2, self->options_.backoff_max);
    }
    if (self->link_) self->lose(self->link_, "stopped");
    self->running_ = false;
    self->changed_.cancel();
}

asio::awaitable<Result<void>> Connection::connect_once() {
    auto transport = co_await connect(executor_, options_.address, options_.connect_timeout, attempt_);
    if (!transport) co_return transport.error();
    if (stopping_) co_return stopped();
    auto greeted = co_await handshake(executor_, *transport, options_.address, options_.name,
                                      options_.connect_timeout, attempt_);
    if (!greeted || stopping_) {
        (*transport)->close();
        co_return greeted ? stopped() : greeted.error();
    }
    clustered_ = greeted->cluster;
    link_ = std::make_shared<Link>(std::move(*transport), options_.max_reply_bytes);
    ++counters_.connects;
    set_state(ClientState::ready, {});
    unpark();
    read(link_);
    co_return Result<void>();
}

asio::awaitable<void> Connection::wait_on(asio::steady_timer& timer, Milliseconds time) {
    error_code ignored;
    timer.expires_after(time);
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void Connection::set_state(ClientState state, Status why) {
    state_ = state;
    last_error_ = std::move(why);
    if (options_.on_state) options_.on_state(state_, last_error_);
}

Status Connection::admit(std::size_t commands, std::size_t bytes) const {
    if (stopping_ || !running_) return stopped();
    std::size_t count = parked_commands_ + (link_ ? link_->pipeline.outstanding() : 0);
    std::size_t size = parked_bytes_ + (link_ ? link_->pipeline.outstanding_bytes() : 0);
    if (count + commands > options_.max_outstanding || size + bytes > options_.max_outstanding_bytes) {
        return unavailable_because("overloaded", "too many commands wait for Redis");
    }
    if (!link_ && clock_.steady() >= grace_end()) {
        return unavailable_because("not_connected", "no connection to Redis: " + last_error_.message);
    }
    return {};
}

void Connection::submit(Waiter& waiter, Milliseconds deadline) {
    auto now = clock_.steady();
    waiter.deadline = now + deadline;
    counters_.commands += waiter.count;
    if (link_) {
        link_->pipeline.push(waiter, now);
        schedule_flush();
        arm(std::min(waiter.deadline, stall_end(now)));
        return;
    }
    parked_.push_back(&waiter);
    parked_commands_ += waiter.count;
    parked_bytes_ += waiter.bytes();
    arm(std::min(waiter.deadline, grace_end()));
}

void Connection::unpark() {
    auto now = clock_.steady();
    parked_commands_ = parked_bytes_ = 0;
    for (Waiter* waiter : std::exchange(parked_, {})) link_->pipeline.push(*waiter, now);
    if (link_->pipeline.has_output()) schedule_flush();
    if (link_->pipeline.outstanding() > 0) arm(std::min(link_->pipeline.next_deadline(), stall_end(now)));
}

void Connection::fail_parked(const Status& status) {
    parked_commands_ = parked_bytes_ = 0;
    for (Waiter* waiter : std::exchange(parked_, {})) {
        waiter->status = status;
        waiter->resume();
    }
}

// Writing is put off to the end of the ready handlers, so that all callers they run share one write.
void Connection::schedule_flush() {
    if (link_->flush_posted || link_->write_in_flight) return;
    link_->flush_posted = true;
    asio::post(executor_, [self = shared_from_this(), link = link_] {
        link->flush_posted = false;
        if (!link->lost && !link->write_in_flight && may_take_output(*link)) {
            self->take_output(*link);
            self->write(link);
        }
    });
}

// While replicas are waited for, what comes gathers: it shares the next wait.
bool Connection::may_take_output(const Link& link) {
    return link.pipeline.has_output() && !link.pipeline.waits();
}

void Connection::take_output(Link& link) const {
    if (replicas_.least > 0) link.pipeline.push_wait(replicas_, clock_.steady());
    link.pipeline.swap_output(link.writing);
    link.written = 0;
}

void Connection::write(std::shared_ptr<Link> link) {
    link->write_in_flight = true;
    ++counters_.writes;
    auto rest = asio::buffer(link->writing) + link->written;
    auto& transport = *link->transport;
    transport.write_some(rest, [self = shared_from_this(), link](error_code error, std::size_t bytes) {
        self->on_written(link, error, bytes);
    });
}

void Connection::on_written(const std::shared_ptr<Link>& link, error_code error, std::size_t bytes) {
    link->write_in_flight = false;
    counters_.bytes_out += bytes;
    if (link->lost) return;
    if (error) return lose(link, "write: " + error.message());
    link->written += bytes;
    if (link->written == link->writing.size()) {
        if (!may_take_output(*link)) return;
        take_output(*link);
    }
    write(link);
}

void Connection::read(std::shared_ptr<Link> link) {
    auto& transport = *link->transport;
    auto buffer = asio::buffer(link->input);
    transport.read_some(buffer, [self = shared_from_this(), link](error_code error, std::size_t bytes) {
        self->on_read(link, error, bytes);
    });
}

void Connection::on_read(const std::shared_ptr<Link>& link, error_code error, std::size_t bytes) {
    if (link->lost) return;
    if (error) {
        return lose(link, error == asio::error::eof ? "closed by the server" : "read: " + error.message());
    }
    counters_.bytes_in += bytes;
    auto parsed = link->pipeline.on_bytes({link->input.data(), bytes});
    if (link->lost) return;
    if (!parsed) return lose(link, parsed.error().message);
    if (may_take_output(*link)) schedule_flush();
    read(link);
}

void Connection::lose(std::shared_ptr<Link> link, const std::string& why) {
    if (link->lost) return;
    link->lost = true;
    link->transport->close();
    if (link_ == link) link_ = nullptr;
    lost_at_ = clock_.steady();
    auto status =
        stopping_ ? stopped() : unavailable_because("connection_lost", "connection to Redis lost: " + why);
    if (!stopping_) set_state(ClientState::connecting, status);
    changed_.cancel();
    link->pipeline.fail_all(status);
}

Connection::Nanoseconds Connection::stall_end(Nanoseconds since) const {
    bool never = options_.stall_timeout == Milliseconds::zero() || since == Nanoseconds::max();
    return never ? Nanoseconds::max() : since + options_.stall_timeout;
}

void Connection::arm(Nanoseconds when) {
    if (when >= armed_) return;
    armed_ = when;
    tick_.expires_after(std::max(when - clock_.steady(), kTick));
    tick_.async_wait([self = shared_from_this()](error_code error) {
        if (!error) self->on_tick();
    });
}

void Connection::on_tick() {
    armed_ = Nanoseconds::max();
    auto now = clock_.steady();
    if (!link_ && now >= grace_end()) {
        fail_parked(unavailable_because("not_connected", "no connection to Redis: " + last_error_.message));
    }
    std::vector<Waiter*> late;
    std::erase_if(parked_, [&](Waiter* waiter) {
        if (waiter->deadline > now) return false;
        late.push_back(waiter);
        parked_commands_ -= waiter->count;
        parked_bytes_ -= waiter->bytes();
        return true;
    });
    for (Waiter* waiter : late) {
        waiter->status = guichet::deadline("no connection to Redis in time; the command was not sent");
        waiter->resume();
    }
    auto next = Nanoseconds::max();
    if (auto link = link_) {
        link->pipeline.expire(now);
        if (stall_end(link->pipeline.oldest()) <= now) lose(link, "no answer");
        if (!link->lost) next = std::min(link->pipeline.next_deadline(), stall_end(link->pipeline.oldest()));
    }
    for (Waiter* waiter : parked_) next = std::min({next, waiter->deadline, grace_end()});
    if (next != Nanoseconds::max()) arm(next);
}

ClientCounters Connection::counters() const {
    ClientCounters counters = counters_;
    counters.outstanding = parked_commands_ + (link_ ? link_->pipeline.outstanding() : 0);
    return counters;
}

}  // namespace guichet::redis
