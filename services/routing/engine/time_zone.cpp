#include "services/routing/engine/time_zone.hpp"

#include <algorithm>
#include <array>

namespace guichet::routing {
namespace {

constexpr std::int64_t kDayS = 86400;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in(int year, int month) {
    constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// Local second of a change in a year.
std::int64_t second_of(const YearlyChange& change, int year) {
    const Day first = day_of(year, 1, 1);
    switch (change.kind) {
        case YearlyChange::Kind::julian:  // 1 .. 365, 29 February never counted
            return (first + change.day - 1 + (is_leap(year) && change.day >= 60 ? 1 : 0)) * kDayS +
                   change.second;
        case YearlyChange::Kind::zero_based:
            return (first + change.day) * kDayS + change.second;
        case YearlyChange::Kind::month_week_day:
            break;
    }
    const Day month = day_of(year, change.month, 1);
    const int wanted = (change.day + 6) % 7;  // Monday-based
    int day = (wanted - weekday_of(month) + 7) % 7 + (change.week - 1) * 7;
    while (day >= days_in(year, change.month)) day -= 7;
    return (month + day) * kDayS + change.second;
}

// Reads a POSIX TZ text: "CET-1CEST,M3.5.0,M10.5.0/3".
class RuleReader {
  public:
    explicit RuleReader(std::string_view text) : text_(text) {}

    bool name() {
        const std::size_t begin = at_;
        if (take('<')) {
            while (at_ < text_.size() && text_[at_] != '>') ++at_;
            return take('>');
        }
        while (at_ < text_.size() && ((text_[at_] | 32) >= 'a' && (text_[at_] | 32) <= 'z')) ++at_;
        return at_ - begin >= 3;
    }
    // Seconds; "[+-]h[h][:mm[:ss]]".
    std::optional<std::int64_t> time() {
        const int sign = take('-') ? -1 : 1;
        if (sign == 1) take('+');
        const auto hours = number(167);
        if (!hours) return std::nullopt;
        std::int64_t out = *hours * 3600;
        for (const std::int64_t unit : {60, 1}) {
            if (!take(':')) break;
            const auto part = number(59);
            if (!part) return std::nullopt;
            out += *part * unit;
        }
        return sign * out;
    }
    std::optional<YearlyChange> change() {
        YearlyChange out;
        if (take('M')) {
            const auto month = number(12);
            if (!month || *month < 1 || !take('.')) return std::nullopt;
            const auto week = number(5);
            if (!week || *week < 1 || !take('.')) return std::nullopt;
            const auto day = number(6);
            if (!day) return std::nullopt;
            out.month = static_cast<int>(*month);
            out.week = static_cast<int>(*week);
            out.day = static_cast<int>(*day);
        } else {
            out.kind = take('J') ? YearlyChange::Kind::julian : YearlyChange::Kind::zero_based;
            const auto day = number(365);
            if (!day || (out.kind == YearlyChange::Kind::julian && *day < 1)) return std::nullopt;
            out.day = static_cast<int>(*day);
        }
        if (take('/')) {
            const auto at = time();
            if (!at) return std::nullopt;
            out.second = *at;
        }
        return out;
    }
    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool done() const { return at_ == text_.size(); }
    bool at_comma() const { return at_ < text_.size() && text_[at_] == ','; }

  private:
    std::optional<std::int64_t> number(std::int64_t most) {
        std::int64_t out = 0;
        std::size_t digits = 0;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && digits < 4) {
            out = out * 10 + (text_[at_++] - '0');
            ++digits;
        }
        if (digits == 0 || out > most) return std::nullopt;
        return out;
    }
    std::string_view text_;
    std::size_t at_ = 0;
};

struct Header {
    std::size_t isutcnt = 0, isstdcnt = 0, leapcnt = 0, timecnt = 0, typecnt = 0, charcnt = 0;
    std::size_t body(std::size_t time_size) const {
        return timecnt * (time_size + 1) + typecnt * 6 + charcnt + leapcnt * (time_size + 4) + isstdcnt +
               isutcnt;
    }
};
constexpr std::size_t kHeaderSize = 44;

std::int64_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t out = size == 4 && (bytes[at] & 0x80) != 0 ? ~std::uint64_t{0} << 32 : 0;
    std::uint64_t low = 0;
    for (std::size_t i = 0; i < size; ++i) low = (low << 8) | static_cast<unsigned char>(bytes[at + i]);
    out |= low;
    return static_cast<std::int64_t>(out);
}

// Counts beyond what any real zone has are taken for a broken file.
bool read_header(std::string_view bytes, std::size_t at, Header& out) {
    constexpr std::int64_t kMost = 100'000;
    if (bytes.size() < at + kHeaderSize || bytes.substr(at, 4) != "TZif" || bytes[at + 4] < '2') return false;
    std::size_t* const fields[] = {&out.isutcnt, &out.isstdcnt, &out.leapcnt,
                                   &out.timecnt, &out.typecnt,  &out.charcnt};
    for (std::size_t i = 0; i < 6; ++i) {
        const std::int64_t value = big_endian(bytes, at + 20 + 4 * i, 4);
        if (value < 0 || value > kMost) return false;
        *fields[i] = static_cast<std::size_t>(value);
    }
    return true;
}

}  // namespace

