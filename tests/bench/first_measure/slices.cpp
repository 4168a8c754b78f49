#include "tests/bench/first_measure/slices.hpp"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

#include "tests/bench/first_measure/world.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

double seconds_now() {
    return std::chrono::duration<double>(test::system_clock().steady()).count();
}

Spread spread_of(const std::vector<Slice>& slices, const std::function<double(const Slice&)>& value) {
    std::vector<double> values;
    for (const auto& slice : slices) values.push_back(value(slice));
    return spread(std::move(values));
}

Spread ratios(const Way& way, const Way& base) {
    std::vector<double> values;
    for (std::size_t i = 0; i < way.slices.size(); ++i) {
        values.push_back(way.slices[i].rate() / base.slices[i].rate());
    }
    return spread(std::move(values));
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

Spread spread(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto half = values.size() / 2;
    const double median = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    return {median, values.front(), values.back()};
}

void print_ways(const std::vector<Way>& ways, const std::string& unit) {
    std::printf("  %-22s %8s %19s   %5s %13s   CPU us per %s: redis guichet driver\n", "", "per s",
                "(least..most)", "ratio", "(least..most)", unit.c_str());
    for (const auto& way : ways) {
        const auto rate = spread_of(way.slices, [](const Slice& s) { return s.rate(); });
        const auto ratio = ratios(way, ways.front());
        const auto cpu = [&way](double Slice::*part) {
            return spread_of(way.slices, [part](const Slice& s) { return s.*part / s.done * 1e6; }).median;
        };
        std::printf("  %-22s %8.0f (%8.0f..%7.0f)   %5.2f (%4.2f..%5.2f)   %21.1f %7.1f %6.1f\n",
                    way.name.c_str(), rate.median, rate.least, rate.most, ratio.median, ratio.least,
                    ratio.most, cpu(&Slice::redis), cpu(&Slice::guichet), cpu(&Slice::driver));
    }
    std::fflush(stdout);
}

}  // namespace guichet::bench
