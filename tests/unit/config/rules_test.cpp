#include "common/config/rules.hpp"

#include <gtest/gtest.h>

namespace guichet::config {
namespace {

using namespace std::chrono_literals;

TEST(Rules, Addresses) {
    for (const char* good : {"127.0.0.1:8080", "localhost:0", "[::1]:65535", "redis.internal:1", "h_1-2:3"}) {
        EXPECT_TRUE(address().holds(good)) << good;
    }
    for (const char* bad : {"", "8080", ":8080", "a:", "a:65536", "a:-1", "a:1x", "[::1]", "::1:80",
                            "[zz]:80", "http://a:1", "a b:1"}) {
        EXPECT_FALSE(address().holds(bad)) << bad;
    }
    EXPECT_TRUE(address_or_empty().holds(""));
    EXPECT_EQ(parse_address("[::1]:80")->host, "::1");
    EXPECT_EQ(parse_address("[::1]:80")->port, 80);
}

TEST(Rules, Origins) {
    const auto rule = origin_or_empty();
    for (const char* good : {"", "https://a.example", "http://localhost:8080", "https://[::1]:1"}) {
        EXPECT_TRUE(rule.holds(good)) << good;
    }
    for (const char* bad : {"a.example", "https://", "https://a/", "https://a/b", "https://a?x", "ftp://a"}) {
        EXPECT_FALSE(rule.holds(bad)) << bad;
    }
}

TEST(Rules, RedisUrls) {
    const auto rule = redis_url_or_empty();
    for (const char* good : {"", "redis://a:6379", "rediss://a.b", "unix:///run/redis.sock"}) {
        EXPECT_TRUE(rule.holds(good)) << good;
    }
    for (const char* bad : {"redis://user:pw@a:1", "redis://a:1/0", "http://a", "unix:/run", "a:6379"}) {
        EXPECT_FALSE(rule.holds(bad)) << bad;
    }
}

TEST(Rules, Networks) {
    EXPECT_TRUE(networks().holds({"10.0.0.0/8", "192.168.1.1", "::1", "fd00::/8"}));
    EXPECT_TRUE(networks().holds({}));
    for (const char* bad : {"10.0.0.0/33", "10.0.0/8", "fd00::/129", "host", "1.2.3.4/", ""}) {
        EXPECT_FALSE(networks().holds({bad})) << bad;
    }
}

TEST(Rules, OpeningHours) {
    const auto rule = opening_hours();
    EXPECT_TRUE(rule.holds({}));
    EXPECT_TRUE(rule.holds({"00:00-24:00"}));
    EXPECT_TRUE(rule.holds({"09:00-12:30", "13:30-17:00"}));
    EXPECT_FALSE(rule.holds({"13:30-17:00", "09:00-12:30"}));
    EXPECT_FALSE(rule.holds({"09:00-12:30", "12:00-17:00"}));
    for (const char* bad :
         {"9:00-12:30", "09:00-09:00", "12:00-09:00", "09:00-24:01", "09:60-10:00", "09:00"}) {
        EXPECT_FALSE(rule.holds({bad})) << bad;
    }
    EXPECT_EQ(*parse_hours("09:00-12:30"), std::pair(540, 750));
}

TEST(Rules, Dates) {
    EXPECT_TRUE(dates().holds({"2026-12-25", "2028-02-29"}));
    for (const char* bad : {"2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-00-10"}) {
        EXPECT_FALSE(dates().holds({bad})) << bad;
    }
}

TEST(Rules, TimeZones) {
    for (const char* good : {"UTC", "Europe/Brussels", "America/Argentina/Buenos_Aires", "Etc/GMT+1"}) {
        EXPECT_TRUE(time_zone().holds(good)) << good;
    }
    for (const char* bad : {"", "/etc/passwd", "../x", "a b"}) EXPECT_FALSE(time_zone().holds(bad)) << bad;
}

TEST(Rules, FrameSources) {
    EXPECT_TRUE(frame_sources().holds({"'self'", "https://a.example"}));
    EXPECT_FALSE(frame_sources().holds({"*"}));
    EXPECT_FALSE(frame_sources().holds({"https://a; script-src *"}));
}

TEST(Rules, SomeOf) {
    const auto rule = some_of({"a", "b"}, "all");
    EXPECT_TRUE(rule.holds({"all"}));
    EXPECT_TRUE(rule.holds({"b", "a"}));
    EXPECT_FALSE(rule.holds({}));
    EXPECT_FALSE(rule.holds({"a", "a"}));
    EXPECT_FALSE(rule.holds({"a", "all"}));
    EXPECT_FALSE(rule.holds({"c"}));
    EXPECT_EQ(rule.allowed, "all, or some of a, b");
}

TEST(Rules, BetweenIncludesItsEnds) {
    const auto rule = lasting(1s, 1h);
    EXPECT_EQ(rule.allowed, "1s to 1h");
    EXPECT_TRUE(rule.holds(1s));
    EXPECT_TRUE(rule.holds(1h));
    EXPECT_FALSE(rule.holds(999ms));
    EXPECT_FALSE(rule.holds(1h + 1ms));
}

TEST(Codec, Durations) {
    EXPECT_EQ(*parse_duration({std::string("1h30m")}), 90min);
    EXPECT_EQ(*parse_duration({std::string(" 500ms ")}), 500ms);
    EXPECT_EQ(*parse_duration({std::string("2d")}), 48h);
    for (const char* bad : {"", "10", "s", "-1s", "1.5s", "1 s", "10 parsecs", "99999999999999999999s",
                            "9223372036854775807d"}) {
        EXPECT_TRUE(parse_duration({std::string(bad)}).has_error()) << bad;
    }
    EXPECT_TRUE(parse_duration({std::int64_t{10}}).has_error());
    EXPECT_EQ(duration_text(90min), "90m");
    EXPECT_EQ(duration_text(0ms), "0ms");
    EXPECT_EQ(duration_text(1500ms), "1500ms");
}

TEST(Codec, Sizes) {
    EXPECT_EQ(parse_bytes({std::string("64KiB")})->count, 65536u);
    EXPECT_EQ(parse_bytes({std::string("64KB")})->count, 65536u);
    EXPECT_EQ(parse_bytes({std::string("10B")})->count, 10u);
    EXPECT_EQ(parse_bytes({std::int64_t{10}})->count, 10u);
    for (const char* bad : {"", "KiB", "-1", "1.5MiB", "1 MiB", "99999999999GiB", "1kb"}) {
        EXPECT_TRUE(parse_bytes({std::string(bad)}).has_error()) << bad;
    }
    EXPECT_TRUE(parse_bytes({std::int64_t{-1}}).has_error());
    EXPECT_EQ(bytes_text(kib(64)), "64KiB");
    EXPECT_EQ(bytes_text({1}), "1B");
}

TEST(Codec, Numbers) {
    EXPECT_TRUE(parse_int({std::string("10")}).has_error());
    EXPECT_EQ(*parse_int({std::string("10"), true}), 10);
    EXPECT_TRUE(parse_int({std::string("10x"), true}).has_error());
    EXPECT_EQ(*parse_double({std::int64_t{1}}), 1.0);
    EXPECT_TRUE(parse_double({std::string("nan"), true}).has_error());
    EXPECT_EQ(text_of(1.0), "1.0");
    EXPECT_EQ(text_of(0.85), "0.85");
}

}  // namespace
}  // namespace guichet::config
