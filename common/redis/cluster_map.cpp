// Which masters there are, how each is reached, and whether all of them are.
#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "common/redis/cluster_work.hpp"
#include "common/runtime/or_bug.hpp"

namespace guichet::redis {
namespace {

using namespace std::chrono_literals;

constexpr auto kReadLimit = 2s;
// However many callers find that the map is old, it is read so often at most.
constexpr auto kReadEvery = 100ms;

}  // namespace

Cluster::Cluster(asio::any_io_executor executor, ClientOptions options, const Clock& clock, Random& random)
    : executor_(std::move(executor)),
      options_(std::move(options)),
      clock_(clock),
      random_(random),
      seed_node_(std::make_shared<Node>()),
      why_(stopped()) {
    seed_ = std::make_shared<Connection>(executor_, options_of(seed_node_), clock_, random_);
    seed_node_->connection = seed_;
}

ClientOptions Cluster::options_of(const NodePtr& node) {
    auto options = options_;
    options.on_state = [this, node = node.get()](ClientState state, const Status& why) {
        on_state(node, state, why);
    };
    return options;
}

// Without a cluster the seed's state is the client's. With one, it is ready when every master is that was
// called.
void Cluster::on_state(Node* node, ClientState state, const Status& why) {
    const bool first = !std::exchange(node->told, true);
    node->why = why;
    if (!active()) {
        state_ = state;
        why_ = why;
        if (options_.on_state) options_.on_state(state, why);
        return;
    }
    if (!first || state != ClientState::connecting) tell();
}

void Cluster::tell() {
    if (stopping_) return;
    Status missing;
    auto look = [&missing](const Node& one) {
        if (one.away() && missing.ok()) missing = one.why;
    };
    for (const auto& [name, one] : nodes_) look(*one);
    if (nodes_.empty()) look(*seed_node_);
    const auto before = std::exchange(state_, missing.ok() ? ClientState::ready : ClientState::connecting);
    const auto away = std::exchange(away_, reach().away);
    const bool same = before == state_ && away == away_ && why_.message == missing.message;
    why_ = missing;
    if (options_.on_state && !same) options_.on_state(state_, why_);
}

Reach Cluster::reach() const {
    Reach found;
    for (const auto& [name, one] : nodes_) {
        ++found.masters;
        if (one->away()) ++found.away;
    }
    return found;
}

std::string Cluster::host_of(const NodePtr& node) const {
    const auto& host = node->connection->options().address.host;
    return host.empty() ? "127.0.0.1" : host;
}

Result<Cluster::NodePtr> Cluster::node_at(const Endpoint& at) {
    if (stopping_) return stopped();
    const auto known = nodes_.find(at.name());
    if (known != nodes_.end()) return known->second;
    const auto guest = guests_.find(at.name());
    auto node = guest == guests_.end() ? make_node(at) : guest->second;
    if (guest != guests_.end()) guests_.erase(guest);
    nodes_[node->name] = node;
    in_order_.push_back(node->name);
    if (!owner_.empty()) ++new_masters_;
    return node;
}

Result<Cluster::NodePtr> Cluster::guest_at(const Endpoint& at) {
    if (stopping_) return stopped();
    const auto known = nodes_.find(at.name());
    if (known != nodes_.end()) return known->second;
    auto& guest = guests_[at.name()];
    if (!guest) guest = make_node(at);
    return guest;
}

std::vector<Cluster::NodePtr> Cluster::all_nodes() const {
    std::vector<NodePtr> all{seed_node_};
    for (const auto& [name, node] : nodes_) {
        if (node != seed_node_) all.push_back(node);
    }
    for (const auto& [name, node] : guests_) all.push_back(node);
    return all;
}

Cluster::NodePtr Cluster::make_node(const Endpoint& at) {
    auto node = std::make_shared<Node>();
    node->name = at.name();
    auto options = options_of(node);
    if (options.address.kind == Address::Kind::unix_socket) options.address.kind = Address::Kind::tcp;
    options.address.host = at.host;
    options.address.port = at.port;
    options.address.path.clear();
    node->connection = std::make_shared<Connection>(executor_, std::move(options), clock_, random_);
    node->connection->wait_for(replicas_);
    return node;
}

Result<Cluster::NodePtr> Cluster::owner_of(std::optional<std::uint16_t> slot) {
    if (stopping_ || in_order_.empty()) return stopped();
    if (!slot) return nodes_.at(in_order_.front());
    const auto& node = owner_[*slot];
    if (!node)
        return unavailable_because("clusterdown", "no master of the Redis Cluster holds slot " +
                                                      std::to_string(*slot) +
                                                      ": deal it to one (deploy/cluster.md)");
    return node;
}

void Cluster::adopt(SlotMap map, const NodePtr& teller, const std::string& teller_id) {
    const auto before = nodes_;
    const bool known = !owner_.empty();
    std::map<std::string, NodePtr> now;
    std::vector<NodePtr> by_place;
    in_order_.clear();
    for (const Master& master : map.masters) {
        const auto name = master.at.name();
        // The first connection is kept for the master that it leads to.
        if (teller == seed_node_ && master.id == teller_id && !before.contains(name)) {
            seed_node_->name = name;
            nodes_[name] = seed_node_;
            if (known) ++new_masters_;
        }
        auto node = node_at(master.at);
        if (!node) return;
        now[name] = *node;
        by_place.push_back(std::move(*node));
    }
    in_order_.clear();
    for (const Master& master : map.masters) in_order_.push_back(master.at.name());
    nodes_ = std::move(now);
    owner_.assign(kSlots, nullptr);
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
        if (map.owner[slot] != SlotMap::kNobody) owner_[slot] = by_place[map.owner[slot]];
    }
    retire(before);
    tell();
}

