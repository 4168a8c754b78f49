#pragma once
// Asks for news the channels that have to be asked: of every workspace whose partition of ingest's work this
// process holds, so that a channel is asked by one process.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/runtime/timer.hpp"
#include "common/streams/partitions.hpp"
#include "services/ingest/accounts.hpp"
#include "services/ingest/channel_poll.hpp"

namespace guichet::ingest {

class Poller final : public streams::Partitions::Subscriber {
  public:
    // All of it outlives the poller.
    Poller(service::Context& context, Accounts& accounts, Events& events,
           const channels::Registry& connectors, streams::Partitions& partitions, const PollOptions& options);
    ~Poller() override;
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    void start();
    // Nothing is asked any more; what is being stored is stored.
    asio::awaitable<void> stop();

    void partitions_changed() override;
    bool busy(int partition) const override;

  private:
    // Workspace and channel.
    using Name = std::pair<WorkspaceId, std::string>;
    struct Running {
        int partition = 0;
        std::uint64_t fence = 0;
        std::shared_ptr<ChannelPoll> poll;
    };
    struct Wanted {
        access::ChannelPtr channel;
        channels::Connector* connector = nullptr;
        int partition = 0;
        std::uint64_t fence = 0;
    };

    asio::awaitable<void> look();
    asio::awaitable<Result<std::map<Name, Wanted>>> wanted();
    void stop_unwanted(const std::map<Name, Wanted>& wanted);
    void start_wanted(const std::map<Name, Wanted>& wanted);
    void report(std::size_t wanted);
    // Cursors and health of channels that are gone, of the workspaces that this process asks for.
    asio::awaitable<Status> sweep();
    asio::awaitable<Status> sweep(WorkspaceId workspace);

    service::Context& context_;
    Accounts& accounts_;
    Events& events_;
    const channels::Registry& connectors_;
    streams::Partitions& partitions_;
    const PollOptions options_;
    obs::Family<obs::Counter> failures_;
    obs::Gauge asked_;
    access::ChannelHealth health_;
    std::optional<std::chrono::nanoseconds> swept_;
    std::map<Name, Running> running_;
    std::string reported_;
    std::unique_ptr<runtime::Periodic> periodic_;
};

}  // namespace guichet::ingest
