#include "tests/bench/lib/report.hpp"

#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace guichet::bench {
namespace {

Figure ratio(Interval value, std::optional<double> least, std::optional<double> most = {}) {
    return {"ingest", "webhook: ratio", "x", value, 15, least, most};
}

TEST(Report, TheUnfavourableEndOfTheIntervalDecides) {
    EXPECT_TRUE(ratio({0.6, 0.55, 0.7}, 0.55).holds());
    EXPECT_FALSE(ratio({0.6, 0.54, 0.7}, 0.55).holds());
    EXPECT_TRUE(ratio({1.2, 1.0, 1.5}, {}, 1.5).holds());
    EXPECT_FALSE(ratio({1.2, 1.0, 1.6}, {}, 1.5).holds());
    EXPECT_TRUE(ratio({0, 0, 0}, {}).holds());
}

TEST(Report, ItsFileHoldsEveryFigureBesideItsLimit) {
    test::TempDir dir;
    Report report;
    report.add(ratio({0.6, 0.5, 0.7}, 0.55));
    report.add({"claims", "double claims", "", {0, 0, 0}, 1, {}, 0.0});
    report.wrong(2);
    report.write(dir / "report.json");
    std::ifstream file(dir / "report.json");
    std::ostringstream text;
    text << file.rdbuf();
    const auto read = boost::json::parse(text.str());
    EXPECT_EQ(read.at("wrong").as_int64(), 2);
    const auto& first = read.at("figures").at(0);
    EXPECT_EQ(first.at("of").as_string(), "ingest");
    EXPECT_EQ(first.at("low").as_double(), 0.5);
    EXPECT_EQ(first.at("atLeast").as_double(), 0.55);
    EXPECT_FALSE(first.at("holds").as_bool());
    EXPECT_EQ(read.at("figures").at(1).at("atMost").as_double(), 0.0);
    EXPECT_TRUE(read.at("figures").at(1).at("holds").as_bool());
}

TEST(Report, TheSumCountsLimitsAndWhatMustNeverHappen) {
    Report report;
    report.add(ratio({0.6, 0.5, 0.7}, 0.55));
    report.add(ratio({0.6, 0.6, 0.7}, 0.55));
    report.add(ratio({0.6, 0.6, 0.7}, {}));
    EXPECT_EQ(report.sum(true), "2 passed, 1 failed");
    EXPECT_EQ(report.sum(false), "1 passed, 0 failed");
    report.wrong(1);
    EXPECT_EQ(report.sum(true), "1 passed, 2 failed");
    EXPECT_EQ(report.sum(false), "0 passed, 1 failed");
}

TEST(Report, AFileThatCannotBeWrittenIsAnError) {
    test::TempDir dir;
    EXPECT_THROW(Report().write(dir / "missing/report.json"), std::runtime_error);
    Report().write("");
}

}  // namespace
}  // namespace guichet::bench
