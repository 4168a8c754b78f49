#pragma once
// The private page: what of a conversation its customer may see, and how it looks. Pure.
#include <optional>
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
// Of a link that stood in public: how far its visitor is.
struct ProofView {
    enum class State { waiting, expired, exhausted, proven };
    State state = State::waiting;
    // "K7M-4QX"
    std::string code;
    TimeMs until = 0;
    // proven: what was said in public.
    std::vector<Bubble> history;
};
// Says the state, never the code.
const char* to_string(ProofView::State state);

// Changes exactly when what is visible does. `proof`: to_string() of a visitor's state, else empty.
std::string fingerprint(const std::vector<Bubble>& bubbles, const std::string& proof = {});

struct PrivateView {
    Frame frame;
    // "/p/<token>"
    std::string base;
    std::string reference;
    std::vector<Bubble> bubbles;
    bool earlier = false;
    // Set where the link stood in public.
    std::optional<ProofView> proof;
    std::string token;
    // What was typed and could not be stored, and why.
    std::string draft;
    std::vector<FieldError> errors;
};
std::string render_conversation(const PrivateView& view);
// Asks for the button: GET spends nothing.
std::string render_door(const Frame& frame, const std::string& base, bool in_public = false);
// {"state": "...", "proof": "...", "messages": [{"seq", "ours", "name", "text", "at", ...}]}
std::string bubbles_json(const std::vector<Bubble>& bubbles, const Texts& texts,
                         const std::string& proof = {});

}  // namespace guichet::ingest::web
