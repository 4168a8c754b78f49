#include "common/channels/facebook/parse_messaging.hpp"

#include <algorithm>
#include <utility>

namespace guichet::channels::facebook {
namespace {

// The customer chat plugin knows guests by a reference instead of an id.
std::string id_of_party(const json::object& item, std::string_view name) {
    const auto* party = object_in(item, name);
    if (!party) return {};
    auto id = text_in(*party, "id");
    if (!id.empty()) return id;
    const auto reference = text_in(*party, "user_ref");
    return reference.empty() ? std::string() : "user_ref:" + reference;
}

std::string place_of(const json::object& payload) {
    const auto* coordinates = object_in(payload, "coordinates");
    return coordinates ? text_in(*coordinates, "lat") + "," + text_in(*coordinates, "long") : std::string();
}

std::vector<Media> read_media(const json::object& message) {
    std::vector<Media> all;
    const auto* list = array_in(message, "attachments");
    if (!list) return all;
    for (const auto& item : *list) {
        const auto* one = item.if_object();
        if (!one) continue;
        Media media;
        media.type = text_in(*one, "type");
        media.name = text_in(*one, "title");
        media.url = text_in(*one, "url");
        if (const auto* payload = object_in(*one, "payload")) {
            if (auto url = text_in(*payload, "url"); !url.empty()) media.url = std::move(url);
            if (media.name.empty()) media.name = text_in(*payload, "title");
            if (auto place = place_of(*payload); !place.empty()) media.name = std::move(place);
        }
        all.push_back(std::move(media));
    }
    return all;
}

void read_message_of(const json::object& message, DirectMessage& to) {
    to.id = text_in(message, "mid");
    to.text = text_in(message, "text");
    to.media = read_media(message);
    if (flag_in(message, "is_deleted")) to.kind = v1::INBOUND_KIND_DELETED;
    if (const auto* answered = object_in(message, "reply_to")) to.reply_to = text_in(*answered, "mid");
}

void read_edit(const json::object& edit, DirectMessage& to) {
    to.id = text_in(edit, "mid");
    to.text = text_in(edit, "text");
    to.kind = v1::INBOUND_KIND_EDITED;
    to.edition = std::clamp<std::int64_t>(integer_in(edit, "num_edit"), 0, 1000);
}

void read_postback(const json::object& postback, DirectMessage& to) {
    to.id = text_in(postback, "mid");
    to.text = text_in(postback, "title");
    if (to.text.empty()) to.text = text_in(postback, "payload");
}

}  // namespace

void read_messaging(const Page& page, TimeMs at, const json::object& item, Events& to) {
    const auto* message = object_in(item, "message");
    const auto* edit = object_in(item, "message_edit");
    const auto* postback = object_in(item, "postback");
    if (!message && !edit && !postback) return;
    DirectMessage direct;
    direct.at = time_in(item, "timestamp");
    if (direct.at == 0) direct.at = at;
    const auto sender = id_of_party(item, "sender");
    direct.own = sender == page.id || (message && flag_in(*message, "is_echo"));
    direct.person = direct.own ? id_of_party(item, "recipient") : sender;
    if (message) {
        read_message_of(*message, direct);
    } else if (edit) {
        read_edit(*edit, direct);
    } else {
        read_postback(*postback, direct);
    }
    // An edit or a deletion of nothing that can be named.
    if (direct.id.empty() && direct.kind != v1::INBOUND_KIND_CREATED) return;
    if (direct.person.empty()) direct.person = "unknown:" + direct.id;
    to.push_back(direct_event(page, std::move(direct)));
}

}  // namespace guichet::channels::facebook
