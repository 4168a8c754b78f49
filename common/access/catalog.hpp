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
#include "common/core/seal.hpp"
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
// When a token was used last, by its id: milliseconds.
inline constexpr char kTokenUse[] = "token_use";
inline constexpr char kPrivatePage[] = "private";
// Documents that are found before the workspace is known live in this one.
inline constexpr char kSystemWorkspace[] = "_";

using ChannelPtr = std::shared_ptr<const v1::Channel>;

class Catalog {
  public:
    static constexpr std::chrono::seconds kFresh{2};
    // What is not there is looked for again when the copy is older than this: an agent made in another
    // process is known here soon, and a stranger's guesses do not reach Redis one by one.
    static constexpr std::chrono::milliseconds kMissed{200};

    // Without a sealer secrets are written as they are (tests).
    Catalog(store::Store& store, const Clock& clock, const Sealer* sealer = nullptr)
        : store_(store), clock_(clock), sealer_(sealer) {}

    // The channel as its document holds it: secrets sealed, so that neither Redis nor its files know them.
    std::string encode(const WorkspaceId& workspace, v1::Channel channel, Random& random) const;

    // Null, or nothing, when there is none. `version` is filled in; a channel comes with its secrets.
    asio::awaitable<Result<ChannelPtr>> channel(WorkspaceId workspace, ChannelId id);
    asio::awaitable<Result<std::vector<v1::Channel>>> channels(WorkspaceId workspace);
    // Without those whose document cannot be read: one that is broken must not close the others. At most
    // `fresh` old.
    asio::awaitable<Result<std::vector<ChannelPtr>>> readable_channels(WorkspaceId workspace,
                                                                       std::chrono::nanoseconds fresh);
    asio::awaitable<Result<std::optional<records::AgentRecord>>> agent(WorkspaceId workspace, AgentId id);
    asio::awaitable<Result<std::vector<records::AgentRecord>>> agents(WorkspaceId workspace);
    asio::awaitable<Result<std::vector<v1::Team>>> teams(WorkspaceId workspace);
    asio::awaitable<Result<std::vector<v1::CannedReply>>> canned_replies(WorkspaceId workspace);
    asio::awaitable<Result<std::vector<v1::Persona>>> personas(WorkspaceId workspace);
    asio::awaitable<Result<std::optional<v1::Persona>>> persona(WorkspaceId workspace, std::string id);

    // Agent by id, or by name without regard to case (a customer types it); nothing when none or several fit.
    asio::awaitable<Result<std::optional<AgentId>>> find_agent(WorkspaceId workspace, std::string id_or_name);

    void forget() {
        cache_.clear();
        ++forgotten_;
    }
    // Changes with every forget(): what was made of the documents is old then, too.
    std::uint64_t forgotten() const { return forgotten_; }

  private:
    // By id, read once; of a document that cannot be read, why.
    template <class T>
    using Table = std::map<std::string, Result<std::shared_ptr<const T>>>;
    struct Entry {
        // The Table of the kind's type.
        std::shared_ptr<const void> table;
        std::chrono::nanoseconds read_at{0};
    };
    template <class T>
    asio::awaitable<Result<std::shared_ptr<const Table<T>>>> table(WorkspaceId workspace, std::string kind,
                                                                   std::chrono::nanoseconds fresh);
    template <class T>
    asio::awaitable<Result<std::vector<T>>> all(WorkspaceId workspace, std::string kind);
    template <class T>
    asio::awaitable<Result<std::shared_ptr<const T>>> find(WorkspaceId workspace, std::string kind,
                                                           std::string id);
    template <class T>
    asio::awaitable<Result<std::optional<T>>> one(WorkspaceId workspace, std::string kind, std::string id);

    template <class T>
    Status unseal(const WorkspaceId&, T&) const {
        return {};
    }
    Status unseal(const WorkspaceId& workspace, v1::Channel& channel) const;

    store::Store& store_;
    const Clock& clock_;
    const Sealer* sealer_;
    std::map<std::pair<WorkspaceId, std::string>, Entry> cache_;
    std::uint64_t forgotten_ = 0;
};

}  // namespace guichet::access
