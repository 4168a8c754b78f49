#include "common/store/records.hpp"

#include <array>
#include <cstdlib>
#include <string_view>

namespace guichet::store {
namespace {

const std::string& at(const Fields& fields, const char* name) {
    static const std::string kNone;
    const auto found = fields.find(name);
    return found == fields.end() ? kNone : found->second;
}

std::int64_t number(const Fields& fields, const char* name) {
    return std::atoll(at(fields, name).c_str());
}

// An absent time stays unset.
template <class Set>
void when(const Fields& fields, const char* name, Set set) {
    const auto& text = at(fields, name);
    if (!text.empty()) set_time(set(), std::atoll(text.c_str()));
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (;;) {
        const auto end = text.find(separator, start);
        parts.push_back(text.substr(start, end - start));
        if (end == std::string::npos) return parts;
        start = end + 1;
    }
}

bool listed(std::string_view list, std::string_view item) {
    if (list == "*") return true;
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (list.substr(0, comma) == item) return true;
        if (comma == std::string_view::npos) return false;
        list.remove_prefix(comma + 1);
    }
    return false;
}

constexpr std::array<const char*, 7> kStates = {"",        "new",     "waiting", "owned",
                                                "snoozed", "pending", "resolved"};
constexpr std::array<const char*, 10> kDeliveries = {
    "",      "pending_approval", "held",   "queued",   "sending", "sent",
    "retry", "unconfirmed",      "failed", "cancelled"};
constexpr std::array<const char*, 6> kOutcomes = {"",          "solved", "no_answer_needed",
                                                  "duplicate", "spam",   "handed_on"};

template <class Enum, std::size_t N>
Enum find_word(const std::array<const char*, N>& words, const std::string& word) {
    for (std::size_t i = 1; i < N; ++i) {
        if (word == words[i]) return static_cast<Enum>(i);
    }
    return static_cast<Enum>(0);
}

template <class Enum, std::size_t N>
const char* word_at(const std::array<const char*, N>& words, Enum value) {
    const auto index = static_cast<std::size_t>(value);
    return index < N ? words[index] : "";
}

v1::MessageKind kind_of(char letter) {
    switch (letter) {
        case 'i':
            return v1::MESSAGE_KIND_INBOUND;
        case 'o':
            return v1::MESSAGE_KIND_OUTBOUND;
        case 'n':
            return v1::MESSAGE_KIND_NOTE;
        case 'e':
            return v1::MESSAGE_KIND_EDIT;
        case 'd':
            return v1::MESSAGE_KIND_DELETION;
        default:
            return v1::MESSAGE_KIND_UNSPECIFIED;
    }
}

}  // namespace

void set_time(google::protobuf::Timestamp* to, TimeMs at) {
    to->set_seconds(at / 1000);
    to->set_nanos(static_cast<int>(at % 1000) * 1'000'000);
}

TimeMs to_ms(const google::protobuf::Timestamp& at) {
    return at.seconds() * 1000 + at.nanos() / 1'000'000;
}

const char* state_word(v1::ConversationState state) {
    return word_at(kStates, state);
}

v1::ConversationState state_of(const std::string& word) {
    return find_word<v1::ConversationState>(kStates, word);
}

v1::DeliveryState delivery_state_of(const std::string& word) {
    return find_word<v1::DeliveryState>(kDeliveries, word);
}

const char* outcome_word(v1::Outcome outcome) {
    return word_at(kOutcomes, outcome);
}

v1::Outcome outcome_of(const std::string& word) {
    return find_word<v1::Outcome>(kOutcomes, word);
}

v1::IdentityProof identity_of(const std::string& word) {
    if (word == "claimed") return v1::IDENTITY_PROOF_CLAIMED;
    if (word == "account_proven") return v1::IDENTITY_PROOF_ACCOUNT_PROVEN;
    if (word == "brand_verified") return v1::IDENTITY_PROOF_BRAND_VERIFIED;
    return v1::IDENTITY_PROOF_UNSPECIFIED;
}

