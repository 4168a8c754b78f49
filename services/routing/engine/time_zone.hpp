#pragma once
// A time zone as in the system's zoneinfo files, and local time to UTC and back.
// Format: TZif version 2 and later (RFC 8536), with its POSIX TZ rule for the time after the last transition.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"

namespace guichet::routing {

// Days since 1970-01-01 in the proleptic Gregorian calendar.
using Day = std::int64_t;
Day day_of(int year, int month, int day);
struct Date {
    int year = 1970;
    int month = 1;
    int day = 1;
};
Date date_of(Day day);
// 0 = Monday.
int weekday_of(Day day);
// "2026-12-25"; nothing unless it is a date that exists.
std::optional<Day> parse_day(std::string_view text);

// One rule of a POSIX TZ text: when, each year, a change takes place, in local time before it.
struct YearlyChange {
    enum class Kind { julian, zero_based, month_week_day } kind = Kind::month_week_day;
    int month = 1;
    int week = 1;  // 5: the last
    int day = 0;   // of the week, 0 = Sunday; else of the year
    std::int64_t second = 7200;
};

class TimeZone {
  public:
    // UTC.
    TimeZone() = default;
    // The bytes of a file of /usr/share/zoneinfo. Version 1 files have too few bits for the time and are
    // refused.
    static Result<TimeZone> from_tzif(std::string_view bytes, std::string name = {});

    const std::string& name() const { return name_; }
    // Seconds east of UTC.
    std::int64_t offset_at(std::int64_t utc_s) const;
    std::int64_t local_from_utc(std::int64_t utc_s) const { return utc_s + offset_at(utc_s); }
    // Local seconds since 1970-01-01T00:00 to UTC. A time skipped in spring is the moment of the change; of a
    // time that comes twice in autumn the first, or the last where asked for.
    std::int64_t utc_from_local(std::int64_t local_s, bool last = false) const;

  private:
    struct Transition {
        std::int64_t at = 0;  // UTC seconds
        std::int64_t offset = 0;
    };
    // Offset at a UTC second after the last transition.
    std::int64_t offset_by_rule(std::int64_t utc_s) const;
    Status parse_rule(std::string_view rule);

    std::string name_ = "UTC";
    std::int64_t first_offset_ = 0;  // before the first transition
    std::vector<Transition> transitions_;
    bool has_rule_ = false;
    bool has_summer_ = false;
    std::int64_t standard_ = 0;
    std::int64_t summer_ = 0;
    YearlyChange to_summer_;
    YearlyChange to_standard_;
};

}  // namespace guichet::routing
