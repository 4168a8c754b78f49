#include "services/ingest/accounts.hpp"

#include <algorithm>

namespace guichet::ingest {
namespace {

// The store's own deadlines end every reading before.
constexpr std::chrono::seconds kReadLimit{15};

// The copy would be as old as the catalog's and its own together.
constexpr std::chrono::nanoseconds kAnew{0};

using Map = google::protobuf::Map<std::string, std::string>;

std::string value_in(const Map& map, const char* name) {
    const auto found = map.find(name);
    return found == map.end() ? std::string() : found->second;
}

}  // namespace

std::string setting_of(const v1::Channel& channel, const char* name) {
    return value_in(channel.settings(), name);
}

std::string signer_of(const v1::Channel& channel) {
    return value_in(channel.secrets(), kAppSecret) + '\n' + value_in(channel.secrets(), kOldAppSecret);
}

bool Accounts::is_fresh(std::chrono::nanoseconds fresh) const {
    return index_ && index_->forgotten == catalog_.forgotten() && clock_.steady() - index_->read_at < fresh;
}

asio::awaitable<Result<AccountListPtr>> Accounts::all(std::chrono::nanoseconds fresh) {
    auto known = co_await index(fresh);
    if (!known) co_return known.error();
    co_return AccountListPtr((*known)->all);
}

asio::awaitable<Result<AccountListPtr>> Accounts::of_app(v1::ChannelKind kind, std::string app,
                                                         std::chrono::nanoseconds fresh) {
    const App key(kind, std::move(app));
    auto known = co_await index(fresh);
    if (known && !(*known)->apps.contains(key))
        known = co_await index(std::min<std::chrono::nanoseconds>(fresh, kMissed));
    if (!known) co_return known.error();
    const auto found = (*known)->apps.find(key);
    if (found == (*known)->apps.end()) co_return std::make_shared<const AccountList>();
    co_return AccountListPtr(found->second);
}

asio::awaitable<Result<Accounts::IndexPtr>> Accounts::index(std::chrono::nanoseconds fresh) {
    if (is_fresh(fresh)) co_return index_;
    auto turn = co_await reading_.acquire(kReadLimit);
    if (!turn) co_return unavailable("the channels are still being read");
    if (is_fresh(fresh)) co_return index_;
    auto read_anew = co_await read();
    if (read_anew) index_ = *read_anew;
    co_return read_anew;
}

asio::awaitable<Result<Accounts::IndexPtr>> Accounts::read() {
    auto made = std::make_shared<Index>();
    made->forgotten = catalog_.forgotten();
    made->read_at = clock_.steady();
    auto workspaces = co_await store_.workspaces();
    if (!workspaces) co_return workspaces.error();
    std::sort(workspaces->begin(), workspaces->end());
    for (const auto& workspace : *workspaces) {
        auto channels = co_await catalog_.readable_channels(workspace, kAnew);
        if (!channels) co_return channels.error();
        for (auto& channel : *channels) add(*made, workspace, std::move(channel));
    }
    co_return IndexPtr(std::move(made));
}

void Accounts::add(Index& to, const WorkspaceId& workspace, access::ChannelPtr channel) const {
    const auto* connector = connectors_.find(channel->kind());
    if (!connector) return;
    Account account{workspace, channel, connector->account(*channel), {}};
    const auto app = setting_of(*channel, kAppSetting);
    if (connector->caps(*channel).many_accounts && !app.empty()) {
        account.signer = signer_of(*channel);
        auto& of_app = to.apps[{channel->kind(), app}];
        if (!of_app) of_app = std::make_shared<AccountList>();
        of_app->push_back(account);
    }
    to.all->push_back(std::move(account));
}

}  // namespace guichet::ingest
