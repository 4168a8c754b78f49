#pragma once
// A message that a platform gave when it was asked and that cannot be taken in: there is no body to keep, so
// the dead letter's is the message itself, as JSON that a supervisor can read.
#include <string>

#include "common/core/status.hpp"
#include "guichet/v1/ingest.pb.h"

namespace guichet::ingest {

// Before the channel, in the dead letter's source.
inline constexpr char kEventSource[] = "event:";

// Texts are well-formed UTF-8 afterwards; that of the message has at most `text` bytes.
std::string encode_dead_event(v1::InboundMessage message, std::size_t text);
// INVALID_ARGUMENT when it is none.
Result<v1::InboundMessage> decode_dead_event(const std::string& body);

}  // namespace guichet::ingest
