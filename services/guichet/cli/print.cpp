#include "services/guichet/cli/print.hpp"

#include <algorithm>

#include <google/protobuf/util/json_util.h>

#include "common/core/bytes.hpp"
#include "common/core/clock.hpp"
#include "common/store/records.hpp"

namespace guichet::cli {
namespace {

// Characters, as a terminal counts them nearly: continuation bytes take no place.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// "INTENT_COMPLAINT" -> "complaint"
std::string word(const std::string& name) {
    auto text = name.substr(name.find('_') + 1);
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text == "unspecified" ? "" : text;
}

const char* arrow(v1::MessageKind kind) {
    switch (kind) {
        case v1::MESSAGE_KIND_INBOUND:
            return "customer";
        case v1::MESSAGE_KIND_OUTBOUND:
            return "answer  ";
        case v1::MESSAGE_KIND_NOTE:
            return "note    ";
        case v1::MESSAGE_KIND_EDIT:
            return "edited  ";
        case v1::MESSAGE_KIND_DELETION:
            return "deleted ";
        default:
            return "        ";
    }
}

std::string author_of(const v1::Message& message) {
    if (!message.actor().empty()) return message.actor();
    return message.author().name().empty() ? message.author().external_id() : message.author().name();
}

}  // namespace

std::string safe(const std::string& text, std::size_t most) {
    std::string out = truncate_utf8(repair_utf8(text), most);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    // C1 controls are two bytes in UTF-8: C2 80 to C2 9F.
    for (std::size_t i = 0; i + 1 < out.size(); ++i) {
        if (static_cast<unsigned char>(out[i]) == 0xC2 && static_cast<unsigned char>(out[i + 1]) < 0xA0) {
            out[i] = out[i + 1] = ' ';
        }
    }
    return out;
}

std::string safe_lines(const std::string& text, const std::string& indent) {
    std::string out;
    std::size_t start = 0;
    while (start <= text.size()) {
        const auto end = std::min(text.find('\n', start), text.size());
        out += indent + safe(text.substr(start, end - start), 10'000) + "\n";
        start = end + 1;
    }
    return out;
}

std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& cell : header) widths.push_back(width(cell));
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(safe(row[i])));
    }
    const auto line = [&widths](const std::vector<std::string>& cells) {
        std::string text;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto cell = safe(cells[i]);
            text += cell;
            if (i + 1 < cells.size()) text += std::string(widths[i] - width(cell) + 2, ' ');
        }
        return text + "\n";
    };
    std::string out = line(header);
    for (const auto& row : rows) out += line(row);
    return out;
}

std::string to_json(const google::protobuf::Message& message, bool one_line) {
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = !one_line;
    std::string json;
    const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
    if (!status.ok()) return "{}";
    if (one_line) json += "\n";
    return json;
}

std::string due_words(std::int64_t due_ms, std::int64_t now_ms) {
    if (due_ms == 0) return "";
    const auto minutes = std::abs(due_ms - now_ms) / 60'000;
    std::string span = std::to_string(minutes) + " min";
    if (minutes >= 120) span = std::to_string(minutes / 60) + " h";
    if (minutes >= 72 * 60) span = std::to_string(minutes / (24 * 60)) + " d";
    return due_ms >= now_ms ? "in " + span : span + " late";
}

std::string queue_table(const v1::ListConversationsResponse& page, std::int64_t now_ms) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& c : page.conversations()) {
        rows.push_back({c.id(), due_words(store::to_ms(c.due_at()), now_ms),
                        word(v1::Priority_Name(c.triage().priority())),
                        word(v1::Intent_Name(c.triage().intent())), c.triage().language(), c.channel(),
                        c.owner(), c.contact_name(), safe(c.preview(), 60)});
    }
    return table({"CONVERSATION", "DUE", "PRIORITY", "INTENT", "LANG", "CHANNEL", "OWNER", "FROM", "TEXT"},
                 rows);
}

