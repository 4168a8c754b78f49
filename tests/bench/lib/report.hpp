#pragma once
// What a measure found, beside what it should be: lines to read, and the same as JSON.
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/lib/statistics.hpp"

namespace guichet::bench {

struct Figure {
    // "ingest, appendfsync always": what was measured how; the heading of its lines.
    std::string of;
    // "signed webhook: ratio"
    std::string what;
    std::string unit;
    Interval value;
    std::size_t rounds = 1;
    // The low end of the interval must reach it, or the high end must not pass it.
    std::optional<double> at_least;
    std::optional<double> at_most;

    // Without a limit: true.
    bool holds() const;
};

class Report {
  public:
    // Prints its line, below the heading where that is a new one.
    void add(Figure figure);
    // Of what must never happen: conversations given twice, messages lost.
    void wrong(long count) { wrong_ += count; }
    long wrong() const { return wrong_; }
    const std::vector<Figure>& figures() const { return figures_; }
    // How many limits are kept and missed; of a short run, where nobody is to judge by its figures, none.
    // Something wrong is one that is missed, whatever the run.
    std::string sum(bool judged) const;
    // {"figures": [{"of", "what", "unit", "median", "low", "high", "rounds", "atLeast"?, "atMost"?,
    // "holds"}], "wrong": n}
    std::string json() const;
    // "": nowhere. Throws when it cannot be written.
    void write(const std::string& path) const;

  private:
    std::vector<Figure> figures_;
    long wrong_ = 0;
};

}  // namespace guichet::bench
