#pragma once
// The custom channel's JSON. Pure.
#include <string_view>
#include <vector>

#include "common/core/status.hpp"
#include "guichet/v1/ingest.pb.h"

namespace guichet::channels {

inline constexpr std::size_t kMaxJsonDepth = 16;

// {"messages": [...]} or one message: guichet.v1.InboundMessage as protobuf writes it in JSON (names in
// camelCase or as in the .proto; enum values with or without their prefix, in any case; unknown names are
// passed over). INVALID_ARGUMENT when it is no well-formed UTF-8 JSON, nested deeper than kMaxJsonDepth, of a
// wrong type, or more than `max_messages`.
Result<std::vector<v1::InboundMessage>> parse_messages(std::string_view body,
                                                       std::size_t max_messages = 1'000);

// "2026-11-22T10:00:00.5+01:00" to milliseconds.
Result<std::int64_t> parse_time(std::string_view text);

}  // namespace guichet::channels
