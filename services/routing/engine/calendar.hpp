#pragma once
// When the brand is at its desk: opening hours of a week, holidays, special days, in its own time zone.
#include <array>
#include <map>
#include <vector>

#include "common/core/clock.hpp"
#include "common/core/status.hpp"
#include "services/routing/engine/time_zone.hpp"

namespace guichet::routing {

// Minutes of the local day, 0 .. 1440; `to` excluded.
struct Hours {
    int from = 0;
    int to = 0;
};

struct CalendarPlan {
    TimeZone zone;
    // Monday first; several intervals a day are allowed, in order and apart. All empty: always open.
    std::array<std::vector<Hours>, 7> week;
    // Days with other hours than their weekday's; no hours = closed (a holiday).
    std::map<Day, std::vector<Hours>> special;
};

class Calendar {
  public:
    // Open at any time.
    Calendar() = default;
    // Refuses intervals that overlap, are empty or leave the day, and more than kMaxSpecialDays special days.
    static Result<Calendar> make(CalendarPlan plan);

    bool always_open() const { return always_; }
    bool is_open(TimeMs at) const;
    // `at` itself when open then.
    TimeMs next_opening(TimeMs at) const;
    // The moment at which `duration_ms` of open time have passed since `start`. Open time is real time: a day
    // on which clocks change is an hour shorter or longer. The end of an opening counts as that end, not as
    // the next opening. Not positive: next_opening(start). After kMaxDays without an end, the last moment
    // looked at.
    TimeMs add_working_time(TimeMs start, TimeMs duration_ms) const;
    // Open milliseconds from `from` to `to`; 0 when `to` is not later.
    TimeMs working_time_between(TimeMs from, TimeMs to) const;

    static constexpr std::size_t kMaxSpecialDays = 2000;
    static constexpr int kMaxDays = 10 * 366;

  private:
    struct Span {
        TimeMs from = 0;
        TimeMs to = 0;
    };
    Day local_day(TimeMs at) const;
    // The openings of a local day, in UTC.
    std::vector<Span> spans(Day day) const;

    bool always_ = true;
    CalendarPlan plan_;
};

// "08:30" -> 510, "24:00" -> 1440.
Result<int> parse_minute(std::string_view text);
// "08:00-12:00, 13:00-17:30".
Result<std::vector<Hours>> parse_hours(std::string_view text);

}  // namespace guichet::routing