v1::Conversation to_conversation(const std::string& id, const Fields& f) {
    v1::Conversation c;
    c.set_id(id);
    c.set_state(state_of(at(f, "st")));
    c.set_version(number(f, "v"));
    c.set_epoch(at(f, "ep"));
    c.set_inbound_seq(number(f, "in"));
    c.set_channel(at(f, "ch"));
    c.set_visibility(at(f, "vis") == "public" ? v1::VISIBILITY_PUBLIC : v1::VISIBILITY_PRIVATE);
    c.set_thread(at(f, "th"));
    c.set_contact(at(f, "ct"));
    c.set_contact_name(at(f, "cn"));
    c.set_subject(at(f, "sub"));
    c.set_preview(at(f, "pv"));
    c.mutable_triage()->ParseFromString(at(f, "tr"));
    c.mutable_triage()->set_language(at(f, "lg"));
    c.set_team(at(f, "tm"));
    c.set_owner(at(f, "ow"));
    c.set_preferred_owner(at(f, "po"));
    when(f, "cr", [&c] { return c.mutable_created_at(); });
    when(f, "up", [&c] { return c.mutable_updated_at(); });
    when(f, "due", [&c] { return c.mutable_due_at(); });
    when(f, "fd", [&c] { return c.mutable_first_answer_due_at(); });
    when(f, "le", [&c] { return c.mutable_lease_until(); });
    when(f, "sz", [&c] { return c.mutable_snoozed_until(); });
    for (const auto& label : split(at(f, "lb"), ',')) {
        if (!label.empty()) c.add_labels(label);
    }
    c.set_outcome(outcome_of(at(f, "oc")));
    c.set_cause(at(f, "ca"));
    c.set_remedy(at(f, "re"));
    c.set_counterpart(at(f, "cp"));
    c.set_message_count(number(f, "ms"));
    c.set_open_deliveries(static_cast<int>(number(f, "od")));
    c.set_reference(at(f, "rf"));
    c.set_escalation(at(f, "es"));
    c.set_identity(identity_of(at(f, "idn")));
    c.set_parent_thread(at(f, "pt"));
    c.set_among_customers(at(f, "ac") == "1");
    if (!at(f, "cb").empty()) c.mutable_call_back()->ParseFromString(at(f, "cb"));
    return c;
}

v1::EscalationState escalation_state_of(const std::string& word) {
    static const std::map<std::string, v1::EscalationState> kStates{
        {"proposed", v1::ESCALATION_STATE_PROPOSED},      {"offered", v1::ESCALATION_STATE_OFFERED},
        {"accepted", v1::ESCALATION_STATE_ACCEPTED},      {"declined", v1::ESCALATION_STATE_DECLINED},
        {"expired", v1::ESCALATION_STATE_EXPIRED},        {"resolved", v1::ESCALATION_STATE_RESOLVED},
        {"closed", v1::ESCALATION_STATE_CLOSED_IN_PUBLIC}};
    const auto found = kStates.find(word);
    return found == kStates.end() ? v1::ESCALATION_STATE_UNSPECIFIED : found->second;
}

v1::RouteKind route_kind_of(const std::string& word) {
    static const std::map<std::string, v1::RouteKind> kKinds{
        {"private_reply", v1::ROUTE_KIND_PRIVATE_REPLY},
        {"direct_message", v1::ROUTE_KIND_DIRECT_MESSAGE},
        {"mail", v1::ROUTE_KIND_MAIL},
        {"call_back", v1::ROUTE_KIND_CALL_BACK},
        {"private_link", v1::ROUTE_KIND_PRIVATE_LINK}};
    const auto found = kKinds.find(word);
    return found == kKinds.end() ? v1::ROUTE_KIND_UNSPECIFIED : found->second;
}

v1::Escalation to_escalation(const std::string& id, const Fields& f) {
    v1::Escalation e;
    e.set_id(id);
    e.set_state(escalation_state_of(at(f, "st")));
    e.set_public_conversation(at(f, "pc"));
    e.set_private_conversation(at(f, "vc"));
    if (!at(f, "ri").empty()) {
        e.mutable_route()->set_id(at(f, "ri"));
        e.mutable_route()->set_kind(route_kind_of(at(f, "rk")));
        e.mutable_route()->set_channel(at(f, "rc"));
        e.mutable_route()->set_single_use(!at(f, "key").empty());
    }
    v1::Triage reasons;
    reasons.ParseFromString(at(f, "rs"));
    *e.mutable_reasons() = reasons.reasons();
    when(f, "cr", [&e] { return e.mutable_created_at(); });
    e.set_version(number(f, "v"));
    e.set_identity(identity_of(at(f, "idn")));
    when(f, "of", [&e] { return e.mutable_offered_at(); });
    if (e.state() == v1::ESCALATION_STATE_OFFERED) when(f, "ex", [&e] { return e.mutable_expires_at(); });
    for (const auto& route : split(at(f, "chain"), ',')) {
        if (!route.empty()) e.add_chain(route);
    }
    e.set_error(at(f, "dc").empty() ? at(f, "er") : at(f, "dc"));
    return e;
}

