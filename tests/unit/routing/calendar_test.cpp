#include "services/routing/engine/calendar.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace guichet::routing {
namespace {

TimeZone zone(const std::string& name) {
    std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto parsed = TimeZone::from_tzif(bytes, name);
    EXPECT_TRUE(parsed.has_value()) << name;
    return parsed.has_value() ? *parsed : TimeZone{};
}

// "2026-03-29T01:30" as seconds, of whatever clock.
std::int64_t seconds(std::string_view text) {
    return *parse_day(text.substr(0, 10)) * 86400 + *parse_minute(text.substr(11, 5)) * 60;
}
TimeMs utc(std::string_view text) {
    return seconds(text) * 1000;
}

std::string shown(TimeMs at) {
    return to_iso8601(at).substr(0, 16);
}

constexpr TimeMs kHour = 3'600'000;

TEST(Dates, RoundTrip) {
    for (Day day = -200'000; day < 200'000; day += 17) {
        const Date date = date_of(day);
        ASSERT_EQ(day_of(date.year, date.month, date.day), day);
    }
    EXPECT_EQ(weekday_of(day_of(2026, 11, 22)), 6);  // a Sunday
    EXPECT_EQ(day_of(1970, 1, 1), 0);
    EXPECT_TRUE(parse_day("2028-02-29").has_value());
    EXPECT_FALSE(parse_day("2026-02-29").has_value());
    EXPECT_FALSE(parse_day("2026-13-01").has_value());
    EXPECT_FALSE(parse_day("26-1-1").has_value());
}

TEST(TimeZones, BrusselsChangesTwiceAYear) {
    const TimeZone brussels = zone("Europe/Brussels");
    EXPECT_EQ(brussels.offset_at(seconds("2026-03-29T00:59")), 3600);
    EXPECT_EQ(brussels.offset_at(seconds("2026-03-29T01:00")), 7200);
    EXPECT_EQ(brussels.offset_at(seconds("2026-10-25T00:59")), 7200);
    EXPECT_EQ(brussels.offset_at(seconds("2026-10-25T01:00")), 3600);
    // After the last transition of the file its rule holds.
    EXPECT_EQ(brussels.offset_at(seconds("2061-07-01T12:00")), 7200);
    EXPECT_EQ(brussels.offset_at(seconds("2061-12-01T12:00")), 3600);
    // Before the first.
    EXPECT_EQ(brussels.offset_at(seconds("1850-01-01T00:00")), 17 * 60 + 30);
}

TEST(TimeZones, LocalTimesThatAreSkippedOrComeTwice) {
    const TimeZone brussels = zone("Europe/Brussels");
    EXPECT_EQ(brussels.utc_from_local(seconds("2026-03-29T02:30")), seconds("2026-03-29T01:00"));
    EXPECT_EQ(brussels.utc_from_local(seconds("2026-03-29T03:00")), seconds("2026-03-29T01:00"));
    EXPECT_EQ(brussels.utc_from_local(seconds("2026-10-25T02:30")), seconds("2026-10-25T00:30"));
    EXPECT_EQ(brussels.utc_from_local(seconds("2026-10-25T02:30"), true), seconds("2026-10-25T01:30"));
    EXPECT_EQ(brussels.utc_from_local(seconds("2026-06-01T12:00")), seconds("2026-06-01T10:00"));
}

TEST(TimeZones, OtherRules) {
    EXPECT_EQ(zone("Australia/Sydney").offset_at(seconds("2055-01-15T00:00")), 11 * 3600);
    EXPECT_EQ(zone("Australia/Sydney").offset_at(seconds("2055-07-15T00:00")), 10 * 3600);
    EXPECT_EQ(zone("Asia/Kolkata").offset_at(seconds("2055-07-15T00:00")), 19800);
    EXPECT_EQ(zone("America/New_York").offset_at(seconds("2055-07-15T00:00")), -4 * 3600);
    EXPECT_EQ(zone("UTC").offset_at(seconds("2055-07-15T00:00")), 0);
    EXPECT_EQ(zone("Asia/Tehran").offset_at(seconds("2055-07-15T00:00")), 12600);
}

TEST(TimeZones, RefusesWhatIsNoZone) {
    EXPECT_TRUE(TimeZone::from_tzif("").has_error());
    EXPECT_TRUE(TimeZone::from_tzif(std::string(500, 'x')).has_error());
    std::ifstream file("/usr/share/zoneinfo/Europe/Brussels", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    for (std::size_t size = 0; size + 40 < bytes.size(); size += 97) {
        EXPECT_TRUE(TimeZone::from_tzif(std::string_view(bytes).substr(0, size)).has_error()) << size;
    }
    std::string version1 = bytes;
    version1[4] = '\0';
    EXPECT_TRUE(TimeZone::from_tzif(version1).has_error());
}

Calendar office(std::map<Day, std::vector<Hours>> special = {}) {
    CalendarPlan plan;
    plan.zone = zone("Europe/Brussels");
    for (std::size_t day = 0; day < 5; ++day) plan.week[day] = *parse_hours("09:00-12:00, 13:00-17:00");
    plan.special = std::move(special);
    return *Calendar::make(plan);
}

TEST(Calendar, DefaultIsAlwaysOpen) {
    const Calendar calendar;
    EXPECT_TRUE(calendar.is_open(utc("2026-12-25T03:00")));
    EXPECT_EQ(calendar.add_working_time(1000, 5 * kHour), 1000 + 5 * kHour);
    EXPECT_EQ(calendar.next_opening(77), 77);
    EXPECT_EQ(calendar.working_time_between(5, 25), 20);
}

TEST(Calendar, OpensAndCloses) {
    const Calendar calendar = office();
    // Monday 23 November 2026, local time is UTC+1.
    EXPECT_FALSE(calendar.is_open(utc("2026-11-23T07:59")));
    EXPECT_TRUE(calendar.is_open(utc("2026-11-23T08:00")));
    EXPECT_FALSE(calendar.is_open(utc("2026-11-23T11:00")));
    EXPECT_TRUE(calendar.is_open(utc("2026-11-23T12:00")));
    EXPECT_FALSE(calendar.is_open(utc("2026-11-23T16:00")));
    EXPECT_EQ(shown(calendar.next_opening(utc("2026-11-23T11:30"))), "2026-11-23T12:00");
    EXPECT_EQ(shown(calendar.next_opening(utc("2026-11-20T16:00"))), "2026-11-23T08:00");
    EXPECT_EQ(shown(calendar.next_opening(utc("2026-11-23T09:15"))), "2026-11-23T09:15");
}

TEST(Calendar, AddsOpenTimeOverBreaksNightsAndWeekends) {
    const Calendar calendar = office();
    const auto add = [&](std::string_view start, TimeMs duration) {
        return shown(calendar.add_working_time(utc(start), duration));
    };
    EXPECT_EQ(add("2026-11-23T08:00", 2 * kHour), "2026-11-23T10:00");
    EXPECT_EQ(add("2026-11-23T10:00", 2 * kHour), "2026-11-23T13:00");
    EXPECT_EQ(add("2026-11-20T15:00", 2 * kHour), "2026-11-23T09:00");
    EXPECT_EQ(add("2026-11-21T12:00", kHour), "2026-11-23T09:00");
    // Exactly to the end of an opening: that end.
    EXPECT_EQ(add("2026-11-23T08:00", 3 * kHour), "2026-11-23T11:00");
    EXPECT_EQ(add("2026-11-23T11:20", 0), "2026-11-23T12:00");
    EXPECT_EQ(add("2026-11-23T08:00", 35 * kHour), "2026-11-27T16:00");
}

TEST(Calendar, HolidaysAndSpecialDays) {
    const Calendar calendar = office({{*parse_day("2026-12-25"), {}},
                                      {*parse_day("2026-12-24"), *parse_hours("09:00-12:00")},
                                      {*parse_day("2026-12-26"), *parse_hours("10:00-11:00")}});
    EXPECT_FALSE(calendar.is_open(utc("2026-12-25T10:00")));
    EXPECT_TRUE(calendar.is_open(utc("2026-12-26T09:30")));  // a Saturday
    EXPECT_EQ(shown(calendar.add_working_time(utc("2026-12-24T10:00"), 2 * kHour)), "2026-12-26T10:00");
    EXPECT_EQ(shown(calendar.add_working_time(utc("2026-12-24T10:00"), 3 * kHour)), "2026-12-28T09:00");
    EXPECT_EQ(calendar.working_time_between(utc("2026-12-24T00:00"), utc("2026-12-28T00:00")), 4 * kHour);
}

TEST(Calendar, TheLocalHourHoldsAcrossClockChanges) {
    const Calendar calendar = office();
    // Friday before and Monday after the change to summer time: 09:00 local is 08:00, then 07:00 UTC.
    EXPECT_EQ(shown(calendar.next_opening(utc("2026-03-27T17:00"))), "2026-03-30T07:00");
    EXPECT_EQ(shown(calendar.add_working_time(utc("2026-03-27T15:00"), 2 * kHour)), "2026-03-30T08:00");
    EXPECT_EQ(shown(calendar.next_opening(utc("2026-10-23T17:00"))), "2026-10-26T08:00");
}

TEST(Calendar, ADayOfClockChangeIsShorterOrLonger) {
    CalendarPlan plan;
    plan.zone = zone("Europe/Brussels");
    for (auto& day : plan.week) day = {{0, 1440}};
    const Calendar calendar = *Calendar::make(plan);
    EXPECT_EQ(calendar.working_time_between(utc("2026-03-28T23:00"), utc("2026-03-29T22:00")), 23 * kHour);
    EXPECT_EQ(calendar.add_working_time(utc("2026-03-28T23:00"), 24 * kHour), utc("2026-03-29T23:00"));
    EXPECT_EQ(calendar.add_working_time(utc("2026-10-24T22:00"), 25 * kHour), utc("2026-10-25T23:00"));

    plan.week = {};
    plan.week[6] = *parse_hours("02:00-03:00");
    const Calendar night = *Calendar::make(plan);
    EXPECT_EQ(night.working_time_between(utc("2026-03-28T12:00"), utc("2026-03-29T12:00")), 0);
    EXPECT_EQ(night.working_time_between(utc("2026-10-24T12:00"), utc("2026-10-25T12:00")), 2 * kHour);
}

TEST(Calendar, ATwentyFourSevenCalendarMayHaveHolidays) {
    CalendarPlan plan;
    plan.special[*parse_day("2027-01-01")] = {};
    const Calendar calendar = *Calendar::make(plan);
    EXPECT_FALSE(calendar.is_open(utc("2027-01-01T12:00")));
    EXPECT_EQ(shown(calendar.add_working_time(utc("2026-12-31T23:00"), 2 * kHour)), "2027-01-02T01:00");
}

TEST(Calendar, RefusesBadHours) {
    const auto make = [](std::vector<Hours> monday) {
        CalendarPlan plan;
        plan.week[0] = std::move(monday);
        return Calendar::make(plan).has_value();
    };
    EXPECT_TRUE(make({{0, 1440}}));
    EXPECT_TRUE(make({{60, 120}, {120, 180}}));
    EXPECT_FALSE(make({{60, 120}, {110, 180}}));
    EXPECT_FALSE(make({{120, 60}}));
    EXPECT_FALSE(make({{60, 60}}));
    EXPECT_FALSE(make({{0, 1441}}));
    EXPECT_FALSE(make({{-5, 10}}));
    EXPECT_TRUE(parse_hours("9:00-12:00").has_error());
    EXPECT_TRUE(parse_hours("09:00").has_error());
    EXPECT_TRUE(parse_hours("09:60-10:00").has_error());
    EXPECT_TRUE(parse_hours("22:00-06:00").has_error());
    EXPECT_TRUE(parse_hours("").has_value());
}

TEST(Calendar, EndsWhenNothingIsEverOpenAgain) {
    CalendarPlan plan;
    plan.week[0] = *parse_hours("09:00-09:01");
    const Calendar calendar = *Calendar::make(plan);
    // Ten years of one minute a week: an answer all the same.
    EXPECT_GT(calendar.add_working_time(0, 1000LL * 24 * kHour), 0);
}

}  // namespace
}  // namespace guichet::routing
