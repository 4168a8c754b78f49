#include "services/ingest/dead_event.hpp"

#include <vector>

#include "common/core/bytes.hpp"
#include "common/rpc/json.hpp"

namespace guichet::ingest {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void repair_field(Message& message, const FieldDescriptor& field);

void repair_texts(Message& message) {
    std::vector<const FieldDescriptor*> set;
    message.GetReflection()->ListFields(message, &set);
    for (const auto* field : set) repair_field(message, *field);
}

void repair_field(Message& message, const FieldDescriptor& field) {
    const auto& reflection = *message.GetReflection();
    const int count = field.is_repeated() ? reflection.FieldSize(message, &field) : 0;
    if (field.type() == FieldDescriptor::TYPE_STRING) {
        for (int i = 0; i < count; ++i) {
            reflection.SetRepeatedString(&message, &field, i,
                                         repair_utf8(reflection.GetRepeatedString(message, &field, i)));
        }
        if (!field.is_repeated())
            reflection.SetString(&message, &field, repair_utf8(reflection.GetString(message, &field)));
    } else if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
        for (int i = 0; i < count; ++i) repair_texts(*reflection.MutableRepeatedMessage(&message, &field, i));
        if (!field.is_repeated()) repair_texts(*reflection.MutableMessage(&message, &field));
    }
}

}  // namespace

std::string encode_dead_event(v1::InboundMessage message, std::size_t text) {
    repair_texts(message);
    message.set_text(truncate_utf8(message.text(), text));
    return rpc::message_to_json(message);
}

Result<v1::InboundMessage> decode_dead_event(const std::string& body) {
    auto bytes = rpc::json_to_bytes(*v1::InboundMessage::descriptor(), body);
    if (!bytes) return bytes.error();
    v1::InboundMessage message;
    if (!message.ParseFromString(*bytes)) return invalid("body", "the dead letter holds no message");
    return message;
}

}  // namespace guichet::ingest
