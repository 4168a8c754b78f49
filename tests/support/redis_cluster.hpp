#pragma once
// Three masters on loopback as one Redis Cluster. The slots of the partitions `{p00}:` to `{p15}:` and of
// `{sys}:` are dealt out in turn, as deploy/cluster.md asks; the others in thirds.
//
//     RedisCluster cluster;                          // all three agree on who holds what
//     auto client = cluster.client(io);              // started redis::Client, which knows the first master
//     cluster.move(slot, cluster.owner(slot), 2);
#include <cstdint>
#include <memory>
#include <vector>

#include "tests/support/redis_server.hpp"

namespace guichet::test {

struct RedisClusterOptions {
    std::string appendfsync = "no";
    // Among how many of the three the slots are dealt out; the rest holds none.
    std::size_t holders = 3;
    std::vector<std::string> arguments;
};

class RedisCluster {
  public:
    static constexpr std::size_t kMasters = 3;

    explicit RedisCluster(RedisClusterOptions options = {});

    RedisServer& master(std::size_t number) { return *masters_[number].server; }
    // Where the dealing out, or move(), put it.
    std::size_t owner(std::uint16_t slot) const { return owner_[slot]; }
    redis::Address address(std::size_t number = 0) const;
    std::string url(std::size_t number = 0) const;
    redis::ClientOptions client_options(std::size_t number = 0) const;
    // It must be destroyed before `io`.
    std::unique_ptr<redis::Client> client(boost::asio::io_context& io, std::size_t number = 0) const;
    // Returns when all see all slots held.
    void wait_until_whole();

    // A slot on its way: what it had stays where it is until move_keys().
    void begin_move(std::uint16_t slot, std::size_t to);
    void move_keys(std::uint16_t slot, std::size_t to);
    void end_move(std::uint16_t slot, std::size_t to);
    void move(std::uint16_t slot, std::size_t to);

  private:
    struct Node {
        std::unique_ptr<RedisServer> server;
        int port = 0;
        int bus = 0;
        std::string id;
    };

    void deal(std::size_t holders);

    std::vector<Node> masters_;
    std::vector<std::size_t> owner_;
};

}  // namespace guichet::test
