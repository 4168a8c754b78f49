// See README.md.
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>

#include "common/store/records.hpp"
#include "common/store/store.hpp"
#include "tests/bench/lib/options.hpp"
#include "tests/support/redis_cluster.hpp"

namespace guichet::bench {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr int kPartitions = 16;
constexpr int kCallersOfEach = 16;
constexpr int kMessagesOfOne = 5;
constexpr std::size_t kTextSize = 600;

// One side: a store with a workspace in each partition.
class Side {
  public:
    Side(asio::io_context& io, std::unique_ptr<redis::Client> client)
        : io_(io), client_(std::move(client)), store_(*client_, test::system_random(), test::system_clock()) {
        must(store_.load());
        std::vector<bool> filled(kPartitions);
        for (int number = 0; workspaces_.size() < kPartitions; ++number) {
            const WorkspaceId workspace("w" + std::to_string(number));
            must(store_.create_workspace(workspace));
            const auto partition = static_cast<std::size_t>(partition_of(workspace));
            if (!filled[partition]) workspaces_.push_back(workspace);
            filled[partition] = true;
        }
    }
    ~Side() { test::run(io_, client_->stop()); }

    // Messages stored in a second.
    double run(std::chrono::milliseconds slice) {
        const auto begin = test::system_clock().steady();
        end_ = begin + slice;
        done_ = 0;
        for (const auto& workspace : workspaces_) {
            for (int caller = 0; caller < kCallersOfEach; ++caller) spawn(workspace);
        }
        if (!test::wait_until(
                io_, [this] { return running_ == 0; }, slice + 60s))
            throw std::runtime_error("the callers do not end");
        if (!failed_.empty()) throw std::runtime_error(failed_);
        const std::chrono::duration<double> took = test::system_clock().steady() - begin;
        return static_cast<double>(done_) / took.count();
    }

  private:
    void must(asio::awaitable<Result<void>> work) {
        const auto done = test::run(io_, std::move(work));
        if (!done) throw std::runtime_error(to_string(done.error()));
    }
    int partition_of(const WorkspaceId& workspace) {
        int number = -1;
        auto ask = [](store::Store& store, WorkspaceId whose, int& into) -> asio::awaitable<void> {
            auto partition = co_await store.partition_of(std::move(whose));
            if (partition) into = partition->number();
        };
        test::run(io_, ask(store_, workspace, number));
        if (number < 0) throw std::runtime_error("a workspace without a partition");
        return number;
    }
    void spawn(const WorkspaceId& workspace) {
        ++running_;
        asio::co_spawn(io_, again_and_again(workspace), [this](std::exception_ptr) { --running_; });
    }
    asio::awaitable<void> again_and_again(WorkspaceId workspace) {
        v1::Message message;
        message.set_text(std::string(kTextSize, 'x'));
        while (test::system_clock().steady() < end_ && failed_.empty()) {
            const auto number = ++made_;
            store::Inbound inbound;
            inbound.workspace = workspace;
            inbound.channel = ChannelId("bench");
            inbound.external_id = "m" + std::to_string(number);
            inbound.thread = "t" + std::to_string(number / kMessagesOfOne);
            inbound.author = inbound.thread;
            inbound.team = TeamId("care");
            inbound.language = "en";
            inbound.text = message.text();
            inbound.blob = store::encode_message(message);
            auto stored = co_await store_.ingest(std::move(inbound));
            if (!stored) failed_ = to_string(stored.error());
            if (stored) ++done_;
        }
    }

    asio::io_context& io_;
    std::unique_ptr<redis::Client> client_;
    store::Store store_;
    std::vector<WorkspaceId> workspaces_;
    std::chrono::nanoseconds end_{};
    std::uint64_t made_ = 0;
    std::uint64_t done_ = 0;
    int running_ = 0;
    std::string failed_;
};

void measure(const std::string& appendfsync, int rounds, std::chrono::milliseconds slice, Report& report) {
    asio::io_context io;
    test::RedisServerOptions of_one;
    of_one.appendfsync = appendfsync;
    test::RedisServer server(of_one);
    test::RedisClusterOptions of_three;
    of_three.appendfsync = appendfsync;
    test::RedisCluster masters(of_three);
    Side one(io, server.client(io));
    Side cluster(io, masters.client(io));
    one.run(slice);
    cluster.run(slice);
    std::vector<double> of_one_redis, of_cluster, ratios;
    for (int round = 0; round < rounds; ++round) {
        of_one_redis.push_back(one.run(slice));
        of_cluster.push_back(cluster.run(slice));
        ratios.push_back(of_cluster.back() / of_one_redis.back());
    }
    const auto heading = "ingest over 16 partitions, appendfsync " + appendfsync;
    const auto count = static_cast<std::size_t>(rounds);
    report.add({heading, "one Redis", "messages/s", interval(of_one_redis), count, {}, {}});
    report.add({heading, "three masters", "messages/s", interval(of_cluster), count, {}, {}});
    report.add({heading, "three masters: ratio", "", interval(ratios), count, {}, {}});
}

}  // namespace
}  // namespace guichet::bench

int main(int argc, char** argv) {
    using namespace guichet::bench;
    return bench_main(
        argc, argv, "The ingest function over 16 partitions: one Redis, and a cluster of three masters",
        [](CLI::App&) {},
        [](const Options& options, Report& report) {
            const std::chrono::milliseconds slice(options.quick ? 300 : 2'000);
            for (const char* appendfsync : {"always", "everysec"})
                measure(appendfsync, options.rounds, slice, report);
        });
}
