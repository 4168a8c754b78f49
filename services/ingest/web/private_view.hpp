#pragma once
// The private page: what of a conversation its customer may see, and how it looks. Pure.
#include <string>
#include <vector>

#include "guichet/v1/inbox.pb.h"
#include "services/ingest/web/form_model.hpp"
#include "services/ingest/web/page.hpp"

namespace guichet::ingest::web {

struct Bubble {
    std::int64_t seq = 0;
    bool ours = false;
    // Who signs: the persona; empty for the customer and where there is none.
    std::string name;
    std::string text;
    std::vector<std::string> attachments;
    TimeMs at = 0;
    bool edited = false;
    bool deleted = false;
};

// His own messages as they are now, and the answers that were sent. Never a note, never an answer that is
// held, waits for approval, failed or was cancelled; never who of us wrote it.
std::vector<Bubble> visible(const v1::GetConversationResponse& conversation);
// Changes exactly when what is visible does.
std::string fingerprint(const std::vector<Bubble>& bubbles);

struct PrivateView {
    Frame frame;
    // "/p/<token>"
    std::string base;
    std::string reference;
    std::vector<Bubble> bubbles;
    bool earlier = false;
    std::string token;
    // What was typed and could not be stored, and why.
    std::string draft;
    std::vector<FieldError> errors;
};
std::string render_conversation(const PrivateView& view);
// Asks for the button: GET spends nothing.
std::string render_door(const Frame& frame, const std::string& base);
// {"state": "...", "messages": [{"seq", "ours", "name", "text", "at", ...}]}
std::string bubbles_json(const std::vector<Bubble>& bubbles, const Texts& texts);

}  // namespace guichet::ingest::web
