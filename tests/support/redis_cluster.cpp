#include "tests/support/redis_cluster.hpp"

#include <stdexcept>

#include "common/redis/slots.hpp"

namespace guichet::test {
namespace {

constexpr int kPartitions = 16;
constexpr auto kAgree = std::chrono::seconds(60);

std::string tag_of(int partition) {
    return std::string("{p") + (partition < 10 ? "0" : "") + std::to_string(partition) + "}:";
}

}  // namespace

RedisCluster::RedisCluster(RedisClusterOptions options) : owner_(redis::kSlots) {
    for (std::size_t number = 0; number < kMasters; ++number) {
        Node node;
        node.port = free_port();
        node.bus = free_port();
        RedisServerOptions server;
        server.appendfsync = options.appendfsync;
        server.arguments = {"--port",
                            std::to_string(node.port),
                            "--bind",
                            "127.0.0.1",
                            "--cluster-enabled",
                            "yes",
                            "--cluster-port",
                            std::to_string(node.bus),
                            "--cluster-node-timeout",
                            "5000",
                            "--cluster-require-full-coverage",
                            "no"};
        server.arguments.insert(server.arguments.end(), options.arguments.begin(), options.arguments.end());
        node.server = std::make_unique<RedisServer>(std::move(server));
        node.id = node.server->command(redis::Command("CLUSTER", "MYID")).text();
        masters_.push_back(std::move(node));
    }
    for (std::size_t number = 1; number < kMasters; ++number) {
        const auto& other = masters_[number];
        master(0).command(redis::Command("CLUSTER", "MEET", "127.0.0.1", other.port, other.bus));
    }
    deal(options.holders);
    wait_until_whole();
}

void RedisCluster::deal(std::size_t holders) {
    for (std::size_t slot = 0; slot < redis::kSlots; ++slot) owner_[slot] = slot * holders / redis::kSlots;
    for (int partition = 0; partition < kPartitions; ++partition)
        owner_[redis::slot_of_key(tag_of(partition))] = static_cast<std::size_t>(partition) % holders;
    owner_[redis::slot_of_key("{sys}:")] = holders - 1;
    for (std::size_t number = 0; number < holders; ++number) {
        redis::Command add("CLUSTER", "ADDSLOTS");
        for (std::size_t slot = 0; slot < redis::kSlots; ++slot) {
            if (owner_[slot] == number) add.add(slot);
        }
        master(number).command(add);
    }
}

void RedisCluster::wait_until_whole() {
    const auto whole = [this](std::size_t number) {
        const auto info = master(number).command(redis::Command("CLUSTER", "INFO")).text();
        const auto says = [&info](const std::string& words) { return info.find(words) != std::string::npos; };
        return says("cluster_state:ok") && says("cluster_slots_assigned:16384\r") &&
               says("cluster_slots_ok:16384\r") && says("cluster_known_nodes:3\r");
    };
    for (std::size_t number = 0; number < kMasters; ++number) {
        if (!wait_until([&] { return whole(number); }, kAgree))
            throw std::runtime_error("the cluster does not come together: " + master(number).log());
    }
}

redis::Address RedisCluster::address(std::size_t number) const {
    redis::Address address;
    address.host = "127.0.0.1";
    address.port = static_cast<std::uint16_t>(masters_[number].port);
    return address;
}

std::string RedisCluster::url(std::size_t number) const {
    return "redis://127.0.0.1:" + std::to_string(masters_[number].port);
}

redis::ClientOptions RedisCluster::client_options(std::size_t number) const {
    auto options = masters_[number].server->client_options();
    options.address = address(number);
    return options;
}

std::unique_ptr<redis::Client> RedisCluster::client(boost::asio::io_context& io, std::size_t number) const {
    auto client = std::make_unique<redis::Client>(io.get_executor(), client_options(number), system_clock(),
                                                  system_random());
    client->start();
    return client;
}

void RedisCluster::begin_move(std::uint16_t slot, std::size_t to) {
    const auto from = owner_[slot];
    master(to).command(redis::Command("CLUSTER", "SETSLOT", slot, "IMPORTING", masters_[from].id));
    master(from).command(redis::Command("CLUSTER", "SETSLOT", slot, "MIGRATING", masters_[to].id));
}

void RedisCluster::move_keys(std::uint16_t slot, std::size_t to) {
    auto& from = master(owner_[slot]);
    for (;;) {
        const auto keys = from.command(redis::Command("CLUSTER", "GETKEYSINSLOT", slot, 100));
        if (keys.size() == 0) return;
        for (const auto& key : keys.items())
            from.command(redis::Command("MIGRATE", "127.0.0.1", masters_[to].port, key.text(), 0, 10000));
    }
}

void RedisCluster::end_move(std::uint16_t slot, std::size_t to) {
    master(to).command(redis::Command("CLUSTER", "SETSLOT", slot, "NODE", masters_[to].id));
    for (std::size_t number = 0; number < kMasters; ++number) {
        if (!master(number).running()) continue;
        master(number).command(redis::Command("CLUSTER", "SETSLOT", slot, "NODE", masters_[to].id));
    }
    owner_[slot] = to;
}

void RedisCluster::move(std::uint16_t slot, std::size_t to) {
    begin_move(slot, to);
    move_keys(slot, to);
    end_move(slot, to);
}

}  // namespace guichet::test
