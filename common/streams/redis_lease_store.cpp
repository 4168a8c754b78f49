#include "common/streams/redis_lease_store.hpp"

#include <utility>

#include "common/redis/masters.hpp"

namespace guichet::streams {

RedisLeaseStore::RedisLeaseStore(redis::Client& client, std::string key, std::string member)
    : client_(client), key_(std::move(key)), member_(std::move(member)) {}

redis::Command RedisLeaseStore::function(const char* name) const {
    return function(name, member_);
}

redis::Command RedisLeaseStore::function(const char* name, const std::string& member) const {
    return redis::Command("FCALL", name, 1, key_, member);
}

asio::awaitable<Result<redis::Reply>> RedisLeaseStore::call(redis::Command command) {
    auto reply = co_await client_.call(command);
    if (reply || reply.error().reason != "function_not_found") co_return reply;
    // On every master: those that have it already say that it exists.
    redis::Command load("FUNCTION", "LOAD", leases_library());
    auto loaded = co_await redis::call_every(client_, std::move(load));
    // Somebody else may have been quicker.
    bool there = loaded || loaded.error().message.find("already exists") != std::string::npos;
    if (!there) co_return loaded.error();
    co_return co_await client_.call(std::move(command));
}

asio::awaitable<Result<LeaseView>> RedisLeaseStore::beat(std::chrono::milliseconds ttl) {
    auto view = co_await look(ttl);
    if (!view || succeeded_) co_return view;
    auto dead = predecessors(view->members, member_);
    if (!dead.empty()) {
        auto buried = co_await bury(std::move(dead));
        if (!buried) co_return buried.error();
        view = co_await look(ttl);
    }
    succeeded_ = view.has_value();
    co_return view;
}

asio::awaitable<Result<void>> RedisLeaseStore::bury(std::vector<std::string> dead) {
    for (const std::string& member : dead) {
        auto left = co_await call(function("gs1_leave", member));
        if (!left) co_return left.error();
    }
    co_return Result<void>();
}

asio::awaitable<Result<LeaseView>> RedisLeaseStore::look(std::chrono::milliseconds ttl) {
    auto command = function("gs1_beat");
    command.add(ttl.count());
    auto reply = co_await call(std::move(command));
    if (!reply) co_return reply.error();
    LeaseView view;
    const auto& flat = *reply;
    for (std::size_t i = 1; i < flat.size();) {
        if (flat[i].text() == "m") {
            view.members.push_back(flat[i + 1].text());
            i += 2;
        } else {
            view.leases.push_back({static_cast<int>(flat[i + 1].to_integer()), flat[i + 2].text(),
                                   static_cast<std::uint64_t>(flat[i + 3].to_integer()),
                                   std::chrono::milliseconds(flat[i + 4].to_integer())});
            i += 5;
        }
    }
    co_return view;
}

asio::awaitable<Result<std::vector<Lease>>> RedisLeaseStore::acquire(std::vector<int> partitions,
                                                                     std::chrono::milliseconds ttl) {
    auto command = function("gs1_acquire");
    command.add(ttl.count());
    for (int partition : partitions) command.add(partition);
    auto reply = co_await call(std::move(command));
    if (!reply) co_return reply.error();
    std::vector<Lease> got;
    for (std::size_t i = 1; i + 1 < reply->size(); i += 2) {
        got.push_back({static_cast<int>((*reply)[i].to_integer()), member_,
                       static_cast<std::uint64_t>((*reply)[i + 1].to_integer()), ttl});
    }
    co_return got;
}

asio::awaitable<Result<void>> RedisLeaseStore::release(std::vector<int> partitions) {
    auto command = function("gs1_release");
    for (int partition : partitions) command.add(partition);
    auto reply = co_await call(std::move(command));
    if (!reply) co_return reply.error();
    co_return Result<void>();
}

asio::awaitable<Result<void>> RedisLeaseStore::leave() {
    auto reply = co_await call(function("gs1_leave"));
    if (!reply) co_return reply.error();
    co_return Result<void>();
}

}  // namespace guichet::streams
