#pragma once
// The brands' accounts at the platforms: every channel of every workspace, and those of one app, for whose
// accounts there is one webhook address. Kept for a short while, as the catalog keeps documents.
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/access/catalog.hpp"
#include "common/channels/connector.hpp"
#include "common/runtime/semaphore.hpp"

namespace guichet::ingest {

namespace asio = boost::asio;

// A channel's setting that names the app, and the secrets of an app that sign its webhooks.
inline constexpr char kAppSetting[] = "app";
inline constexpr char kAppSecret[] = "app_secret";
inline constexpr char kOldAppSecret[] = "old_app_secret";

struct Account {
    WorkspaceId workspace;
    access::ChannelPtr channel;
    // As the platform's events name it; "" where the channel is the account.
    std::string name;
    // What signs the webhooks of its app. A channel speaks for those only that have the same: the name of an
    // app is no secret, and anybody may write it into his settings.
    std::string signer;
};
// By workspace and channel.
using AccountList = std::vector<Account>;
using AccountListPtr = std::shared_ptr<const AccountList>;

class Accounts {
  public:
    static constexpr std::chrono::seconds kFresh{2};
    // An app or an account that is not there is looked for again when the copy is older than this.
    static constexpr std::chrono::seconds kMissed{1};

    Accounts(store::Store& store, access::Catalog& catalog, const channels::Registry& connectors,
             const Clock& clock)
        : store_(store), catalog_(catalog), connectors_(connectors), clock_(clock), reading_(1) {}

    // Those of kinds that this build has a connector for.
    asio::awaitable<Result<AccountListPtr>> all(std::chrono::nanoseconds fresh = kFresh);
    // Never null; empty where no channel names the app.
    asio::awaitable<Result<AccountListPtr>> of_app(v1::ChannelKind kind, std::string app,
                                                   std::chrono::nanoseconds fresh = kFresh);

  private:
    using App = std::pair<v1::ChannelKind, std::string>;
    struct Index {
        std::shared_ptr<AccountList> all = std::make_shared<AccountList>();
        std::map<App, std::shared_ptr<AccountList>> apps;
        std::chrono::nanoseconds read_at{0};
        std::uint64_t forgotten = 0;
    };
    using IndexPtr = std::shared_ptr<const Index>;

    bool is_fresh(std::chrono::nanoseconds fresh) const;
    asio::awaitable<Result<IndexPtr>> index(std::chrono::nanoseconds fresh);
    asio::awaitable<Result<IndexPtr>> read();
    void add(Index& to, const WorkspaceId& workspace, access::ChannelPtr channel) const;

    store::Store& store_;
    access::Catalog& catalog_;
    const channels::Registry& connectors_;
    const Clock& clock_;
    // Those who find the copy too old wait for the one who reads.
    runtime::Semaphore reading_;
    IndexPtr index_;
};

// A channel's setting or secret; "" when it is not there.
std::string setting_of(const v1::Channel& channel, const char* name);
std::string signer_of(const v1::Channel& channel);

}  // namespace guichet::ingest
