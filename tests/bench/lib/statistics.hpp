#pragma once
// What many rounds come to. Pure.
#include <cstddef>
#include <vector>

namespace guichet::bench {

struct Interval {
    double median = 0;
    // The median of endless rounds lies between them with 95 % probability, whatever the distribution. Fewer
    // than six rounds cannot say so: then the least and the most.
    double low = 0;
    double high = 0;
};

// Of at least one value.
Interval interval(std::vector<double> values);

// So many of `count` sorted values lie outside of the interval at each end.
std::size_t outside(std::size_t count);

// The smallest value that a share of at least `part` (0 to 1) does not exceed; of at least one value.
double quantile(std::vector<double> values, double part);

}  // namespace guichet::bench
