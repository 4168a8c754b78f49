#pragma once
// Internal to common/redis: what a Client is when its server belongs to a Redis Cluster. A connection for
// each master, made when it is first needed; commands go where the map of slots says, and follow MOVED and
// ASK. The map is read again after a MOVED, a lost connection or a late answer, from whichever node tells it.
//
// A function is not sent after an ASK: it touches keys that it does not name, of which some may not have been
// moved yet. Its partition stands still (UNAVAILABLE "ask") until the slot has arrived.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/redis/call_waiter.hpp"
#include "common/redis/masters.hpp"
#include "common/redis/slots.hpp"

namespace guichet::redis {

class Cluster;

// The way from a client to what it stands for, which its class does not show.
Cluster& cluster_of(const Client& client);

class Cluster : public std::enable_shared_from_this<Cluster> {
  public:
    using Milliseconds = std::chrono::milliseconds;
    using Nanoseconds = std::chrono::nanoseconds;

    Cluster(asio::any_io_executor executor, ClientOptions options, const Clock& clock, Random& random);

    // The connection to the address that was configured; all there is without a cluster.
    const std::shared_ptr<Connection>& seed() const { return seed_; }
    bool active() const { return seed_->clustered(); }

    static asio::awaitable<void> stop(std::shared_ptr<Cluster> self);
    void abandon();
    void wait_for(const Replicas& wanted);

    // As Client::call_many; a command without a key goes where its neighbour goes, else to the first master.
    asio::awaitable<Result<std::vector<Reply>>> call(std::vector<Command> commands, Milliseconds deadline);
    asio::awaitable<Result<std::vector<std::string>>> masters();
    asio::awaitable<Result<std::vector<Reply>>> call_at(std::vector<std::string> masters, Command command,
                                                        Milliseconds deadline);

    ClientState state() const { return active() ? state_ : seed_->state(); }
    const Status& last_error() const { return active() ? why_ : seed_->last_error(); }
    ClientCounters counters() const;
    std::uint64_t new_masters() const { return new_masters_; }
    Reach reach() const;
    const ClientOptions& options() const { return options_; }

  private:
    struct Node {
        std::string name;  // empty: only the seed is known
        std::shared_ptr<Connection> connection;
        Status why;
        // The first state a connection tells is that there is none yet.
        bool told = false;
        bool away() const { return told && !why.ok() && why.reason != "stopped"; }
    };
    using NodePtr = std::shared_ptr<Node>;
    // What one connection is asked in one go.
    struct Part;
    struct Work;
    struct Suspend;

    ClientOptions options_of(const NodePtr& node);
    void tell();
    void on_state(Node* node, ClientState state, const Status& why);
    NodePtr make_node(const Endpoint& at);
    // The master there; one that is not known yet becomes one.
    Result<NodePtr> node_at(const Endpoint& at);
    // Where an ASK leads: maybe to a node that holds no slot yet.
    Result<NodePtr> guest_at(const Endpoint& at);
    std::vector<NodePtr> all_nodes() const;
    Result<NodePtr> owner_of(std::optional<std::uint16_t> slot);
    Result<std::vector<Part>> deal(Work& work);
    asio::awaitable<Status> send(std::vector<Part>& parts, Milliseconds deadline);
    void take_replies(Work& work, std::vector<Part>& parts);
    void follow(Work& work, std::size_t place, const NodePtr& from, const Redirect& redirect);
    asio::awaitable<Result<void>> read_map();
    asio::awaitable<Result<void>> read_map_from(NodePtr node);
    void adopt(SlotMap map, const NodePtr& teller, const std::string& teller_id);
    void retire(const std::map<std::string, NodePtr>& before);
    void remember(const NodePtr& node);
    static asio::awaitable<void> end(std::shared_ptr<Cluster> self, NodePtr node);
    void read_map_soon();
    std::string host_of(const NodePtr& node) const;

    asio::any_io_executor executor_;
    ClientOptions options_;
    const Clock& clock_;
    Random& random_;
    Replicas replicas_;
    NodePtr seed_node_;
    std::shared_ptr<Connection> seed_;
    std::map<std::string, NodePtr> nodes_;  // the masters, by name
    std::map<std::string, NodePtr> guests_;
    ClientCounters past_;  // of connections that were given up: what is counted never grows less
    std::vector<std::string> in_order_;  // their names, by their first slot
    std::vector<NodePtr> owner_;         // by slot; empty: not read yet
    ClientState state_ = ClientState::stopped;
    Status why_;
    std::size_t away_ = 0;
    std::uint64_t new_masters_ = 0;
    Nanoseconds read_at_{};
    bool reading_ = false;
    bool stopping_ = false;
};

}  // namespace guichet::redis
