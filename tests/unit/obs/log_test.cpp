#include "common/obs/log.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/obs/log_capture.hpp"
#include "common/obs/log_limiter.hpp"
#include "common/obs/log_line.hpp"

namespace guichet {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

TEST(LogLine, JsonHoldsEveryKindOfField) {
    const auto status = unavailable("redis is away");
    const std::string text = "plain";
    const ConversationId id("c1");
    log::Fields fields = {{"text", text}, {"id", id},    {"count", 3},     {"size", std::size_t{4}},
                          {"ratio", 0.5}, {"yes", true}, {"took", 1500ms}, {"why", status}};
    EXPECT_EQ(log::render_json({1'700'000'000'123, log::Level::warn, "a.b", fields}),
              R"({"at":"2023-11-14T22:13:20.123Z","level":"warn","event":"a.b","text":"plain","id":"c1",)"
              R"("count":3,"size":4,"ratio":0.5,"yes":true,"took":1500,)"
              R"-("why":"UNAVAILABLE: redis is away (unavailable)"})-");
}

TEST(LogLine, NothingBreaksOutOfALine) {
    const std::string evil("a\"b\\c\nd\re\x01\x7f\xff", 12);
    log::Fields fields = {{"x", evil}};
    EXPECT_EQ(log::render_json({0, log::Level::info, "e", fields}),
              R"({"at":"1970-01-01T00:00:00.000Z","level":"info","event":"e",)"
              R"("x":"a\"b\\c\nd\re\u0001\u007f)"
              "\xEF\xBF\xBD\"}");
    const auto text = log::render_text({0, log::Level::info, "e", fields});
    EXPECT_THAT(text, Not(HasSubstr("\n")));
    EXPECT_THAT(text, HasSubstr(R"(x="a\"b\\c\nd)"));
}

TEST(LogLine, TextQuotesOnlyWhatNeedsIt) {
    log::Fields fields = {{"a", "word"}, {"b", "two words"}, {"c", ""}};
    EXPECT_EQ(log::render_text({0, log::Level::info, "x.y", fields}),
              R"(1970-01-01T00:00:00.000Z info  x.y a=word b="two words" c="")");
}

TEST(LogLine, InfinityStaysValidJson) {
    log::Fields fields = {{"x", 1.0 / 0.0}};
    EXPECT_THAT(log::render_json({0, log::Level::info, "e", fields}), HasSubstr(R"("x":"inf")"));
}

TEST(Log, PrivateTextIsHiddenFromInfo) {
    log::Capture capture(log::Level::info);
    log::info("seen", {{"text", log::Private("my card is 1234")}});
    EXPECT_TRUE(capture.contains("<15 bytes>"));
    EXPECT_FALSE(capture.contains("1234"));
}

TEST(Log, PrivateTextIsShownAtDebug) {
    log::Capture capture(log::Level::debug);
    log::debug("seen", {{"text", log::Private("hello")}});
    EXPECT_TRUE(capture.contains("hello"));
}

TEST(Log, LevelsBelowTheThresholdAreSilent) {
    log::Capture capture(log::Level::warn);
    log::info("quiet");
    log::warn("loud");
    ASSERT_EQ(capture.lines().size(), 1u);
    EXPECT_TRUE(capture.contains("loud"));
    EXPECT_FALSE(log::enabled(log::Level::info));
    EXPECT_TRUE(log::enabled(log::Level::error));
}

TEST(Log, AFloodOfOneWarningIsCounted) {
    ManualClock clock;
    log::Options options;
    options.clock = &clock;
    options.repeat_burst = 2;
    options.repeat_window = 10s;
    log::Capture capture(log::Level::info, options);
    for (int i = 0; i < 5; ++i) log::warn("redis.away");
    log::warn("other");
    EXPECT_EQ(capture.lines().size(), 3u);
    clock.advance(10s);
    log::warn("redis.away");
    EXPECT_THAT(capture.lines().back(), HasSubstr("\"suppressed\":3"));
}

TEST(Log, FlushTellsWhatWasSuppressed) {
    ManualClock clock;
    log::Options options;
    options.clock = &clock;
    options.repeat_burst = 1;
    log::Capture capture(log::Level::info, options);
    for (int i = 0; i < 4; ++i) log::error("bad");
    log::flush();
    EXPECT_EQ(capture.lines().size(), 1u);
    clock.advance(11s);
    log::flush();
    EXPECT_THAT(capture.lines().back(), HasSubstr(R"("event":"log.suppressed","of":"bad","lines":3)"));
    log::flush();
    EXPECT_EQ(capture.lines().size(), 2u);
}

TEST(LogLimiter, TheTableIsBounded) {
    log::Limiter limiter(1, 1s);
    for (int i = 0; i < 2000; ++i) EXPECT_TRUE(limiter.admit("e" + std::to_string(i), 0s).write);
    EXPECT_FALSE(limiter.admit("e1", 0s).write);
    EXPECT_TRUE(limiter.admit("e1999", 0s).write);
}

class LogFile : public testing::Test {
  protected:
    LogFile() {
        auto pattern = (std::filesystem::temp_directory_path() / "guichet-log-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~LogFile() override {
        log::Options options;
        options.format = log::Format::text;
        (void)log::configure(options);
        std::filesystem::remove_all(folder_);
    }
    static std::string content(const std::filesystem::path& file) {
        std::ostringstream out;
        out << std::ifstream(file).rdbuf();
        return out.str();
    }
    std::filesystem::path folder_;
};

TEST_F(LogFile, LinesBelowWarnWaitForTheFlushAndWarningsDoNot) {
    log::Options options;
    options.file = folder_ / "guichet.log";
    options.flush_every = std::chrono::hours(1);
    ASSERT_TRUE(log::configure(options).has_value());
    log::info("first");
    EXPECT_EQ(content(options.file), "");
    log::warn("second");
    EXPECT_THAT(content(options.file), HasSubstr("second"));
    log::info("third");
    log::flush();
    EXPECT_THAT(content(options.file), HasSubstr("third"));
}

TEST_F(LogFile, AFullFileIsRotated) {
    log::Options options;
    options.file = folder_ / "guichet.log";
    options.file_bytes = 1000;
    options.files = 2;
    ASSERT_TRUE(log::configure(options).has_value());
    for (int i = 0; i < 100; ++i) log::info("line", {{"number", i}});
    log::flush();
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        EXPECT_LE(std::filesystem::file_size(entry), 1000u);
        ++files;
    }
    EXPECT_EQ(files, 3);
}

TEST_F(LogFile, AFileThatCannotBeOpenedKeepsTheFormerLogger) {
    log::Capture capture;
    log::Options options;
    std::ofstream(folder_ / "file") << "x";
    options.file = folder_ / "file" / "guichet.log";
    auto result = log::configure(options);
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(result.error().reason, "log_file");
    log::info("still.here");
    EXPECT_TRUE(capture.contains("still.here"));
}

TEST(Log, LevelNames) {
    EXPECT_EQ(*log::parse_level("warn"), log::Level::warn);
    EXPECT_TRUE(log::parse_level("loud").has_error());
}

}  // namespace
}  // namespace guichet
