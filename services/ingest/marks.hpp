#pragma once
// What a message tells of its author: by it other contacts that are likely the same person are found. Pure.
#include <vector>

#include "common/store/types.hpp"
#include "guichet/v1/admin.pb.h"
#include "guichet/v1/ingest.pb.h"

namespace guichet::ingest {

inline constexpr std::size_t kMostMarks = 8;  // of one message

// "mail" (lower case; proven when he wrote from it), "phone" (as it is dialled), "order" (of a field, or
// where the text says that it is one), "name_town" (name and town, folded, of a form's fields). Nothing of
// his name alone: too many share it.
std::vector<store::ContactMark> marks_of(const v1::InboundMessage& message, const v1::Channel& channel);

}  // namespace guichet::ingest
