#pragma once
// The documents of administration, as services read them: through a short cache, so that a webhook does not
// cost a second trip to Redis. A change is seen by every process within kFresh, by the one that made it at
// once.
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/core/clock.hpp"
#include "common/store/store.hpp"
#include "guichet/records/v1/records.pb.h"
#include "guichet/v1/admin.pb.h"

namespace guichet::access {

namespace asio = boost::asio;
namespace records = guichet::records::v1;

// Kinds of documents, as put_document takes them.
inline constexpr char kAgent[] = "agent";
inline constexpr char kTeam[] = "team";
inline constexpr char kChannel[] = "channel";
inline constexpr char kCannedReply[] = "canned";
inline constexpr char kPersona[] = "persona";
inline constexpr char kWorkspace[] = "workspace";
inline constexpr char kToken[] = "token";
inline constexpr char kPrivatePage[] = "private";
// Documents that are found before the workspace is known live in this one.
inline constexpr char kSystemWorkspace[] = "_";

class Catalog {
  public:
    static constexpr std::chrono::seconds kFresh{2};

    Catalog(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

    // Nothing when there is none. `version` is filled in; a channel comes with its secrets.
    asio::awaitable<Result<std::optional<v1::Channel>>> channel(WorkspaceId workspace, ChannelId id);
    asio::awaitable<Result<std::vector<v1::Channel>>> channels(WorkspaceId workspace);
    asio::awaitable<Result<std::optional<records::AgentRecord>>> agent(WorkspaceId workspace, AgentId id);
    asio::awaitable<Result<std::vector<records::AgentRecord>>> agents(WorkspaceId workspace);
    asio::awaitable<Result<std::vector<v1::Team>>> teams(WorkspaceId workspace);
    asio::awaitable<Result<std::vector<v1::CannedReply>>> canned_replies(WorkspaceId workspace);
    asio::awaitable<Result<std::vector<v1::Persona>>> personas(WorkspaceId workspace);
    asio::awaitable<Result<std::optional<v1::Persona>>> persona(WorkspaceId workspace, std::string id);

    // Agent by id, or by name without regard to case (a customer types it); nothing when none or several fit.
    asio::awaitable<Result<std::optional<AgentId>>> find_agent(WorkspaceId workspace, std::string id_or_name);

    void forget() { cache_.clear(); }

  private:
    using Snapshot = std::shared_ptr<const std::map<std::string, store::Document>>;
    struct Entry {
        Snapshot snapshot;
        std::chrono::nanoseconds read_at{0};
    };
    asio::awaitable<Result<Snapshot>> snapshot(WorkspaceId workspace, std::string kind);
    template <class T>
    asio::awaitable<Result<std::vector<T>>> all(WorkspaceId workspace, std::string kind);
    template <class T>
    asio::awaitable<Result<std::optional<T>>> one(WorkspaceId workspace, std::string kind, std::string id);

    store::Store& store_;
    const Clock& clock_;
    std::map<std::pair<WorkspaceId, std::string>, Entry> cache_;
};

}  // namespace guichet::access
