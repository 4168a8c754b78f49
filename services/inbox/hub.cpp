#include "services/inbox/hub.hpp"

#include <algorithm>
#include <optional>

#include "common/store/keys.hpp"
#include "common/store/records.hpp"
#include "services/inbox/cursor.hpp"

namespace guichet::inbox {
namespace {

// Equal for those who get the same events.
std::string asked_for(const EventFilter& filter) {
    auto request = filter.request;
    request.clear_cursor();
    const auto& owners = filter.request.filter().owners();
    const bool own = std::find(owners.begin(), owners.end(), "me") != owners.end();
    return filter.scope + '\n' + (own ? filter.caller : std::string()) + '\n' + request.SerializeAsString();
}

}  // namespace

LoggedEventPtr to_logged(const streams::Entry& entry) {
    auto logged = std::make_shared<LoggedEvent>();
    logged->id = streams::EntryId::parse(entry.id).value_or(streams::EntryId{});
    logged->workspace = store::workspace_of(entry.fields);
    logged->event = store::decode_event(entry.id, entry.fields);
    return logged;
}

const v1::Event& LoggedEvent::within(const std::string& incarnation) const {
    if (incarnation != incarnation_) {
        incarnation_ = incarnation;
        sent_ = event;
        sent_.set_cursor(make_cursor({"w", incarnation, id.str()}));
    }
    return sent_;
}

Hub::Hub(service::Context& context) : context_(context) {
    streams::TailerOptions options;
    options.name = "guichet-watch";
    options.stream_key = [](int partition) { return store::events_key(store::Partition(partition)); };
    streams::TailerHandlers handlers;
    handlers.deliver = [this](int partition, std::vector<streams::Entry> entries) {
        return deliver(partition, std::move(entries));
    };
    handlers.gap = [this](streams::Gap missing) { return gap(missing); };
    auto reader = context_.redis;
    reader.name = "guichet-watch";
    tailer_ = std::make_unique<streams::Tailer>(context_.executor, std::move(reader), context_.store.client(),
                                                std::move(options), std::move(handlers), context_.clock,
                                                context_.random);
}

void Hub::start() {
    streams::Tailer::Positions from;
    for (int partition = 0; partition < context_.store.partitions(); ++partition) from[partition] = "$";
    tailer_->start(std::move(from));
}

asio::awaitable<void> Hub::stop() {
    return tailer_->stop();
}

void Hub::forget_who_left() {
    for (auto at = audiences_.begin(); at != audiences_.end();) {
        std::erase_if(at->second, [](const auto& mailbox) { return mailbox.expired(); });
        at = at->second.empty() ? audiences_.erase(at) : std::next(at);
    }
}

std::size_t Hub::watchers() const {
    std::size_t sum = 0;
    for (const auto& [place, audience] : audiences_) sum += audience.size();
    return sum;
}

Hub::MailboxPtr Hub::subscribe(const std::string& workspace, int partition, EventFilter filter) {
    forget_who_left();
    auto mailbox = std::make_shared<Mailbox>();
    mailbox->workspace = workspace;
    mailbox->filter = std::move(filter);
    mailbox->most = static_cast<std::size_t>(context_.settings.inbox.watch_buffer);
    audiences_[{partition, workspace, asked_for(mailbox->filter)}].push_back(mailbox);
    return mailbox;
}

std::string Hub::position(int partition) const {
    const auto positions = tailer_->positions();
    const auto found = positions.find(partition);
    return found == positions.end() || found->second == "$" ? std::string() : found->second;
}

void Hub::put(Mailbox& mailbox, const std::vector<LoggedEventPtr>& events) {
    for (const auto& event : events) {
        if (mailbox.events.size() >= mailbox.most) {
            mailbox.events.clear();
            mailbox.overflowed = true;
        }
        mailbox.events.push_back(event);
    }
    if (!events.empty() || mailbox.overflowed) mailbox.arrived.notify_all();
}

void Hub::tell(Audience& audience, const std::string& workspace, const std::vector<LoggedEventPtr>& events) {
    std::erase_if(audience, [](const auto& mailbox) { return mailbox.expired(); });
    const auto first = audience.empty() ? nullptr : audience.front().lock();
    if (!first) return;
    std::optional<streams::EntryId> seen;
    std::vector<LoggedEventPtr> wanted;
    for (const auto& event : events) {
        if (event->workspace != workspace) continue;
        seen = event->id;
        if (matches(first->filter, event->event)) wanted.push_back(event);
    }
    if (!seen) return;
    for (const auto& each : audience) {
        const auto mailbox = each.lock();
        if (!mailbox) continue;
        mailbox->seen = *seen;
        put(*mailbox, wanted);
    }
}

asio::awaitable<Result<void>> Hub::deliver(int partition, std::vector<streams::Entry> entries) {
    std::vector<LoggedEventPtr> events;
    events.reserve(entries.size());
    for (const auto& entry : entries) events.push_back(to_logged(entry));
    for (auto& [place, audience] : audiences_) {
        if (place.partition == partition) tell(audience, place.workspace, events);
    }
    co_return Result<void>{};
}

asio::awaitable<void> Hub::gap(streams::Gap gap) {
    for (const auto& [place, audience] : audiences_) {
        if (place.partition != gap.partition) continue;
        for (const auto& each : audience) {
            const auto mailbox = each.lock();
            if (!mailbox) continue;
            mailbox->overflowed = true;
            mailbox->arrived.notify_all();
        }
    }
    co_return;
}

}  // namespace guichet::inbox
