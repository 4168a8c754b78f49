#pragma once
// One reader of the log for all watchers of this process. Each event is decoded once and shared; only those
// who asked for it are woken. A watcher whose buffer is full is told to resync instead of being waited for.
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "common/runtime/event.hpp"
#include "common/service/context.hpp"
#include "common/streams/tailer.hpp"
#include "guichet/v1/events.pb.h"
#include "services/inbox/filter.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

struct LoggedEvent {
    streams::EntryId id;
    std::string workspace;
    v1::Event event;
};
using LoggedEventPtr = std::shared_ptr<const LoggedEvent>;

// From a stream's entry.
LoggedEventPtr to_logged(const streams::Entry& entry);

class Hub {
  public:
    // What one watcher has not sent yet. Belongs to the io thread.
    struct Mailbox {
        std::string workspace;
        int partition = 0;
        EventFilter filter;
        std::size_t most = 1000;
        std::deque<LoggedEventPtr> events;
        // Last event that was looked at, whether it is among them or nobody asked for it.
        streams::EntryId seen;
        // Events were dropped, or the log has a gap: what follows is not what came next.
        bool overflowed = false;
        runtime::Event arrived;
    };
    using MailboxPtr = std::shared_ptr<Mailbox>;

    explicit Hub(service::Context& context);
    void start();
    asio::awaitable<void> stop();

    // Delivers from now on, for as long as the mailbox lives.
    MailboxPtr subscribe(const std::string& workspace, int partition, EventFilter filter);
    std::size_t watchers() const { return mailboxes_.size(); }
    // Last entry delivered; empty while not known.
    std::string position(int partition) const;

  private:
    void put(Mailbox& mailbox, const std::vector<LoggedEventPtr>& events);
    asio::awaitable<Result<void>> deliver(int partition, std::vector<streams::Entry> entries);
    asio::awaitable<void> gap(streams::Gap gap);

    service::Context& context_;
    std::multimap<int, std::weak_ptr<Mailbox>> mailboxes_;
    std::unique_ptr<streams::Tailer> tailer_;
};

}  // namespace guichet::inbox
