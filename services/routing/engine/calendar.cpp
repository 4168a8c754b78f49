#include "services/routing/engine/calendar.hpp"

#include <algorithm>

namespace guichet::routing {
namespace {

constexpr int kMinutesOfDay = 24 * 60;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

Status check(const std::vector<Hours>& hours) {
    int last = 0;
    for (const Hours& h : hours) {
        if (h.from < last || h.to <= h.from || h.to > kMinutesOfDay) {
            return invalid(
                "hours", "opening hours must be in order, apart, not empty, and end at 24:00 at the latest");
        }
        last = h.to;
    }
    return {};
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

Result<Calendar> Calendar::make(CalendarPlan plan) {
    if (plan.special.size() > kMaxSpecialDays) return invalid("holidays", "too many special days");
    bool any = false;
    for (const auto& day : plan.week) {
        if (Status status = check(day); !status.ok()) return status;
        any = any || !day.empty();
    }
    for (const auto& [day, hours] : plan.special) {
        if (Status status = check(hours); !status.ok()) return status;
    }
    if (!any) {
        for (auto& day : plan.week) day = {{0, kMinutesOfDay}};
    }
    Calendar calendar;
    calendar.always_ = !any && plan.special.empty();
    calendar.plan_ = std::move(plan);
    return calendar;
}

Day Calendar::local_day(TimeMs at) const {
    return floor_div(plan_.zone.local_from_utc(floor_div(at, 1000)), 86400);
}

std::vector<Calendar::Span> Calendar::spans(Day day) const {
    const auto special = plan_.special.find(day);
    const auto& hours = special != plan_.special.end()
                            ? special->second
                            : plan_.week[static_cast<std::size_t>(weekday_of(day))];
    std::vector<Span> out;
    for (const Hours& h : hours) {
        const std::int64_t midnight = day * 86400;
        // Of an hour that comes twice, we are there from the first to the last.
        const Span span{plan_.zone.utc_from_local(midnight + h.from * 60) * 1000,
                        plan_.zone.utc_from_local(midnight + h.to * 60, h.to < kMinutesOfDay) * 1000};
        // Hours that the change to summer time skips are none.
        if (span.to > span.from) out.push_back(span);
    }
    return out;
}

bool Calendar::is_open(TimeMs at) const {
    if (always_) return true;
    const auto today = spans(local_day(at));
    return std::any_of(today.begin(), today.end(), [&](const Span& s) { return at >= s.from && at < s.to; });
}

TimeMs Calendar::next_opening(TimeMs at) const {
    if (always_) return at;
    Day day = local_day(at);
    for (int i = 0; i < kMaxDays; ++i, ++day) {
        for (const Span& span : spans(day)) {
            if (at < span.to) return std::max(at, span.from);
        }
    }
    return at;
}

TimeMs Calendar::add_working_time(TimeMs start, TimeMs duration_ms) const {
    if (duration_ms <= 0) return next_opening(start);
    if (always_) return start + duration_ms;
    TimeMs left = duration_ms;
    TimeMs last = start;
    Day day = local_day(start);
    for (int i = 0; i < kMaxDays; ++i, ++day) {
        for (const Span& span : spans(day)) {
            const TimeMs from = std::max(start, span.from);
            if (from >= span.to) continue;
            if (left <= span.to - from) return from + left;
            left -= span.to - from;
            last = span.to;
        }
    }
    return last;
}

TimeMs Calendar::working_time_between(TimeMs from, TimeMs to) const {
    if (to <= from) return 0;
    if (always_) return to - from;
    TimeMs sum = 0;
    Day day = local_day(from);
    for (int i = 0; i < kMaxDays; ++i, ++day) {
        if (plan_.zone.utc_from_local(day * 86400) * 1000 >= to) break;
        for (const Span& span : spans(day)) {
            const TimeMs begin = std::max(from, span.from);
            const TimeMs end = std::min(to, span.to);
            if (end > begin) sum += end - begin;
        }
    }
    return sum;
}

Result<int> parse_minute(std::string_view text) {
    text = trim(text);
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
        return invalid("hours", "a time is written 08:30, not '" + std::string(text.substr(0, 16)) + "'");
    }
    const int minutes = (text[0] - '0') * 600 + (text[1] - '0') * 60 + (text[3] - '0') * 10 + (text[4] - '0');
    if (text[3] > '5' || minutes > kMinutesOfDay)
        return invalid("hours", "no such time: " + std::string(text));
    return minutes;
}

Result<std::vector<Hours>> parse_hours(std::string_view text) {
    std::vector<Hours> out;
    for (text = trim(text); !text.empty();) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view piece = text.substr(0, comma);
        const std::size_t dash = piece.find('-');
        if (dash == std::string_view::npos) return invalid("hours", "opening hours are written 08:30-12:00");
        const auto from = parse_minute(piece.substr(0, dash));
        if (from.has_error()) return from.error();
        const auto to = parse_minute(piece.substr(dash + 1));
        if (to.has_error()) return to.error();
        out.push_back({*from, *to});
        text = trim(text.substr(std::min(comma + 1, text.size())));
    }
    if (Status status = check(out); !status.ok()) return status;
    return out;
}

}  // namespace guichet::routing
