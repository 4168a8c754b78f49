#include "common/channels/facebook/direct_event.hpp"

#include <utility>

#include "common/channels/facebook/ids.hpp"
#include "common/channels/facebook/json_fields.hpp"

namespace guichet::channels::facebook {

Event direct_event(const Page& page, DirectMessage direct) {
    Event event;
    event.kind = direct.own ? Event::Kind::own : Event::Kind::message;
    event.account = page.id;
    auto& message = event.message;
    message.set_kind(direct.kind);
    message.set_visibility(v1::VISIBILITY_PRIVATE);
    message.set_thread(direct_thread(direct.person));
    if (direct.id.empty()) direct.id = message.thread() + "|" + std::to_string(direct.at);
    message.set_external_id(std::move(direct.id));
    message.mutable_author()->set_external_id(std::move(direct.person));
    message.mutable_author()->set_name(one_line(std::move(direct.person_name)));
    message.set_text(std::move(direct.text));
    message.set_reply_to(std::move(direct.reply_to));
    if (direct.at > 0) set_time(direct.at, message.mutable_created_at());
    // Whether an edit bears its own time or that of the message is not documented: with its number it is
    // newer than the one before in both cases.
    if (direct.kind == v1::INBOUND_KIND_EDITED) message.set_ordinal(direct.at + direct.edition);
    add_media(direct.media, message);
    return event;
}

}  // namespace guichet::channels::facebook
