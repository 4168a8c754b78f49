#pragma once
// From what a sender says to what the store takes. Pure: limits, defaults, words for what is wrong.
#include <optional>
#include <string>

#include "common/core/ids.hpp"
#include "common/core/status.hpp"
#include "common/store/types.hpp"
#include "guichet/v1/admin.pb.h"
#include "guichet/v1/ingest.pb.h"
#include "services/ingest/options.hpp"

namespace guichet::ingest {

struct Intake {
    // What a program sends must be right; what a person types is put right (UTF-8, lengths) where it can be.
    bool repair = false;
    // Attachments may name blobs: they were stored by ourselves.
    bool own_blobs = false;
    // Written on the page of a link that stood in public; never what a sender says of himself.
    std::optional<store::Claim> claim;
};

// INVALID_ARGUMENT names the field ("message.text"). A missing author is anonymous, a different one for each
// message; a missing thread is the author's; visibility is the channel's setting `visibility` ("public"),
// else private. `preferred_owner` is left for the caller to resolve.
Result<store::Inbound> normalise(const WorkspaceId& workspace, const v1::Channel& channel,
                                 v1::InboundMessage message, const Intake& intake,
                                 const MessageLimits& limits);

// Whether everybody sees it: as the message says, else the channel's setting.
bool is_public(const v1::InboundMessage& message, const v1::Channel& channel);

}  // namespace guichet::ingest
