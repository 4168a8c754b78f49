#pragma once
// Those who ask for the same of the log. What they asked for is held for a moment and leaves for all of them
// together: one timer and one text, however many they are. Io thread.
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/runtime/event.hpp"
#include "guichet/v1/inbox.pb.h"
#include "services/inbox/filter.hpp"
#include "services/inbox/logged_event.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

// What leaves together. Never empty.
class Packet {
  public:
    // Between `after` and the first of the events nothing was asked for, nor between the last and `upto`.
    Packet(std::vector<LoggedEventPtr> events, streams::EntryId after, streams::EntryId upto)
        : events_(std::move(events)), after_(after), upto_(upto) {}

    const std::vector<LoggedEventPtr>& events() const { return events_; }
    streams::EntryId upto() const { return upto_; }
    // All of it, and nothing else, comes next for who has everything until `last`.
    bool comes_after(streams::EntryId last) const { return after_ <= last && last < events_.front()->id; }
    // A WatchResponse, serialized, with its cursors in this incarnation of the log; made once as long as all
    // ask for the same.
    const std::string& answer(const std::string& incarnation);

  private:
    std::vector<LoggedEventPtr> events_;
    streams::EntryId after_;
    streams::EntryId upto_;
    std::string incarnation_;
    std::string answer_;
};
using PacketPtr = std::shared_ptr<Packet>;

// What one watcher has not sent yet.
struct Mailbox {
    std::size_t most = 1000;
    std::deque<LoggedEventPtr> events;
    // What `events` are where they are one packet.
    PacketPtr whole;
    // Asked first while nothing waits: true when the packet has gone on at once, and nobody need wake for it.
    std::function<bool(const PacketPtr&)> take;
    // Events were dropped, or the log has a gap: what follows is not what came next.
    bool overflowed = false;
    runtime::Event arrived;

    void put(const PacketPtr& packet);
    void lose();
};
using MailboxPtr = std::shared_ptr<Mailbox>;

class Audience : public std::enable_shared_from_this<Audience> {
  public:
    // `most`: events that wait, in it and in each mailbox.
    Audience(asio::any_io_executor executor, const Clock& clock, std::string workspace, EventFilter filter,
             std::size_t most);

    // Told of what is read from now on, for as long as the mailbox lives.
    MailboxPtr join();
    const EventFilter& filter() const { return filter_; }
    std::size_t size() const;
    // The next events of the log, of all workspaces.
    void hear(const std::vector<LoggedEventPtr>& events);
    // Something is missing in what it hears.
    void lose();
    // Whatever was asked for until here has left, or waits in the mailboxes.
    streams::EntryId told() const { return told_; }

  private:
    std::vector<MailboxPtr> present();
    static asio::awaitable<void> leave(std::shared_ptr<Audience> self);

    asio::any_io_executor executor_;
    const Clock& clock_;
    const std::string workspace_;
    const EventFilter filter_;
    const std::size_t most_;
    std::vector<std::weak_ptr<Mailbox>> members_;
    std::vector<LoggedEventPtr> waiting_;
    streams::EntryId heard_;
    streams::EntryId told_;
    // When the last packet left; later than that where the io thread was late.
    std::chrono::nanoseconds left_at_;
    bool leaving_ = false;
};

}  // namespace guichet::inbox
