#include "tests/bench/lib/ways.hpp"

#include <unistd.h>

#include "tests/bench/lib/world.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

double seconds_now() {
    return std::chrono::duration<double>(test::system_clock().steady()).count();
}

Interval over(const std::vector<Slice>& slices, const std::function<double(const Slice&)>& value) {
    std::vector<double> values;
    values.reserve(slices.size());
    for (const auto& slice : slices) values.push_back(value(slice));
    return interval(std::move(values));
}

Interval ratios(const Way& way, const Way& base) {
    std::vector<double> values;
    for (std::size_t i = 0; i < way.slices.size(); ++i) {
        values.push_back(way.slices[i].rate() / base.slices[i].rate());
    }
    return interval(std::move(values));
}

void tell_way(Report& report, const std::string& title, const Way& way, const std::string& unit) {
    const auto rounds = way.slices.size();
    const auto each = [&](const std::string& of, double Slice::*part) {
        const auto value = over(way.slices, [part](const Slice& s) { return s.*part / s.done * 1e6; });
        report.add({title, way.name + ": CPU of " + of, "us", value, rounds, {}, {}});
    };
    const auto rate = over(way.slices, [](const Slice& s) { return s.rate(); });
    report.add({title, way.name, unit + "s/s", rate, rounds, {}, {}});
    each("redis", &Slice::redis);
    each("guichet", &Slice::guichet);
    each("the load", &Slice::driver);
}

}  // namespace

Slice measure_slice(const World& world, const std::function<std::size_t()>& work) {
    const auto read = [&world](double sign, Slice& slice) {
        slice.seconds += sign * seconds_now();
        slice.redis += sign * cpu_seconds(world.redis.pid());
        slice.guichet += sign * cpu_seconds(world.server->pid());
        slice.driver += sign * cpu_seconds(::getpid());
    };
    Slice slice;
    read(-1, slice);
    slice.done = static_cast<double>(work());
    read(1, slice);
    return slice;
}

void take_turns(const World& world, std::vector<Way>& ways, int rounds,
                const std::function<void(int, std::size_t)>& before) {
    for (int round = -1; round < rounds; ++round) {
        for (std::size_t i = 0; i < ways.size(); ++i) {
            if (before) before(round, i);
            auto slice = measure_slice(world, ways[i].work);
            if (round >= 0) ways[i].slices.push_back(slice);
        }
    }
}

void tell_ways(Report& report, const std::string& title, const std::vector<Way>& ways,
               const std::string& unit) {
    for (const auto& way : ways) {
        tell_way(report, title, way, unit);
        if (&way == &ways.front()) continue;
        report.add({title,
                    way.name + ": ratio",
                    "x",
                    ratios(way, ways.front()),
                    way.slices.size(),
                    way.least_ratio,
                    {}});
    }
}

}  // namespace guichet::bench
