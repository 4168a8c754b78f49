#pragma once
// What is wrong with channels, as those find it who talk to their platforms. Documents of their own, one for
// each way, so that the channel's version and its secrets are not touched: kind "health", id "<channel>|in"
// or "<channel>|out", bytes
// "<since, ms>|<words>". None: nothing is known to be wrong.
#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "common/core/clock.hpp"
#include "common/store/store.hpp"

namespace guichet::access {

namespace asio = boost::asio;

inline constexpr char kHealth[] = "health";

// In words for who administers channels: what is wrong and what to do.
std::string sign_in_words(const std::string& why);
std::string trouble_words(const std::string& why);

class ChannelHealth {
  public:
    enum class Way { in, out };
    // What another process found is noticed after this.
    static constexpr std::chrono::seconds kFresh{60};

    // Both outlive this object. `actor` writes.
    ChannelHealth(store::Store& store, const Clock& clock, Way way, std::string actor)
        : store_(store), clock_(clock), way_(way), actor_(std::move(actor)) {}

    // Written when it is news; since when stays as it was. A failure to write is logged: the next one tries
    // again.
    asio::awaitable<void> broken(WorkspaceId workspace, ChannelId channel, std::string what);
    // It works (again).
    asio::awaitable<void> works(WorkspaceId workspace, ChannelId channel);

    // Of a workspace's channels with something wrong: both ways, each with since when.
    static asio::awaitable<Result<std::map<std::string, std::string>>> of(store::Store& store,
                                                                          WorkspaceId workspace);
    // Nothing is known any more: it was connected anew, or tested.
    static asio::awaitable<Result<void>> forget(store::Store& store, WorkspaceId workspace, ChannelId channel,
                                                std::string actor);

  private:
    struct Known {
        // Empty: nothing is wrong.
        std::string what;
        std::chrono::nanoseconds at{0};
    };
    using Name = std::pair<WorkspaceId, ChannelId>;
    bool is_known(const Name& name, const std::string& what) const;
    void remember(Name name, std::string what);
    asio::awaitable<bool> write(Name name, std::string bytes);

    store::Store& store_;
    const Clock& clock_;
    const Way way_;
    const std::string actor_;
    std::map<Name, Known> known_;
};

}  // namespace guichet::access
