#include "services/routing/desk.hpp"

#include <fstream>
#include <iterator>

namespace guichet::routing {
namespace {

constexpr char kZoneInfo[] = "/usr/share/zoneinfo/";

Result<TimeZone> read_zone(const std::string& name) {
    if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos) {
        return invalid("routing.calendar.timezone", "this is not the name of a time zone: " + name);
    }
    std::ifstream file(kZoneInfo + name, std::ios::binary);
    if (!file) {
        return invalid("routing.calendar.timezone", "the system does not know the time zone " + name +
                                                        " (is the package tzdata installed?)");
    }
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    return TimeZone::from_tzif(bytes, name);
}

Result<std::vector<Hours>> read_day(const char* day, const std::vector<std::string>& intervals) {
    std::vector<Hours> hours;
    for (const auto& interval : intervals) {
        auto parsed = parse_hours(interval);
        if (!parsed) return invalid(std::string("routing.calendar.") + day, parsed.error().message);
        hours.insert(hours.end(), parsed->begin(), parsed->end());
    }
    return hours;
}

Result<Calendar> make_calendar(const config::CalendarSettings& settings) {
    CalendarPlan plan;
    auto zone = read_zone(settings.timezone);
    if (!zone) return zone.error();
    plan.zone = std::move(*zone);
    const std::array<std::pair<const char*, const std::vector<std::string>*>, 7> days = {{
        {"monday", &settings.monday},
        {"tuesday", &settings.tuesday},
        {"wednesday", &settings.wednesday},
        {"thursday", &settings.thursday},
        {"friday", &settings.friday},
        {"saturday", &settings.saturday},
        {"sunday", &settings.sunday},
    }};
    for (std::size_t i = 0; i < days.size(); ++i) {
        auto hours = read_day(days[i].first, *days[i].second);
        if (!hours) return hours.error();
        plan.week[i] = std::move(*hours);
    }
    for (const auto& holiday : settings.holidays) {
        const auto day = parse_day(holiday);
        if (!day) return invalid("routing.calendar.holidays", "this is not a date as 2026-12-25: " + holiday);
        plan.special[*day] = {};
    }
    return Calendar::make(std::move(plan));
}

std::array<int, kPriorities> minutes_of(const config::TargetSettings& targets) {
    const auto minutes = [](std::chrono::milliseconds duration) {
        return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(duration).count());
    };
    return {minutes(targets.low), minutes(targets.normal), minutes(targets.high), minutes(targets.urgent)};
}

}  // namespace

Result<Desk> make_desk(const config::RoutingSettings& settings) {
    Desk desk;
    auto calendar = make_calendar(settings.calendar);
    if (!calendar) return calendar.error();
    desk.calendar = std::move(*calendar);
    desk.policy.first_answer.public_minutes = minutes_of(settings.first_answer);
    desk.policy.first_answer.private_minutes = minutes_of(settings.first_answer);
    desk.policy.next_answer.public_minutes = minutes_of(settings.next_answer);
    desk.policy.next_answer.private_minutes = minutes_of(settings.next_answer);
    if (auto status = desk.policy.check(); !status.ok()) return status;
    return desk;
}

}  // namespace guichet::routing
