#include "tests/bench/memory/measure.hpp"

#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "tests/bench/lib/fill.hpp"
#include "tests/bench/lib/world.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kMessages = 5;
constexpr double kMostBytes = 5.5 * 1024;
// For a million conversations.
constexpr double kMostSeconds = 20;
constexpr double kMillion = 1e6;
// That come the long way and are weighed; the others are only loaded.
constexpr long kWeighed = 20'000;

double used(const World& world) {
    const auto text = world.redis.command(redis::Command("INFO", "memory")).text();
    const std::string name = "used_memory_dataset:";
    const auto at = text.find(name);
    if (at == std::string::npos) throw std::runtime_error("INFO memory does not tell the dataset's size");
    return std::stod(text.substr(at + name.size()));
}

// Logs are trimmed behind the archiver: what they hold is no part of a waiting conversation.
double logs(const World& world) {
    double bytes = 0;
    for (const auto& stream : world.streams()) {
        bytes += static_cast<double>(
            world.redis.command(redis::Command("MEMORY", "USAGE", stream, "SAMPLES", "0")).to_integer(0));
    }
    return bytes;
}

void rewrite_log(const World& world) {
    world.redis.command(redis::Command("BGREWRITEAOF"));
    const bool done = test::wait_until(
        [&world] {
            const auto info = world.redis.command(redis::Command("INFO", "persistence")).text();
            return info.find("aof_rewrite_in_progress:0") != std::string::npos &&
                   info.find("aof_rewrite_scheduled:0") != std::string::npos;
        },
        600s);
    if (!done) throw std::runtime_error("the log's rewriting does not end");
}

void tell(Report& report, const std::string& what, const std::string& unit, double value,
          std::optional<double> at_most) {
    report.add({"memory and loading", what, unit, {value, value, value}, 1, {}, at_most});
}

void measure_loading(World& world, const MemoryPlan& plan, Report& report) {
    rewrite_log(world);
    test::TempDir data;
    std::filesystem::create_directories(data.path() / "redis");
    const auto log = world.end_redis();
    std::filesystem::rename(log, data.path() / "redis" / log.filename());
    ServeOptions options{plan.binary, "", "routing", data.path().string(), 600s};
    const auto begin = test::system_clock().steady();
    GuichetProcess server(options);
    const auto took = std::chrono::duration<double>(test::system_clock().steady() - begin).count();
    const auto conversations = static_cast<double>(plan.conversations);
    tell(report, std::to_string(plan.conversations) + " conversations load", "s", took,
         kMostSeconds * std::max(1.0, conversations / kMillion));
    std::printf("  readyz said that it loads: %s\n\n", server.said("loading") ? "yes" : "no");
    if (conversations >= kMillion && !server.said("loading")) report.wrong(1);
}

}  // namespace

void measure_memory(const MemoryPlan& plan, Report& report) {
    World world(plan.binary, "everysec", "routing");
    world.messages_each = kMessages;
    const auto before = used(world) - logs(world);
    const auto weighed = std::min(plan.conversations, kWeighed);
    fill(world, weighed);
    const auto streams = logs(world);
    const auto after = used(world) - streams;
    const auto conversations = static_cast<double>(weighed);
    tell(report, "a waiting conversation of five messages", "bytes", (after - before) / conversations,
         kMostBytes);
    tell(report, "capped logs of its messages, apart", "bytes", streams / conversations, {});
    fill_fast(world, plan.conversations);
    measure_loading(world, plan, report);
}

}  // namespace guichet::bench
