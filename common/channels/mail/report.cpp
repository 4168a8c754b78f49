#include "common/channels/mail/report.hpp"

#include <map>

#include "common/channels/mail/text.hpp"

namespace guichet::channels::mail {
namespace {

constexpr std::size_t kMaxField = 1000;

using Group = std::map<std::string, std::string>;

// Fields until the blank line; folded ones are joined.
std::vector<Group> groups_of(std::string_view body, std::size_t limit) {
    std::vector<Group> groups(1);
    std::string* last = nullptr;
    const auto text = unix_lines(body);
    for (const auto line : lines_of(text)) {
        if (is_blank(line)) {
            if (!groups.back().empty() && groups.size() <= limit) groups.emplace_back();
            last = nullptr;
            continue;
        }
        if ((line.front() == ' ' || line.front() == '\t') && last != nullptr) {
            if (last->size() < kMaxField) *last += " " + trimmed(line);
            continue;
        }
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        last = &groups.back()[lower(trimmed(line.substr(0, colon)))];
        *last = trimmed(line.substr(colon + 1));
    }
    return groups;
}

std::string field(const Group& group, const char* name) {
    const auto found = group.find(name);
    return found == group.end() ? std::string() : one_line(found->second, kMaxField);
}

// "rfc822; anna@example.org": what stands behind the type.
std::string typed(const std::string& value) {
    const auto semicolon = value.find(';');
    return trimmed(semicolon == std::string::npos ? value : value.substr(semicolon + 1));
}

}  // namespace

std::vector<Report> parse_delivery_status(std::string_view body, std::size_t limit) {
    std::vector<Report> reports;
    for (const auto& group : groups_of(body, limit)) {
        Report report;
        report.action = lower(field(group, "action"));
        // "5.1.1 (user unknown)"
        report.status = field(group, "status");
        report.status = report.status.substr(0, report.status.find_first_of(" ("));
        if (report.action.empty() && report.status.empty()) continue;
        const auto final_recipient = field(group, "final-recipient");
        report.recipient =
            lower(typed(final_recipient.empty() ? field(group, "original-recipient") : final_recipient));
        report.diagnostic = typed(field(group, "diagnostic-code"));
        if (reports.size() < limit) reports.push_back(std::move(report));
    }
    return reports;
}

std::string original_id_in(std::string_view headers) {
    const auto groups = groups_of(headers, 1);
    auto id = field(groups.front(), "message-id");
    const auto open = id.find('<');
    const auto close = id.find('>');
    if (open != std::string::npos && close != std::string::npos && open < close)
        id = id.substr(open + 1, close - open - 1);
    return plain_message_id(id) ? id : std::string();
}

}  // namespace guichet::channels::mail
