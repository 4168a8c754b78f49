#include "services/inbox/listed.hpp"

#include "common/privacy/personal_data.hpp"

namespace guichet::inbox {

void mask_listed(v1::Conversation& conversation) {
    if (conversation.has_call_back()) {
        auto& call = *conversation.mutable_call_back();
        call.set_number(privacy::mask_value(privacy::Kind::phone, call.number()));
        call.set_wanted(privacy::mask(call.wanted()));
    }
    if (conversation.visibility() != v1::VISIBILITY_PUBLIC) return;
    conversation.set_preview(privacy::mask(conversation.preview()));
}

}  // namespace guichet::inbox
