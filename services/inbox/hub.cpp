#include "services/inbox/hub.hpp"

#include "common/store/keys.hpp"
#include "common/store/records.hpp"

namespace guichet::inbox {

LoggedEventPtr to_logged(const streams::Entry& entry) {
    auto logged = std::make_shared<LoggedEvent>();
    logged->id = streams::EntryId::parse(entry.id).value_or(streams::EntryId{});
    logged->workspace = store::workspace_of(entry.fields);
    logged->event = store::decode_event(entry.id, entry.fields);
    return logged;
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

Hub::MailboxPtr Hub::subscribe(const std::string& workspace, int partition, EventFilter filter) {
    std::erase_if(mailboxes_, [](const auto& entry) { return entry.second.expired(); });
    auto mailbox = std::make_shared<Mailbox>();
    mailbox->workspace = workspace;
    mailbox->partition = partition;
    mailbox->filter = std::move(filter);
    mailbox->most = static_cast<std::size_t>(context_.settings.inbox.watch_buffer);
    mailboxes_.emplace(partition, mailbox);
    return mailbox;
}

std::string Hub::position(int partition) const {
    const auto positions = tailer_->positions();
    const auto found = positions.find(partition);
    return found == positions.end() || found->second == "$" ? std::string() : found->second;
}

void Hub::put(Mailbox& mailbox, const std::vector<LoggedEventPtr>& events) {
    const auto waiting = mailbox.events.size();
    for (const auto& event : events) {
        if (event->workspace != mailbox.workspace) continue;
        mailbox.seen = event->id;
        if (!matches(mailbox.filter, event->event)) continue;
        if (mailbox.events.size() >= mailbox.most) {
            mailbox.events.clear();
            mailbox.overflowed = true;
        }
        mailbox.events.push_back(event);
    }
    if (mailbox.events.size() != waiting || mailbox.overflowed) mailbox.arrived.notify_all();
}

asio::awaitable<Result<void>> Hub::deliver(int partition, std::vector<streams::Entry> entries) {
    std::vector<LoggedEventPtr> events;
    events.reserve(entries.size());
    for (const auto& entry : entries) events.push_back(to_logged(entry));
    const auto [first, last] = mailboxes_.equal_range(partition);
    for (auto at = first; at != last;) {
        const auto mailbox = at->second.lock();
        if (!mailbox) {
            at = mailboxes_.erase(at);
            continue;
        }
        put(*mailbox, events);
        ++at;
    }
    co_return Result<void>{};
}

asio::awaitable<void> Hub::gap(streams::Gap gap) {
    const auto [first, last] = mailboxes_.equal_range(gap.partition);
    for (auto at = first; at != last; ++at) {
        if (const auto mailbox = at->second.lock()) {
            mailbox->overflowed = true;
            mailbox->arrived.notify_all();
        }
    }
    co_return;
}

}  // namespace guichet::inbox
