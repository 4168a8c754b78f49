#pragma once
// One reader of the log for all watchers of this process. Each event is decoded once, held once against what
// those who ask for the same ask for, and shared; only those who asked for it are woken. A watcher whose
// buffer is full is told to resync instead of being waited for.
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

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

    // With its cursor in this incarnation of the log; made when the first watcher sends it. Io thread.
    const v1::Event& within(const std::string& incarnation) const;

  private:
    mutable std::string incarnation_;
    mutable v1::Event sent_;
};
using LoggedEventPtr = std::shared_ptr<const LoggedEvent>;

// From a stream's entry.
LoggedEventPtr to_logged(const streams::Entry& entry);

class Hub {
  public:
    // What one watcher has not sent yet. Belongs to the io thread.
    struct Mailbox {
        std::string workspace;
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
    std::size_t watchers() const;
    // Last entry delivered; empty while not known.
    std::string position(int partition) const;

  private:
    // All who ask for the same.
    using Audience = std::vector<std::weak_ptr<Mailbox>>;
    struct Place {
        int partition = 0;
        std::string workspace;
        std::string asked;
        auto operator<=>(const Place&) const = default;
    };

    static void put(Mailbox& mailbox, const std::vector<LoggedEventPtr>& events);
    static void tell(Audience& audience, const std::string& workspace,
                     const std::vector<LoggedEventPtr>& events);
    void forget_who_left();
    asio::awaitable<Result<void>> deliver(int partition, std::vector<streams::Entry> entries);
    asio::awaitable<void> gap(streams::Gap gap);

    service::Context& context_;
    std::map<Place, Audience> audiences_;
    std::unique_ptr<streams::Tailer> tailer_;
};

}  // namespace guichet::inbox
