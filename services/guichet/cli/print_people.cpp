#include "common/store/records.hpp"
#include "services/guichet/cli/print.hpp"

namespace guichet::cli {
namespace {

std::string percent(double score) {
    return std::to_string(static_cast<int>(score * 100 + 0.5)) + " %";
}

}  // namespace

std::string contact_text(const v1::Contact& contact) {
    if (contact.id().empty()) return {};
    std::string out = "contact " + contact.id() + "  " + safe(contact.name(), 100) + "\n";
    for (const auto& identity : contact.identities()) {
        out += "known as " + identity.channel() + "/" + safe(identity.external_id(), 200);
        if (!identity.email().empty()) out += "  " + safe(identity.email(), 200);
        if (!identity.phone().empty()) out += "  " + safe(identity.phone(), 60);
        out += "\n";
    }
    for (const auto& merged : contact.merged()) {
        out += "joined " + merged.contact() + "  " + safe(merged.name(), 100) + "  " +
               (merged.proven() ? "proven" : "by " + merged.actor()) + "  " +
               to_iso8601(store::to_ms(merged.at()));
        out += merged.reason().empty() ? "\n" : "  " + safe(merged.reason(), 200) + "\n";
    }
    for (const auto& id : contact.conversations()) out += "conversation " + id + "\n";
    return out;
}

std::string suggestions_text(const v1::GetContactResponse& response) {
    std::string out;
    for (const auto& one : response.suggestions()) {
        out += "\nlikely the same: " + one.contact().id() + "  " + safe(one.contact().name(), 100) + "  " +
               percent(one.score()) + "\n";
        for (const auto& reason : one.reasons()) {
            out += std::string("    ") + (reason.weight() < 0 ? "but " : "same ") + reason.rule() + "  " +
                   safe(reason.text(), 100) + "\n";
        }
    }
    return out;
}

std::string others_text(const v1::GetConversationResponse& view) {
    std::string out;
    for (const auto& other : view.others()) {
        out += "also open with this contact: " + other.id() + "  " + store::state_word(other.state()) + "  " +
               other.channel() + (other.owner().empty() ? "" : "  owned by " + other.owner()) + "\n";
    }
    return out;
}

std::string call_text(const v1::CallBack& call) {
    std::string out = "call " + safe(call.number(), 40);
    if (call.has_wanted_from()) out += "  from " + to_iso8601(store::to_ms(call.wanted_from()));
    if (call.has_wanted_until()) out += "  until " + to_iso8601(store::to_ms(call.wanted_until()));
    if (!call.wanted().empty()) out += "  \"" + safe(call.wanted(), 200) + "\"";
    return out + "\nagreed to be called: recorded by " + safe(call.consent_by(), 60) + "  " +
           to_iso8601(store::to_ms(call.consent_at())) + "\n";
}

}  // namespace guichet::cli
