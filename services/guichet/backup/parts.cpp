#include "services/guichet/backup/parts.hpp"

#include <algorithm>

#include "common/redis/masters.hpp"
#include "common/store/keys.hpp"

namespace guichet::backup {
namespace {

using namespace std::chrono_literals;

constexpr auto kAnswer = 2s;

std::string slots_of(const redis::SlotMap& map, std::size_t master) {
    std::string text;
    for (std::size_t slot = 0; slot < map.owner.size(); ++slot) {
        if (map.owner[slot] != master) continue;
        std::size_t last = slot;
        while (last + 1 < map.owner.size() && map.owner[last + 1] == master) ++last;
        text += (text.empty() ? "" : ",") + std::to_string(slot);
        if (last > slot) text += "-" + std::to_string(last);
        slot = last;
    }
    return text;
}

asio::awaitable<Result<void>> require_rest(redis::Client& client) {
    redis::Command nodes("CLUSTER", "NODES");
    auto told = co_await redis::call_every(client, std::move(nodes));
    if (!told) co_return unavailable("a master of the Redis Cluster is away: " + told.error().message);
    for (const auto& one : *told) {
        if (!slot_on_its_way(one.text())) continue;
        co_return make_status(
            Code::unavailable,
            "a slot is on its way from one master to another: try again when it has arrived", "moved");
    }
    co_return Result<void>{};
}

asio::awaitable<Result<std::vector<Part>>> ask(redis::Client& client, redis::Address address) {
    redis::Command ping("PING");
    auto answered = co_await client.call(std::move(ping), kAnswer);
    if (!answered) {
        co_return unavailable("Redis does not answer at " + address.redacted() + ": " +
                              answered.error().message);
    }
    std::vector<Part> parts;
    if (!redis::is_cluster(client)) {
        parts.push_back({std::move(address), ""});
        co_return parts;
    }
    auto resting = co_await require_rest(client);
    if (!resting) co_return resting.error();
    redis::Command slots("CLUSTER", "SLOTS");
    auto told = co_await client.call(std::move(slots));
    if (!told) co_return told.error();
    auto map = redis::parse_slots(*told, address.host);
    if (!map) co_return map.error();
    co_return parts_of(*map, address);
}

}  // namespace

Result<std::vector<Part>> parts_of(const redis::SlotMap& map, const redis::Address& seed) {
    const auto missing = std::find(map.owner.begin(), map.owner.end(), redis::SlotMap::kNobody);
    if (missing != map.owner.end()) {
        return make_status(Code::failed_precondition,
                           "no master of the Redis Cluster holds slot " +
                               std::to_string(missing - map.owner.begin()) +
                               ": deal it to one (deploy/cluster.md)",
                           "slots_missing");
    }
    std::vector<Part> parts;
    for (std::size_t i = 0; i < map.masters.size(); ++i) {
        Part part{seed, slots_of(map, i)};
        if (seed.kind == redis::Address::Kind::unix_socket) part.address.kind = redis::Address::Kind::tcp;
        part.address.path.clear();
        part.address.host = map.masters[i].at.host;
        part.address.port = map.masters[i].at.port;
        parts.push_back(std::move(part));
    }
    const auto first = parts.begin() + map.owner[redis::slot_of_key(store::kSystemPrefix)];
    std::rotate(parts.begin(), first, first + 1);
    return parts;
}

// "... connected 0-5460 [93-<-07c37df...] [94->-d1861c1...]": only in the line about itself.
bool slot_on_its_way(std::string_view nodes) {
    return nodes.find("->-") != std::string_view::npos || nodes.find("-<-") != std::string_view::npos;
}

asio::awaitable<Result<std::vector<Part>>> find_parts(asio::any_io_executor executor, redis::Address address,
                                                      const Clock& clock, Random& random) {
    redis::ClientOptions options;
    options.address = address;
    options.connect_timeout = kAnswer;
    options.grace = kAnswer;
    redis::Client client(executor, std::move(options), clock, random);
    client.start();
    auto parts = co_await ask(client, std::move(address));
    co_await client.stop();
    co_return parts;
}

}  // namespace guichet::backup