std::string conversation_text(const v1::Conversation& c,
                              const google::protobuf::RepeatedPtrField<v1::Message>& messages,
                              std::int64_t now_ms) {
    std::string out = c.id() + "  " + store::state_word(c.state()) +
                      (c.owner().empty() ? "" : " by " + c.owner()) + "  reference " + c.reference() + "\n";
    out += "channel " + c.channel() + "  team " + c.team() + "  language " + c.triage().language() + "  " +
           word(v1::Intent_Name(c.triage().intent())) + ", " +
           word(v1::Sentiment_Name(c.triage().sentiment())) + ", " +
           word(v1::Priority_Name(c.triage().priority())) + "  due " +
           due_words(store::to_ms(c.due_at()), now_ms) + "\n";
    std::string reasons;
    for (const auto& reason : c.triage().reasons()) {
        if (reason.text().empty()) continue;
        reasons +=
            (reasons.empty() ? "because " : ", ") + reason.kind() + " \"" + safe(reason.text(), 60) + "\"";
    }
    if (!reasons.empty()) out += reasons + "\n";
    if (!c.subject().empty()) out += "subject " + safe(c.subject()) + "\n";
    if (c.has_call_back()) out += call_text(c.call_back());
    for (const auto& m : messages) {
        out += "\n" + std::to_string(m.seq()) + "  " + arrow(m.kind()) + "  " + safe(author_of(m), 60) +
               "  " + to_iso8601(store::to_ms(m.stored_at()));
        if (m.delivery_state() != v1::DELIVERY_STATE_UNSPECIFIED) {
            out += "  " + word(v1::DeliveryState_Name(m.delivery_state()).substr(9)) + "  delivery " +
                   m.delivery();
        }
        out += "\n" + safe_lines(m.text(), "    ");
        for (const auto& field : m.fields()) {
            out += "    " + safe(field.name(), 60) + ": " + safe(field.value(), 200) + "\n";
        }
        for (const auto& file : m.attachments()) {
            out += "    [" + safe(file.name(), 100) + ", " + std::to_string(file.size()) + " bytes]\n";
        }
    }
    return out;
}

std::string channels_text(const v1::ListChannelsResponse& channels) {
    constexpr std::size_t kKindPrefix = sizeof "CHANNEL_" - 1;
    if (channels.channels().empty()) return "No channels.\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& c : channels.channels()) {
        auto health = safe(c.health(), 700);
        if (c.paused()) health = c.health() == "ok" ? "paused" : "paused; " + health;
        rows.push_back({c.id(), word(v1::ChannelKind_Name(c.kind()).substr(kKindPrefix)), c.team(), health});
    }
    auto text = table({"CHANNEL", "KIND", "TEAM", "HEALTH"}, rows);
    if (!channels.next_cursor().empty()) text += "and more: --cursor " + channels.next_cursor() + "\n";
    return text;
}

std::string stats_text(const v1::StatsResponse& stats, std::int64_t now_ms) {
    std::vector<std::vector<std::string>> queues;
    for (const auto& q : stats.queues()) {
        queues.push_back({q.team(), q.language(), q.channel(), word(v1::Visibility_Name(q.visibility())),
                          std::to_string(q.waiting()), due_words(store::to_ms(q.oldest_due_at()), now_ms)});
    }
    std::vector<std::vector<std::string>> agents;
    for (const auto& a : stats.agents()) {
        agents.push_back({a.agent(), a.name(), word(v1::Presence_Name(a.presence())),
                          std::to_string(a.load()) + "/" + std::to_string(a.capacity())});
    }
    std::string out = table({"TEAM", "LANG", "CHANNEL", "SEEN BY", "WAITING", "FIRST DUE"}, queues);
    if (!agents.empty()) out += "\n" + table({"AGENT", "NAME", "PRESENCE", "LOAD"}, agents);
    out += "\n";
    for (const auto& [state, number] : stats.states()) out += state + " " + std::to_string(number) + "  ";
    out += "dead letters " + std::to_string(stats.dead_letters()) + "\n";
    return out;
}

}  // namespace guichet::cli
