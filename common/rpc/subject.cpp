#include "common/rpc/subject.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <google/protobuf/descriptor.h>

#include "common/core/bytes.hpp"

namespace guichet::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kMostSubject = 300;
constexpr std::string_view kNaming[] = {
    "agent",   "channel", "contact", "dead_letter", "delivery",   "erasure",   "from",
    "into",    "job",     "name",    "reply",       "escalation", "team",      "to_agent",
    "to_team", "token",   "case",    "user",        "view",       "workspace", "id"};

// An id as it is; words that somebody wrote are none.
std::string id_in(const Message& message, const FieldDescriptor& field) {
    if (field.is_repeated() || field.type() != FieldDescriptor::TYPE_STRING) return {};
    auto value = message.GetReflection()->GetString(message, &field);
    return valid_id(value) ? value : std::string();
}

std::string id_of_record(const Message& message, const FieldDescriptor& field) {
    if (field.is_repeated() || field.type() != FieldDescriptor::TYPE_MESSAGE) return {};
    const auto* id = field.message_type()->FindFieldByName("id");
    if (id == nullptr || !message.GetReflection()->HasField(message, &field)) return {};
    return id_in(message.GetReflection()->GetMessage(message, &field), *id);
}

bool names_something(const FieldDescriptor& field) {
    return std::find(std::begin(kNaming), std::end(kNaming), field.name()) != std::end(kNaming);
}

}  // namespace

std::string conversation_of(const Message& request) {
    const auto* field = request.GetDescriptor()->FindFieldByName("conversation");
    return field == nullptr ? std::string() : id_in(request, *field);
}

std::string subject_of(const Message& request) {
    std::string subject;
    const auto& descriptor = *request.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
        const auto& field = *descriptor.field(i);
        auto id = id_of_record(request, field);
        if (id.empty() && names_something(field)) id = id_in(request, field);
        if (id.empty()) continue;
        subject += (subject.empty() ? "" : ", ") + field.name() + " " + id;
    }
    return truncate_utf8(subject, kMostSubject);
}

std::string grant_of(const Caller& caller, const Scope& scope) {
    std::string roles;
    for (const auto& grant : caller.grants) {
        const std::string role = to_string(grant.role);
        if (roles.find(role) == std::string::npos) roles += (roles.empty() ? "" : "+") + role;
    }
    return truncate_utf8(roles + " " + scope.encode(), kMostSubject);
}

}  // namespace guichet::rpc
