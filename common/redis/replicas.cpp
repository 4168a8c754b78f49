#include "common/redis/replicas.hpp"

#include <algorithm>

#include "common/redis/cluster.hpp"

namespace guichet::redis {

Reach reach(const Client& client) {
    return is_cluster(client) ? cluster_of(client).reach() : Reach{};
}

void wait_for_replicas(Client& client, const Replicas& wanted) {
    cluster_of(client).wait_for(wanted);
}

asio::awaitable<Result<std::int64_t>> replicas_asked_for(Client& client) {
    Command question("CONFIG", "GET", "min-replicas-to-write");
    auto answers = co_await call_every(client, std::move(question));
    if (!answers) co_return answers.error();
    std::int64_t most = 0;
    for (const Reply& answer : *answers) most = std::max(most, answer[1].to_integer());
    co_return most;
}

}  // namespace guichet::redis
