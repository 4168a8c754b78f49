#include "common/redis/client.hpp"

#include <algorithm>
#include <utility>

#include "common/redis/call_waiter.hpp"
#include "common/redis/cluster.hpp"
#include "common/redis/masters.hpp"

namespace guichet::redis {
namespace {

struct Suspend {
    Connection* connection;
    CallWaiter* waiter;
    std::chrono::milliseconds deadline;

    void operator()(CallHandler handler) {
        waiter->handler.emplace(std::move(handler));
        connection->submit(*waiter, deadline);
    }
};

}  // namespace

const char* to_string(ClientState state) {
    switch (state) {
        case ClientState::stopped:
            return "stopped";
        case ClientState::connecting:
            return "connecting";
        case ClientState::ready:
            return "ready";
    }
    return "unknown";
}

// Of a class that Client does not show, and so named where it can be.
inline Cluster& within(const Client& client);

class Client::Impl final : public Cluster {
  public:
    using Cluster::Cluster;

  private:
    static Cluster& of(const Client& client) { return *client.impl_; }
    friend Cluster& within(const Client& client) { return of(client); }
};

Cluster& cluster_of(const Client& client) {
    return within(client);
}

Client::Client(asio::any_io_executor executor, ClientOptions options, const Clock& clock, Random& random)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options), clock, random)) {}

Client::~Client() {
    impl_->abandon();
}

void Client::start() {
    impl_->seed()->start();
}

asio::awaitable<void> Client::stop() {
    return Cluster::stop(impl_);
}

namespace {

// In a cluster, and of what was asked before the connection told that it leads to one.
asio::awaitable<Result<Reply>> call_in(Cluster& cluster, Command command,
                                       std::chrono::milliseconds deadline) {
    std::vector<Command> commands;
    commands.push_back(std::move(command));
    auto replies = co_await cluster.call(std::move(commands), deadline);
    if (!replies) co_return replies.error();
    if (replies->front().is_error()) co_return to_status(replies->front());
    co_return std::move(replies->front());
}

// Those that were sent elsewhere, once more; the others have been done.
asio::awaitable<Result<std::vector<Reply>>> put_right(Cluster& cluster, std::vector<Command> commands,
                                                      std::vector<Reply> replies,
                                                      std::chrono::milliseconds deadline) {
    std::vector<std::size_t> places;
    std::vector<Command> again;
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (!parse_redirect(replies[i])) continue;
        places.push_back(i);
        again.push_back(std::move(commands[i]));
    }
    auto right = co_await cluster.call(std::move(again), deadline);
    if (!right) co_return right.error();
    for (std::size_t i = 0; i < places.size(); ++i) replies[places[i]] = std::move((*right)[i]);
    co_return std::move(replies);
}

}  // namespace

asio::awaitable<Result<Reply>> Client::call(Command command, Milliseconds deadline) {
    if (impl_->active()) co_return co_await call_in(*impl_, std::move(command), deadline);
    Connection* connection = impl_->seed().get();
    Reply reply;
    CallWaiter waiter(&command, 1, &reply);
    waiter.status = connection->admit(1, command.bytes());
    if (waiter.status.ok()) {
        Suspend suspend{connection, &waiter, deadline};
        co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(suspend, asio::use_awaitable);
    }
    if (!waiter.status.ok()) {
        connection->count_failure();
        co_return std::move(waiter.status);
    }
    if (!reply.is_error()) co_return std::move(reply);
    if (impl_->active() && parse_redirect(reply)) {
        co_return co_await call_in(*impl_, std::move(command), deadline);
    }
    co_return to_status(reply);
}

asio::awaitable<Result<std::vector<Reply>>> Client::call_many(std::vector<Command> commands,
                                                              Milliseconds deadline) {
    std::vector<Reply> replies(commands.size());
    if (commands.empty()) co_return std::move(replies);
    if (impl_->active()) co_return co_await impl_->call(std::move(commands), deadline);
    Connection* connection = impl_->seed().get();
    CallWaiter waiter(commands.data(), commands.size(), replies.data());
    waiter.status = connection->admit(commands.size(), waiter.bytes());
    if (waiter.status.ok()) {
        Suspend suspend{connection, &waiter, deadline};
        co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(suspend, asio::use_awaitable);
    }
    if (!waiter.status.ok()) {
        connection->count_failure();
        co_return std::move(waiter.status);
    }
    if (impl_->active() && std::any_of(replies.begin(), replies.end(), parse_redirect)) {
        co_return co_await put_right(*impl_, std::move(commands), std::move(replies), deadline);
    }
    co_return std::move(replies);
}

ClientState Client::state() const {
    return impl_->state();
}
Status Client::last_error() const {
    return impl_->last_error();
}
ClientCounters Client::counters() const {
    return impl_->counters();
}
const Address& Client::address() const {
    return impl_->options().address;
}

bool is_cluster(const Client& client) {
    return cluster_of(client).active();
}

asio::awaitable<Result<std::vector<std::string>>> masters(Client& client) {
    Cluster& cluster = cluster_of(client);
    if (cluster.counters().connects == 0) {
        // Only a connection tells what it leads to.
        Command ping("PING");
        auto answered = co_await client.call(std::move(ping));
        if (!answered) co_return answered.error();
    }
    if (cluster.active()) co_return co_await cluster.masters();
    co_return std::vector<std::string>(1);
}

asio::awaitable<Result<Reply>> call_at(Client& client, std::string master, Command command,
                                       Client::Milliseconds deadline) {
    if (!is_cluster(client)) co_return co_await client.call(std::move(command), deadline);
    std::vector<std::string> names;
    names.push_back(std::move(master));
    auto replies = co_await cluster_of(client).call_at(std::move(names), std::move(command), deadline);
    if (!replies) co_return replies.error();
    if (replies->front().is_error()) co_return to_status(replies->front());
    co_return std::move(replies->front());
}

asio::awaitable<Result<std::vector<Reply>>> call_every(Client& client, Command command,
                                                       Client::Milliseconds deadline) {
    auto names = co_await masters(client);
    if (!names) co_return names.error();
    std::vector<Reply> replies;
    if (!is_cluster(client)) {
        auto reply = co_await client.call(std::move(command), deadline);
        if (!reply) co_return reply.error();
        replies.push_back(std::move(*reply));
        co_return std::move(replies);
    }
    auto told = co_await cluster_of(client).call_at(std::move(*names), std::move(command), deadline);
    if (!told) co_return told.error();
    for (const Reply& reply : *told) {
        if (reply.is_error()) co_return to_status(reply);
    }
    co_return std::move(*told);
}

std::uint64_t new_masters(const Client& client) {
    return cluster_of(client).new_masters();
}

}  // namespace guichet::redis