Day day_of(int year, int month, int day) {
    // Years begin in March, so that the leap day is the last; an era is 400 years.
    const std::int64_t y = year - (month <= 2 ? 1 : 0);
    const std::int64_t era = floor_div(y, 400);
    const std::int64_t of_era = y - era * 400;
    const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

Date date_of(Day day) {
    const std::int64_t shifted = day + 719'468;
    const std::int64_t era = floor_div(shifted, 146'097);
    const std::int64_t of_era = shifted - era * 146'097;
    const std::int64_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const std::int64_t m = (5 * of_year + 2) / 153;
    Date out;
    out.day = static_cast<int>(of_year - (153 * m + 2) / 5 + 1);
    out.month = static_cast<int>(m < 10 ? m + 3 : m - 9);
    out.year = static_cast<int>(year + era * 400 + (out.month <= 2 ? 1 : 0));
    return out;
}

int weekday_of(Day day) {
    return static_cast<int>(((day + 3) % 7 + 7) % 7);
}

std::optional<Day> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    int parts[3] = {};
    constexpr std::size_t kBegin[] = {0, 5, 8};
    constexpr std::size_t kSize[] = {4, 2, 2};
    for (std::size_t p = 0; p < 3; ++p) {
        for (std::size_t i = kBegin[p]; i < kBegin[p] + kSize[p]; ++i) {
            if (text[i] < '0' || text[i] > '9') return std::nullopt;
            parts[p] = parts[p] * 10 + (text[i] - '0');
        }
    }
    if (parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > days_in(parts[0], parts[1]))
        return std::nullopt;
    return day_of(parts[0], parts[1], parts[2]);
}

Status TimeZone::parse_rule(std::string_view rule) {
    RuleReader reader(rule);
    const auto bad = [&] {
        return invalid("tz", "rule of the zone not understood: " + std::string(rule.substr(0, 64)));
    };
    if (!reader.name()) return bad();
    const auto standard = reader.time();
    if (!standard) return bad();
    // POSIX counts west of Greenwich.
    standard_ = -*standard;
    has_rule_ = true;
    if (reader.done()) return {};
    if (!reader.name()) return bad();
    summer_ = standard_ + 3600;
    if (!reader.at_comma()) {
        const auto summer = reader.time();
        if (!summer) return bad();
        summer_ = -*summer;
    }
    if (!reader.take(',')) return bad();
    const auto to_summer = reader.change();
    if (!to_summer || !reader.take(',')) return bad();
    const auto to_standard = reader.change();
    if (!to_standard || !reader.done()) return bad();
    to_summer_ = *to_summer;
    to_standard_ = *to_standard;
    has_summer_ = true;
    return {};
}

Result<TimeZone> TimeZone::from_tzif(std::string_view bytes, std::string name) {
    const auto bad = [&](const char* why) { return invalid("tz", "zone " + name + ": " + why); };
    Header v1;
    if (!read_header(bytes, 0, v1)) return bad("not a TZif file of version 2 or later");
    const std::size_t second = kHeaderSize + v1.body(4);
    Header v2;
    if (!read_header(bytes, second, v2)) return bad("second header missing or wrong");
    const std::size_t times = second + kHeaderSize;
    if (v2.typecnt == 0 || bytes.size() < times + v2.body(8)) return bad("shorter than its header says");
    const std::size_t indices = times + v2.timecnt * 8;
    const std::size_t types = indices + v2.timecnt;

    TimeZone zone;
    zone.name_ = std::move(name);
    zone.first_offset_ = big_endian(bytes, types, 4);
    for (std::size_t i = 0; i < v2.timecnt; ++i) {
        const auto type = static_cast<unsigned char>(bytes[indices + i]);
        if (type >= v2.typecnt) return invalid("tz", "zone " + zone.name_ + ": unknown local time type");
        const Transition next{big_endian(bytes, times + 8 * i, 8), big_endian(bytes, types + 6 * type, 4)};
        if (!zone.transitions_.empty() && next.at <= zone.transitions_.back().at) {
            return invalid("tz", "zone " + zone.name_ + ": transitions not in order");
        }
        if (std::abs(next.offset) > 26 * 3600)
            return invalid("tz", "zone " + zone.name_ + ": offset out of range");
        zone.transitions_.push_back(next);
    }
    std::string_view rule = bytes.substr(times + v2.body(8));
    if (rule.size() > 2 && rule.front() == '\n') {
        rule.remove_prefix(1);
        rule = rule.substr(0, rule.find('\n'));
        if (Status status = zone.parse_rule(rule); !status.ok()) return status;
    }
    return zone;
}

std::int64_t TimeZone::offset_by_rule(std::int64_t utc_s) const {
    if (!has_summer_) return standard_;
    const int year = date_of(floor_div(utc_s + standard_, kDayS)).year;
    const std::int64_t on = second_of(to_summer_, year) - standard_;
    const std::int64_t off = second_of(to_standard_, year) - summer_;
    // South of the equator summer spans the new year.
    const bool summer = on < off ? utc_s >= on && utc_s < off : utc_s >= on || utc_s < off;
    return summer ? summer_ : standard_;
}

std::int64_t TimeZone::offset_at(std::int64_t utc_s) const {
    const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), utc_s,
                                        [](std::int64_t at, const Transition& t) { return at < t.at; });
    if (after == transitions_.end() && has_rule_) return offset_by_rule(utc_s);
    return after == transitions_.begin() ? first_offset_ : std::prev(after)->offset;
}

std::int64_t TimeZone::utc_from_local(std::int64_t local_s, bool last) const {
    // The offsets a day before and after are the only candidates around a change.
    const std::int64_t before = offset_at(local_s - kDayS);
    const std::int64_t after = offset_at(local_s + kDayS);
    const std::int64_t early = local_s - std::max(before, after);
    const std::int64_t late = local_s - std::min(before, after);
    const bool early_fits = local_from_utc(early) == local_s;
    const bool late_fits = local_from_utc(late) == local_s;
    if (early_fits && (!last || !late_fits)) return early;
    if (late_fits) return late;
    // In the gap: find the moment at which the offset changes.
    std::int64_t low = early;
    std::int64_t high = late;
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (offset_at(middle) == before ? low : high) = middle;
    }
    return offset_at(low) == before ? high : low;
}

}  // namespace guichet::routing