// Who waits for a node that is no master any more is told so, and asks again where the map says.
void Cluster::retire(const std::map<std::string, NodePtr>& before) {
    for (const auto& [name, node] : before) {
        if (node == seed_node_ || nodes_.contains(name)) continue;
        remember(node);
        asio::co_spawn(executor_, end(shared_from_this(), node), runtime::or_bug("redis.cluster"));
    }
}

// Its connection tells its end to us, of the node.
asio::awaitable<void> Cluster::end([[maybe_unused]] std::shared_ptr<Cluster> self, NodePtr node) {
    co_await Connection::stop(node->connection);
}

asio::awaitable<Result<void>> Cluster::read_map_from(NodePtr node) {
    if (stopping_) co_return stopped();
    node->connection->start();
    std::vector<Part> parts(1);
    parts[0].node = node;
    parts[0].commands.emplace_back("CLUSTER", "SLOTS");
    parts[0].commands.emplace_back("CLUSTER", "MYID");
    auto failed = co_await send(parts, kReadLimit);
    if (!failed.ok()) co_return failed;
    const auto& replies = parts[0].replies;
    if (replies[0].is_error()) co_return to_status(replies[0]);
    auto map = parse_slots(replies[0], host_of(node));
    if (!map) co_return map.error();
    adopt(std::move(*map), node, replies[1].text());
    co_return Result<void>();
}

// Whoever is connected is asked first.
asio::awaitable<Result<void>> Cluster::read_map() {
    std::vector<NodePtr> tellers;
    for (const auto& [name, node] : nodes_) tellers.push_back(node);
    if (!nodes_.contains(seed_node_->name)) tellers.push_back(seed_node_);
    std::stable_partition(tellers.begin(), tellers.end(), [](const NodePtr& node) {
        return node->connection->state() == ClientState::ready;
    });
    Status failed;
    for (const NodePtr& teller : tellers) {
        auto known = co_await read_map_from(teller);
        if (known || stopping_) co_return known;
        if (failed.ok()) failed = known.error();
    }
    co_return failed;
}

void Cluster::read_map_soon() {
    const auto now = clock_.steady();
    if (reading_ || stopping_ || now - read_at_ < kReadEvery) return;
    reading_ = true;
    auto read = [](std::shared_ptr<Cluster> self) -> asio::awaitable<void> {
        co_await self->read_map();
        self->reading_ = false;
        self->read_at_ = self->clock_.steady();
    };
    asio::co_spawn(executor_, read(shared_from_this()), runtime::or_bug("redis.cluster"));
}

asio::awaitable<void> Cluster::stop(std::shared_ptr<Cluster> self) {
    self->stopping_ = true;
    const auto all = self->all_nodes();
    for (const auto& node : all) co_await Connection::stop(node->connection);
    self->state_ = ClientState::stopped;
    self->why_ = stopped();
}

void Cluster::abandon() {
    stopping_ = true;
    for (const auto& node : all_nodes()) node->connection->abandon();
}

void Cluster::wait_for(const Replicas& wanted) {
    replicas_ = wanted;
    for (const auto& node : all_nodes()) node->connection->wait_for(wanted);
}

namespace {

void add(ClientCounters& sum, const ClientCounters& one) {
    sum.commands += one.commands;
    sum.failed += one.failed;
    sum.connects += one.connects;
    sum.bytes_out += one.bytes_out;
    sum.bytes_in += one.bytes_in;
    sum.writes += one.writes;
    sum.outstanding += one.outstanding;
}

}  // namespace

void Cluster::remember(const NodePtr& node) {
    auto its = node->connection->counters();
    its.outstanding = 0;
    add(past_, its);
}

ClientCounters Cluster::counters() const {
    auto sum = past_;
    for (const auto& node : all_nodes()) add(sum, node->connection->counters());
    return sum;
}

}  // namespace guichet::redis
