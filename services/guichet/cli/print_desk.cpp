#include "common/store/records.hpp"
#include "services/guichet/cli/desk.hpp"

namespace guichet::cli {
namespace {

const char* delivery_word(v1::DeliveryState state) {
    switch (state) {
        case v1::DELIVERY_STATE_PENDING_APPROVAL:
            return "waits for approval";
        case v1::DELIVERY_STATE_HELD:
            return "held";
        case v1::DELIVERY_STATE_RETRY:
            return "tried again later";
        case v1::DELIVERY_STATE_UNCONFIRMED:
            return "unconfirmed";
        case v1::DELIVERY_STATE_FAILED:
            return "failed";
        default:
            return "on its way";
    }
}

std::string more_line(const std::string& cursor) {
    return cursor.empty() ? "" : "There are more: --cursor " + cursor + "\n";
}

}  // namespace

std::string deliveries_table(const v1::ListDeliveriesResponse& page) {
    if (page.deliveries().empty()) return "No answers wait.\n" + more_line(page.next_cursor());
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : page.deliveries()) {
        const auto& delivery = one.delivery();
        rows.push_back({delivery.id(), delivery_word(delivery.state()), delivery.conversation(),
                        delivery.actor(), one.conversation().channel(),
                        to_iso8601(store::to_ms(delivery.created_at())), safe(delivery.error(), 80)});
    }
    return table({"DELIVERY", "STATE", "CONVERSATION", "BY", "CHANNEL", "WRITTEN", "WHY"}, rows) +
           more_line(page.next_cursor());
}

std::string mentions_text(const v1::ListMentionsResponse& page) {
    if (page.mentions().empty()) return "Nobody has named you.\n" + more_line(page.next_cursor());
    std::string out;
    for (const auto& mention : page.mentions()) {
        out += std::string(mention.read() ? "  " : "* ") + mention.conversation().id() + "  " +
               to_iso8601(store::to_ms(mention.note().created_at())) + "  " + mention.note().actor() + "\n" +
               safe_lines(mention.note().text(), "    ");
    }
    return out + more_line(page.next_cursor());
}

std::string at_risk_table(const v1::ListAtRiskResponse& page, std::int64_t now_ms) {
    if (page.conversations().empty()) return "Nothing runs out of time.\n" + more_line(page.next_cursor());
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : page.conversations()) {
        const auto& c = one.conversation();
        rows.push_back({c.id(), due_words(store::to_ms(one.until()), now_ms), store::state_word(c.state()),
                        c.owner(), c.channel(), safe(c.contact_name(), 30), safe(c.preview(), 60)});
    }
    return table({"CONVERSATION", "TIME LEFT", "STATE", "OWNER", "CHANNEL", "CONTACT", "FIRST LINE"}, rows) +
           more_line(page.next_cursor());
}

}  // namespace guichet::cli
