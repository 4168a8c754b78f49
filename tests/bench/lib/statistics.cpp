#include "tests/bench/lib/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace guichet::bench {
namespace {

constexpr double kEachSide = 0.025;

}  // namespace

std::size_t outside(std::size_t count) {
    // A value is below the true median as a coin falls: binomial with one half.
    double chance = std::pow(0.5, static_cast<double>(count));
    double sum = chance;
    std::size_t k = 0;
    while (k < count / 2 && sum <= kEachSide) {
        ++k;
        chance *= static_cast<double>(count - k + 1) / static_cast<double>(k);
        sum += chance;
    }
    return k == 0 ? 0 : k - 1;
}

Interval interval(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const auto half = values.size() / 2;
    const double median = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    const auto cut = outside(values.size());
    return {median, values[cut], values[values.size() - 1 - cut]};
}

double quantile(std::vector<double> values, double part) {
    const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size())));
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

}  // namespace guichet::bench