Visitor to_visitor(const std::string& id, const std::string& packed) {
    auto parts = split(packed, '|');
    parts.resize(6);
    Visitor visitor;
    visitor.id = id;
    visitor.code = parts[0];
    visitor.expires_at = std::atoll(parts[1].c_str());
    visitor.wrong = std::atoi(parts[2].c_str());
    visitor.proof = parts[3];
    visitor.conversation = ConversationId(parts[4]);
    return visitor;
}

v1::Delivery to_delivery(const std::string& id, const Fields& f) {
    v1::Delivery d;
    d.set_id(id);
    d.set_conversation(at(f, "c"));
    d.set_seq(number(f, "q"));
    d.set_state(delivery_state_of(at(f, "st")));
    d.set_text(at(f, "tx"));
    d.set_actor(at(f, "a"));
    d.set_persona(at(f, "pe"));
    when(f, "cr", [&d] { return d.mutable_created_at(); });
    when(f, "hu", [&d] { return d.mutable_held_until(); });
    if (d.state() == v1::DELIVERY_STATE_RETRY) when(f, "ra", [&d] { return d.mutable_retry_at(); });
    d.set_attempts(static_cast<int>(number(f, "at")));
    d.set_external_id(at(f, "rm"));
    d.set_error(at(f, "er"));
    d.set_version(number(f, "v"));
    return d;
}

std::string encode_message(const v1::Message& message) {
    v1::Message stored = message;
    stored.clear_seq();
    stored.clear_kind();
    stored.clear_target_seq();
    stored.clear_stored_at();
    stored.clear_delivery_state();
    return stored.SerializeAsString();
}

Result<v1::Message> decode_message(const std::string& entry, std::int64_t seq) {
    const auto first = entry.find('|');
    const auto second = first == std::string::npos ? first : entry.find('|', first + 1);
    const auto third = second == std::string::npos ? second : entry.find('|', second + 1);
    v1::Message message;
    if (third == std::string::npos || first != 1 || !message.ParseFromString(entry.substr(third + 1))) {
        return internal("message " + std::to_string(seq) + " cannot be read");
    }
    message.set_seq(seq);
    message.set_kind(kind_of(entry[0]));
    message.set_target_seq(std::atoll(entry.substr(first + 1, second - first - 1).c_str()));
    set_time(message.mutable_stored_at(), std::atoll(entry.substr(second + 1, third - second - 1).c_str()));
    return message;
}

v1::Event decode_event(const std::string& stream_id,
                       const std::vector<std::pair<std::string, std::string>>& fields) {
    v1::Event event;
    set_time(event.mutable_at(), std::atoll(stream_id.c_str()));
    for (const auto& [name, value] : fields) {
        if (name == "t") event.set_type(value);
        if (name == "c") event.set_conversation(value);
        if (name == "v") event.set_version(std::atoll(value.c_str()));
        if (name == "a") event.set_actor(value);
        if (name == "q") event.set_seq(std::atoll(value.c_str()));
        if (name == "x") event.set_detail(value);
        if (name == "d" && !value.empty()) {
            const auto bar = value.find('|');
            event.set_delivery(value.substr(0, bar));
            event.set_delivery_state(delivery_state_of(value.substr(bar + 1)));
        }
        if (name == "s") {
            auto parts = split(value, '|');
            parts.resize(6);
            event.set_team(parts[0]);
            event.set_language(parts[1]);
            event.set_channel(parts[2]);
            event.set_visibility(parts[3] == "public"    ? v1::VISIBILITY_PUBLIC
                                 : parts[3] == "private" ? v1::VISIBILITY_PRIVATE
                                                         : v1::VISIBILITY_UNSPECIFIED);
            event.set_state(state_of(parts[4]));
            event.set_owner(parts[5]);
        }
    }
    return event;
}

std::string workspace_of(const std::vector<std::pair<std::string, std::string>>& event_fields) {
    for (const auto& [name, value] : event_fields) {
        if (name == "w") return value;
    }
    return {};
}

bool scope_allows(const std::string& scope, const std::string& team, const std::string& channel,
                  bool is_public) {
    if (scope == "*") return true;
    for (const auto& entry : split(scope, ';')) {
        const auto parts = split(entry, '/');
        if (parts.size() == 3 && listed(parts[0], team) && listed(parts[1], channel) &&
            listed(parts[2], is_public ? "public" : "private")) {
            return true;
        }
    }
    return false;
}

}  // namespace guichet::store
