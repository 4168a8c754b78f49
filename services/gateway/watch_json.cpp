#include "services/gateway/watch_json.hpp"

#include <optional>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "common/rpc/json.hpp"
#include "guichet/v1/inbox.pb.h"

namespace guichet::gateway {
namespace {

using google::protobuf::internal::WireFormatLite;

constexpr auto kEvents =
    WireFormatLite::MakeTag(v1::WatchResponse::kEventsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr auto kCursor =
    WireFormatLite::MakeTag(v1::WatchResponse::kCursorFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr auto kResync =
    WireFormatLite::MakeTag(v1::WatchResponse::kResyncFieldNumber, WireFormatLite::WIRETYPE_VARINT);

void add(std::string& json, std::string_view name, std::string_view value) {
    json += json.empty() ? "{\"" : ",\"";
    json.append(name).append("\":").append(value);
}

}  // namespace

const std::string* WatchJson::words_of(std::string_view event) {
    const auto known = words_.find(event);
    if (known != words_.end()) return &known->second;
    auto json = rpc::bytes_to_json(*v1::Event::descriptor(), std::string(event));
    if (!json) return nullptr;
    if (words_.size() >= most_) {
        words_.erase(*order_.front());
        order_.pop_front();
    }
    const auto added = words_.emplace(event, std::move(*json)).first;
    order_.push_back(&added->first);
    return &added->second;
}

Result<WatchJson::Text> WatchJson::operator()(const std::string& bytes) {
    const auto hash = std::hash<std::string>()(bytes);
    for (const auto& known : whole_) {
        if (known.hash == hash && known.bytes == bytes) return known.text;
    }
    auto json = put_together(bytes);
    if (!json) return json.error();
    auto text = std::make_shared<const std::string>(std::move(*json));
    if (whole_.size() >= kMostWhole) whole_.pop_back();
    whole_.push_front({hash, bytes, text});
    return text;
}

Result<std::string> WatchJson::put_together(const std::string& bytes) {
    google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                 static_cast<int>(bytes.size()));
    const auto part = [&]() -> std::optional<std::string_view> {
        std::uint32_t size = 0;
        if (!input.ReadVarint32(&size)) return {};
        const auto from = static_cast<std::size_t>(input.CurrentPosition());
        if (!input.Skip(static_cast<int>(size))) return {};
        return std::string_view(bytes).substr(from, size);
    };
    std::string events;
    std::string_view cursor;
    std::uint64_t resync = 0;
    while (const auto tag = input.ReadTag()) {
        if (tag == kEvents) {
            const auto event = part();
            const auto* words = event ? words_of(*event) : nullptr;
            if (words == nullptr) break;
            events.append(events.empty() ? "" : ",").append(*words);
        } else if (tag == kCursor) {
            const auto text = part();
            if (!text) break;
            cursor = *text;
        } else if (tag != kResync || !input.ReadVarint64(&resync)) {
            break;
        }
    }
    // Something that is not known here, or not well-formed.
    if (!input.ConsumedEntireMessage()) return rpc::bytes_to_json(*v1::WatchResponse::descriptor(), bytes);
    std::string json;
    if (!events.empty()) add(json, "events", "[" + events + "]");
    if (!cursor.empty()) add(json, "cursor", rpc::json_string(cursor));
    if (resync != 0) add(json, "resync", "true");
    return json.empty() ? "{}" : json + "}";
}

}  // namespace guichet::gateway
