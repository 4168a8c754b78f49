#include "services/inbox/logged_event.hpp"

#include "common/store/records.hpp"
#include "services/inbox/cursor.hpp"

namespace guichet::inbox {

LoggedEventPtr to_logged(const streams::Entry& entry) {
    auto logged = std::make_shared<LoggedEvent>();
    logged->id = streams::EntryId::parse(entry.id).value_or(streams::EntryId{});
    logged->workspace = store::workspace_of(entry.fields);
    logged->event = store::decode_event(entry.id, entry.fields);
    return logged;
}

std::string watch_cursor(const std::string& incarnation, const streams::EntryId& id) {
    return make_cursor({"w", incarnation, id.str()});
}

const v1::Event& LoggedEvent::within(const std::string& incarnation) const {
    if (incarnation != incarnation_) {
        incarnation_ = incarnation;
        sent_ = event;
        sent_.set_cursor(watch_cursor(incarnation, id));
    }
    return sent_;
}

}  // namespace guichet::inbox
