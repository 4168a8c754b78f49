#pragma once
// One reader of the log for all watchers of this process. Each event is decoded once, held once against what
// those who ask for the same ask for, and shared; only those who asked for it are woken. A watcher whose
// buffer is full is told to resync instead of being waited for.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/service/context.hpp"
#include "common/streams/tailer.hpp"
#include "services/inbox/audience.hpp"

namespace guichet::inbox {

class Hub {
  public:
    // Of one watcher.
    struct Seat {
        std::shared_ptr<Audience> audience;
        MailboxPtr mailbox;
    };

    explicit Hub(service::Context& context);
    void start();
    asio::awaitable<void> stop();

    // Delivers from now on, for as long as the mailbox lives.
    Seat subscribe(const std::string& workspace, int partition, EventFilter filter);
    std::size_t watchers() const;
    // Last entry delivered; empty while not known.
    std::string position(int partition) const;

  private:
    struct Place {
        int partition = 0;
        std::string workspace;
        std::string asked;
        auto operator<=>(const Place&) const = default;
    };

    void forget_who_left();
    asio::awaitable<Result<void>> deliver(int partition, std::vector<streams::Entry> entries);
    asio::awaitable<void> gap(streams::Gap gap);

    service::Context& context_;
    std::map<Place, std::shared_ptr<Audience>> audiences_;
    std::unique_ptr<streams::Tailer> tailer_;
};

}  // namespace guichet::inbox
