#pragma once
// How much time a platform leaves, and how far ahead a board looks. Pure.
#include <chrono>

#include "common/channels/connector.hpp"
#include "guichet/v1/desk.pb.h"

namespace guichet::inbox {

// How long after his last word a customer can be answered in private on this channel; 0: for ever.
std::chrono::milliseconds reply_window(const channels::Connector& connector, const v1::Channel& channel,
                                       TimeMs now);

// At most a day; INVALID_ARGUMENT names the field.
Result<std::chrono::milliseconds> look_ahead(bool given, const google::protobuf::Duration& within,
                                             std::chrono::milliseconds otherwise, const char* field);

}  // namespace guichet::inbox
