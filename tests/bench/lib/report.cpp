#include "tests/bench/lib/report.hpp"

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include <boost/json.hpp>

namespace guichet::bench {
namespace {

std::string limit_of(const Figure& figure) {
    char text[64] = "";
    if (figure.at_least) std::snprintf(text, sizeof text, "at least %g", *figure.at_least);
    if (figure.at_most) std::snprintf(text, sizeof text, "at most %g", *figure.at_most);
    return text;
}

}  // namespace

bool Figure::holds() const {
    if (at_least && value.low < *at_least) return false;
    return !at_most || value.high <= *at_most;
}

void Report::add(Figure figure) {
    const auto limit = limit_of(figure);
    if (figures_.empty() || figures_.back().of != figure.of) std::printf("\n%s\n", figure.of.c_str());
    std::printf("  %-38s %10.4g %-8s (%.4g..%.4g)  %-14s %s\n", figure.what.c_str(), figure.value.median,
                figure.unit.c_str(), figure.value.low, figure.value.high, limit.c_str(),
                limit.empty() ? "" : (figure.holds() ? "holds" : "MISSED"));
    std::fflush(stdout);
    figures_.push_back(std::move(figure));
}

std::string Report::sum(bool judged) const {
    long kept = wrong_ == 0 ? 1 : 0;
    long missed = wrong_ == 0 ? 0 : 1;
    for (const auto& figure : figures_) {
        if (!judged || (!figure.at_least && !figure.at_most)) continue;
        ++(figure.holds() ? kept : missed);
    }
    return std::to_string(kept) + " passed, " + std::to_string(missed) + " failed";
}

std::string Report::json() const {
    boost::json::array figures;
    for (const auto& figure : figures_) {
        boost::json::object one{{"of", figure.of},         {"what", figure.what},
                                {"unit", figure.unit},     {"median", figure.value.median},
                                {"low", figure.value.low}, {"high", figure.value.high},
                                {"rounds", figure.rounds}, {"holds", figure.holds()}};
        if (figure.at_least) one["atLeast"] = *figure.at_least;
        if (figure.at_most) one["atMost"] = *figure.at_most;
        figures.push_back(std::move(one));
    }
    return boost::json::serialize(boost::json::object{{"figures", std::move(figures)}, {"wrong", wrong_}});
}

void Report::write(const std::string& path) const {
    if (path.empty()) return;
    std::ofstream out(path);
    out << json() << '\n';
    out.close();
    if (!out) throw std::runtime_error("cannot write " + path);
}

}  // namespace guichet::bench
