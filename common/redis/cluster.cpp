// How commands find their masters; how the masters are known is in cluster_map.cpp.
#include "common/redis/cluster.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/redis/cluster_work.hpp"

namespace guichet::redis {
namespace {

// A command that is sent about more often than this finds no quiet cluster: better told than tried for ever.
constexpr int kMostHops = 8;

// A command without a key stays with the one before it, or with the first that has one.
std::vector<std::optional<std::uint16_t>> slots_of(const std::vector<Command>& commands) {
    std::vector<std::optional<std::uint16_t>> slots;
    slots.reserve(commands.size());
    std::optional<std::uint16_t> first;
    for (const auto& command : commands) {
        auto slot = slot_of(command);
        if (!first) first = slot;
        if (!slot && !slots.empty()) slot = slots.back();
        slots.push_back(slot);
    }
    for (auto& slot : slots) {
        if (slot) break;
        slot = first;
    }
    return slots;
}

}  // namespace

struct Cluster::Suspend {
    std::vector<Part>* parts;
    Join* join;
    Milliseconds deadline;

    void operator()(CallHandler handler) {
        join->handler.emplace(std::move(handler));
        for (Part& part : *parts) {
            if (part.waiter->status.ok()) part.node->connection->submit(*part.waiter, deadline);
        }
    }
};

// All parts at once. The first failure, after all have ended.
asio::awaitable<Status> Cluster::send(std::vector<Part>& parts, Milliseconds deadline) {
    Join join;
    for (Part& part : parts) {
        part.replies.resize(part.commands.size());
        part.waiter = std::make_unique<JoinedWaiter>(part.commands.data(), part.commands.size(),
                                                     part.replies.data(), join);
        part.waiter->status = part.node->connection->admit(part.commands.size(), part.waiter->bytes());
        if (part.waiter->status.ok()) ++join.left;
    }
    if (join.left > 0) {
        Suspend suspend{&parts, &join, deadline};
        co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(suspend, asio::use_awaitable);
    }
    Status failed;
    for (Part& part : parts) {
        if (part.waiter->status.ok()) continue;
        part.node->connection->count_failure();
        if (failed.ok()) failed = part.waiter->status;
    }
    co_return failed;
}

Result<std::vector<Cluster::Part>> Cluster::deal(Work& work) {
    std::vector<Part> parts;
    for (const std::size_t place : work.todo) {
        const auto asked = work.asked.find(place);
        NodePtr node;
        if (asked != work.asked.end()) {
            node = asked->second;
        } else {
            auto owner = owner_of(work.slots[place]);
            if (!owner) return owner.error();
            node = std::move(*owner);
        }
        const bool asking = asked != work.asked.end();
        const auto same = [&](const Part& part) { return part.node == node && part.asking == asking; };
        auto part = std::find_if(parts.begin(), parts.end(), same);
        if (part == parts.end()) {
            part = parts.insert(part, Part{});
            node->connection->start();
            part->node = std::move(node);
            part->asking = asking;
        }
        if (asking) part->commands.emplace_back("ASKING");
        part->commands.push_back(std::move(work.commands[place]));
        part->places.push_back(place);
    }
    return parts;
}

void Cluster::take_replies(Work& work, std::vector<Part>& parts) {
    work.todo.clear();
    work.asked.clear();
    for (Part& part : parts) {
        const std::size_t width = part.asking ? 2 : 1;
        for (std::size_t i = 0; i < part.places.size(); ++i) {
            const auto place = part.places[i];
            Reply& reply = part.replies[i * width + width - 1];
            Command& command = part.commands[i * width + width - 1];
            const auto redirect = parse_redirect(reply);
            const bool stays = redirect && redirect->kind == Redirect::Kind::ask && runs_function(command);
            work.replies[place] = std::move(reply);
            if (!redirect || stays) continue;
            work.commands[place] = std::move(command);
            work.todo.push_back(place);
            follow(work, place, part.node, *redirect);
        }
    }
    std::sort(work.todo.begin(), work.todo.end());
}

void Cluster::follow(Work& work, std::size_t place, const NodePtr& from, const Redirect& redirect) {
    Endpoint to = redirect.to;
    if (to.host.empty()) to.host = host_of(from);
    const bool ask = redirect.kind == Redirect::Kind::ask;
    auto node = ask ? guest_at(to) : node_at(to);
    if (!node) return;
    if (ask) {
        work.asked[place] = std::move(*node);
        return;
    }
    owner_[redirect.slot] = std::move(*node);
    read_map_soon();
}

asio::awaitable<Result<std::vector<Reply>>> Cluster::call(std::vector<Command> commands,
                                                          Milliseconds deadline) {
    const auto until = clock_.steady() + deadline;
    Work work;
    work.slots = slots_of(commands);
    work.replies.resize(commands.size());
    work.todo.resize(commands.size());
    std::iota(work.todo.begin(), work.todo.end(), std::size_t{0});
    work.commands = std::move(commands);
    for (int hop = 0; hop < kMostHops && !work.todo.empty(); ++hop) {
        if (stopping_) co_return stopped();
        if (owner_.empty()) {
            auto known = co_await read_map();
            if (!known) co_return known.error();
        }
        auto parts = deal(work);
        if (!parts) {
            read_map_soon();
            co_return parts.error();
        }
        const auto left = std::chrono::duration_cast<Milliseconds>(until - clock_.steady());
        if (left <= Milliseconds::zero())
            co_return guichet::deadline("the Redis Cluster did not come to rest in time; not done");
        auto failed = co_await send(*parts, left);
        if (!failed.ok()) {
            read_map_soon();
            co_return failed;
        }
        take_replies(work, *parts);
    }
    if (work.todo.empty()) co_return std::move(work.replies);
    co_return unavailable_because("moved",
                                  "the Redis Cluster sent a command about too often: are slots moving?");
}

asio::awaitable<Result<std::vector<std::string>>> Cluster::masters() {
    if (owner_.empty()) {
        auto known = co_await read_map();
        if (!known) co_return known.error();
    }
    co_return in_order_;
}

asio::awaitable<Result<std::vector<Reply>>> Cluster::call_at(std::vector<std::string> masters,
                                                             Command command, Milliseconds deadline) {
    std::vector<Part> parts;
    for (const auto& name : masters) {
        const auto node = nodes_.find(name);
        if (node == nodes_.end())
            co_return unavailable_because("moved", name + " is no longer a master of the Redis Cluster");
        Part& part = parts.emplace_back();
        node->second->connection->start();
        part.node = node->second;
        part.commands.push_back(command);
    }
    auto failed = co_await send(parts, deadline);
    if (!failed.ok()) {
        read_map_soon();
        co_return failed;
    }
    std::vector<Reply> replies;
    for (Part& part : parts) replies.push_back(std::move(part.replies.front()));
    co_return replies;
}

}  // namespace guichet::redis
