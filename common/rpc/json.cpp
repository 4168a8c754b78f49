#include "common/rpc/json.hpp"

#include <memory>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include "common/core/bytes.hpp"
#include "common/obs/json_text.hpp"
#include "common/rpc/status_map.hpp"
#include "guichet/v1/types.pb.h"

namespace guichet::rpc {

namespace {

std::unique_ptr<google::protobuf::Message> make(const google::protobuf::Descriptor& type) {
    const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
    return std::unique_ptr<google::protobuf::Message>(prototype->New());
}

bool too_deep(std::string_view json) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kMaxJsonDepth) return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

// The parser words its errors "(message.author) nme: Cannot find field.": the path and the name are the
// field.
std::string field_of(std::string_view text) {
    std::string path;
    if (!text.empty() && text.front() == '(') {
        const auto close = text.find(')');
        if (close == std::string_view::npos) return {};
        path = text.substr(1, close - 1);
        text.remove_prefix(close + 1);
        if (!text.empty() && text.front() == ':') text.remove_prefix(1);
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    }
    const auto name = text.substr(0, text.find(": "));
    if (name.size() < text.size() && !name.empty() && name.find(' ') == std::string_view::npos) {
        if (!path.empty()) path += '.';
        path += name;
    }
    return path;
}

}  // namespace

Result<std::string> json_to_bytes(const google::protobuf::Descriptor& type, std::string_view json) {
    if (!valid_utf8(json)) return invalid("", "the JSON is not UTF-8");
    if (too_deep(json)) {
        return invalid("", "the JSON is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
    }
    if (json.empty()) return std::string();
    const auto message = make(type);
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = false;
    const auto parsed =
        google::protobuf::util::JsonStringToMessage(std::string(json), message.get(), options);
    if (!parsed.ok()) {
        // Of several lines, the rest only points at the place in the text.
        std::string why(parsed.message().data(), parsed.message().size());
        why = why.substr(0, why.find('\n'));
        return invalid(field_of(why),
                       "the JSON is not a " + type.full_name() + ": " + truncate_utf8(why, 300));
    }
    return message->SerializeAsString();
}

Result<std::string> bytes_to_json(const google::protobuf::Descriptor& type, const std::string& bytes) {
    const auto message = make(type);
    if (!message->ParseFromString(bytes)) return internal("the answer is not a " + type.full_name());
    return message_to_json(*message);
}

std::string message_to_json(const google::protobuf::Message& message) {
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(message, &json).ok()) return "{}";
    return json;
}

std::string json_string(std::string_view text) {
    std::string out;
    obs::append_json_string(out, text);
    return out;
}

std::string error_to_json(const Status& status) {
    std::string out = "{\"code\":" + json_string(connect_code(status.code));
    if (!status.message.empty()) {
        out += ",\"message\":" + json_string(truncate_utf8(status.message, kMaxMessageBytes));
    }
    const auto detail = to_detail(status);
    const auto bytes = detail.SerializeAsString();
    if (!bytes.empty()) {
        auto value = base64(bytes);
        while (!value.empty() && value.back() == '=') value.pop_back();
        out += ",\"details\":[{\"type\":\"guichet.v1.ErrorDetail\",\"value\":" + json_string(value) +
               ",\"debug\":" + message_to_json(detail) + "}]";
    }
    out += '}';
    return out;
}

}  // namespace guichet::rpc
