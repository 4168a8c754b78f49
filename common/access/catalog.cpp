#include "common/access/catalog.hpp"

#include <algorithm>
#include <cctype>

namespace guichet::access {
namespace {

// The document's version is the store's; what the bytes say of it is old.
void set_version(v1::Channel& to, std::int64_t version) {
    to.set_version(version);
}
void set_version(v1::Team& to, std::int64_t version) {
    to.set_version(version);
}
void set_version(v1::CannedReply& to, std::int64_t version) {
    to.set_version(version);
}
void set_version(v1::Persona& to, std::int64_t version) {
    to.set_version(version);
}
void set_version(records::AgentRecord& to, std::int64_t version) {
    to.mutable_agent()->set_version(version);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

template <class T>
Result<T> parse(const store::Document& document, const std::string& kind) {
    T parsed;
    if (!parsed.ParseFromString(document.bytes))
        return internal("the " + kind + " " + document.id + " cannot be read");
    set_version(parsed, document.version);
    return parsed;
}

std::string place_of(const WorkspaceId& workspace, const v1::Channel& channel, const std::string& name) {
    return workspace.str() + "|" + channel.id() + "|" + name;
}

}  // namespace

std::string Catalog::encode(const WorkspaceId& workspace, v1::Channel channel, Random& random) const {
    if (sealer_ != nullptr) {
        for (auto& [name, value] : *channel.mutable_secrets())
            value = sealer_->seal(value, place_of(workspace, channel, name), random);
    }
    return channel.SerializeAsString();
}

Status Catalog::unseal(const WorkspaceId& workspace, v1::Channel& channel) const {
    if (sealer_ == nullptr) return {};
    for (auto& [name, value] : *channel.mutable_secrets()) {
        auto plain = sealer_->open(value, place_of(workspace, channel, name));
        if (!plain) return plain.error();
        value = std::move(*plain);
    }
    return {};
}

template <class T>
asio::awaitable<Result<std::shared_ptr<const Catalog::Table<T>>>> Catalog::table(
    WorkspaceId workspace, std::string kind, std::chrono::nanoseconds fresh) {
    const auto key = std::make_pair(workspace, kind);
    const auto known = cache_.find(key);
    if (known != cache_.end() && clock_.steady() - known->second.read_at < fresh)
        co_return std::static_pointer_cast<const Table<T>>(known->second.table);
    auto documents = co_await store_.documents(workspace, kind);
    if (!documents) co_return documents.error();
    auto made = std::make_shared<Table<T>>();
    for (const auto& document : *documents) {
        auto item = parse<T>(document, kind);
        if (item) {
            if (auto sealed = unseal(workspace, *item); !sealed.ok()) item = sealed;
        }
        if (item) {
            made->emplace(document.id, std::make_shared<const T>(std::move(*item)));
        } else {
            made->emplace(document.id, item.error());
        }
    }
    std::shared_ptr<const Table<T>> shared = std::move(made);
    cache_[key] = Entry{shared, clock_.steady()};
    co_return shared;
}

template <class T>
asio::awaitable<Result<std::vector<T>>> Catalog::all(WorkspaceId workspace, std::string kind) {
    auto items = co_await table<T>(std::move(workspace), kind, kFresh);
    if (!items) co_return items.error();
    std::vector<T> copies;
    for (const auto& [id, item] : **items) {
        if (!item) co_return item.error();
        copies.push_back(**item);
    }
    co_return copies;
}

template <class T>
asio::awaitable<Result<std::shared_ptr<const T>>> Catalog::find(WorkspaceId workspace, std::string kind,
                                                                std::string id) {
    auto items = co_await table<T>(workspace, kind, kFresh);
    if (!items) co_return items.error();
    auto found = (*items)->find(id);
    if (found == (*items)->end()) {
        items = co_await table<T>(std::move(workspace), kind, kMissed);
        if (!items) co_return items.error();
        found = (*items)->find(id);
    }
    if (found == (*items)->end()) co_return std::shared_ptr<const T>();
    co_return found->second;
}

template <class T>
asio::awaitable<Result<std::optional<T>>> Catalog::one(WorkspaceId workspace, std::string kind,
                                                       std::string id) {
    auto found = co_await find<T>(std::move(workspace), std::move(kind), std::move(id));
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<T>{};
    co_return std::optional<T>(**found);
}

asio::awaitable<Result<ChannelPtr>> Catalog::channel(WorkspaceId workspace, ChannelId id) {
    return find<v1::Channel>(std::move(workspace), kChannel, id.str());
}

asio::awaitable<Result<std::vector<v1::Channel>>> Catalog::channels(WorkspaceId workspace) {
    return all<v1::Channel>(std::move(workspace), kChannel);
}

asio::awaitable<Result<std::vector<ChannelPtr>>> Catalog::readable_channels(WorkspaceId workspace,
                                                                            std::chrono::nanoseconds fresh) {
    auto items = co_await table<v1::Channel>(std::move(workspace), kChannel, fresh);
    if (!items) co_return items.error();
    std::vector<ChannelPtr> readable;
    for (const auto& [id, item] : **items) {
        if (item) readable.push_back(*item);
    }
    co_return readable;
}

asio::awaitable<Result<std::optional<records::AgentRecord>>> Catalog::agent(WorkspaceId workspace,
                                                                            AgentId id) {
    return one<records::AgentRecord>(std::move(workspace), kAgent, id.str());
}

asio::awaitable<Result<std::vector<records::AgentRecord>>> Catalog::agents(WorkspaceId workspace) {
    return all<records::AgentRecord>(std::move(workspace), kAgent);
}

asio::awaitable<Result<std::vector<v1::Team>>> Catalog::teams(WorkspaceId workspace) {
    return all<v1::Team>(std::move(workspace), kTeam);
}

asio::awaitable<Result<std::vector<v1::CannedReply>>> Catalog::canned_replies(WorkspaceId workspace) {
    return all<v1::CannedReply>(std::move(workspace), kCannedReply);
}

asio::awaitable<Result<std::vector<v1::Persona>>> Catalog::personas(WorkspaceId workspace) {
    return all<v1::Persona>(std::move(workspace), kPersona);
}

asio::awaitable<Result<std::optional<v1::Persona>>> Catalog::persona(WorkspaceId workspace, std::string id) {
    return one<v1::Persona>(std::move(workspace), kPersona, std::move(id));
}

asio::awaitable<Result<std::optional<AgentId>>> Catalog::find_agent(WorkspaceId workspace,
                                                                    std::string id_or_name) {
    auto everybody = co_await agents(std::move(workspace));
    if (!everybody) co_return everybody.error();
    std::optional<AgentId> found;
    for (const auto& record : *everybody) {
        const auto& agent = record.agent();
        if (agent.disabled()) continue;
        if (agent.id() == id_or_name) co_return std::optional<AgentId>(AgentId(agent.id()));
        if (lower(agent.name()) != lower(id_or_name)) continue;
        if (found) co_return std::optional<AgentId>{};
        found = AgentId(agent.id());
    }
    co_return found;
}

}  // namespace guichet::access
