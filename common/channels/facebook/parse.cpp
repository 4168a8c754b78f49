#include "common/channels/facebook/parse.hpp"

#include "common/channels/facebook/json_fields.hpp"
#include "common/channels/facebook/parse_feed.hpp"
#include "common/channels/facebook/parse_messaging.hpp"

namespace guichet::channels::facebook {
namespace {

using Read = void (*)(const Page&, TimeMs, const json::object&, Events&);

// False: too many.
bool read_updates(const Page& own, const json::object& entry, const char* name, Read read,
                  std::size_t& updates, Events& to) {
    const auto* list = array_in(entry, name);
    if (!list) return true;
    updates += list->size();
    if (updates > kMaxUpdates) return false;
    Page page;
    page.id = text_in(entry, "id");
    if (own.id.empty() || own.id == page.id) page.name = own.name;
    const auto at = time_in(entry, "time");
    for (const auto& item : *list) {
        if (const auto* update = item.if_object()) read(page, at, *update, to);
    }
    return true;
}

}  // namespace

Result<Events> parse_webhook(const Page& own, std::string_view body) {
    json::monotonic_resource arena;
    const auto root = read_object(body, &arena);
    if (!root) return root.error();
    const auto& all = root->get_object();
    if (text_in(all, "object") != "page") return invalid("object", "\"object\" is not \"page\"");
    const auto* entries = array_in(all, "entry");
    if (!entries) return invalid("entry", "\"entry\" is not a list");
    Events events;
    std::size_t updates = 0;
    for (const auto& item : *entries) {
        const auto* entry = item.if_object();
        if (!entry) continue;
        if (!read_updates(own, *entry, "changes", read_change, updates, events) ||
            !read_updates(own, *entry, "messaging", read_messaging, updates, events)) {
            return invalid("entry", "the body holds more than " + std::to_string(kMaxUpdates) + " updates");
        }
    }
    return events;
}

}  // namespace guichet::channels::facebook
