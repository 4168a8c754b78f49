#pragma once
// Asks one channel for news, page by page, for as long as it is not told to stop.
//
// The cursor is a document of its own, written after the page's events are stored: who dies in between is
// told them again, and they are stored once. It is written over the version that was read, so that of two
// processes that both believe the channel to be theirs only one goes on.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/access/channel_health.hpp"
#include "common/runtime/event.hpp"
#include "common/runtime/task.hpp"
#include "common/service/context.hpp"
#include "services/ingest/events.hpp"

namespace guichet::ingest {

class ChannelPoll : public std::enable_shared_from_this<ChannelPoll> {
  public:
    // All of it outlives the poll, the connector also what a pull leaves behind that does not end when it is
    // cancelled.
    struct Parts {
        service::Context& context;
        Events& events;
        channels::Connector& connector;
        const PollOptions& options;
        obs::Counter failures;
        access::ChannelHealth& health;
    };
    ChannelPoll(Parts parts, WorkspaceId workspace, access::ChannelPtr channel);

    void start();
    // What waits for news ends now; what is being stored is stored.
    void stop();
    bool done() const { return task_.done(); }
    asio::awaitable<bool> join(std::chrono::milliseconds limit) { return task_.join(limit); }

    const access::ChannelPtr& channel() const { return channel_; }
    // "main.support"
    const std::string& name() const { return name_; }
    // For an operator; empty: all is well.
    const std::string& trouble() const { return trouble_; }

  private:
    using Milliseconds = std::chrono::milliseconds;
    // What the platform said, once it has.
    struct Asked {
        std::optional<Result<channels::Pulled>> answer;
        runtime::Event answered;
    };

    static asio::awaitable<void> run(std::shared_ptr<ChannelPoll> self);
    static asio::awaitable<void> pull_into(channels::Connector* connector, access::ChannelPtr channel,
                                           std::string cursor, Milliseconds deadline,
                                           std::shared_ptr<Asked> asked);
    // One page. How long to wait for the next.
    asio::awaitable<Milliseconds> round();
    asio::awaitable<Status> read_cursor();
    asio::awaitable<Result<channels::Pulled>> pull();
    asio::awaitable<Status> store(channels::Events events);
    asio::awaitable<Status> bury(v1::InboundMessage message, std::string reason);
    asio::awaitable<Status> write_cursor(std::string cursor);
    // Told to operators and to who administers the channel. How long to wait.
    asio::awaitable<Milliseconds> failed(const char* what, Status why);
    store::By by() const { return {workspace_, "ingest", {}, "*"}; }

    service::Context& context_;
    Events& events_;
    channels::Connector& connector_;
    const PollOptions options_;
    obs::Counter failures_;
    access::ChannelHealth& health_;
    const WorkspaceId workspace_;
    const access::ChannelPtr channel_;
    const std::string name_;
    std::string trouble_;

    bool cursor_known_ = false;
    std::string cursor_;
    std::int64_t cursor_version_ = 0;
    int failed_ = 0;
    // The last question was answered.
    bool works_ = false;
    // Pages that were taken without a pause.
    int pages_ = 0;
    bool stopping_ = false;
    std::shared_ptr<Asked> asked_;
    runtime::Event wake_;
    runtime::Task task_;
};

// The document that a channel's cursor is.
inline constexpr char kCursor[] = "cursor";

}  // namespace guichet::ingest
