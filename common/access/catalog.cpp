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

}  // namespace

asio::awaitable<Result<Catalog::Snapshot>> Catalog::snapshot(WorkspaceId workspace, std::string kind) {
    const auto key = std::make_pair(workspace, kind);
    const auto known = cache_.find(key);
    if (known != cache_.end() && clock_.steady() - known->second.read_at < kFresh)
        co_return known->second.snapshot;
    auto documents = co_await store_.documents(std::move(workspace), std::move(kind));
    if (!documents) co_return documents.error();
    auto fresh = std::make_shared<std::map<std::string, store::Document>>();
    for (auto& document : *documents) {
        auto id = document.id;
        fresh->emplace(std::move(id), std::move(document));
    }
    Snapshot shared = std::move(fresh);
    cache_[key] = Entry{shared, clock_.steady()};
    co_return shared;
}

template <class T>
asio::awaitable<Result<std::vector<T>>> Catalog::all(WorkspaceId workspace, std::string kind) {
    auto documents = co_await snapshot(std::move(workspace), kind);
    if (!documents) co_return documents.error();
    std::vector<T> items;
    for (const auto& [id, document] : **documents) {
        auto item = parse<T>(document, kind);
        if (!item) co_return item.error();
        items.push_back(std::move(*item));
    }
    co_return items;
}

template <class T>
asio::awaitable<Result<std::optional<T>>> Catalog::one(WorkspaceId workspace, std::string kind,
                                                       std::string id) {
    auto documents = co_await snapshot(std::move(workspace), kind);
    if (!documents) co_return documents.error();
    const auto found = (*documents)->find(id);
    if (found == (*documents)->end()) co_return std::optional<T>{};
    auto item = parse<T>(found->second, kind);
    if (!item) co_return item.error();
    co_return std::optional<T>(std::move(*item));
}

asio::awaitable<Result<std::optional<v1::Channel>>> Catalog::channel(WorkspaceId workspace, ChannelId id) {
    return one<v1::Channel>(std::move(workspace), kChannel, id.str());
}

asio::awaitable<Result<std::vector<v1::Channel>>> Catalog::channels(WorkspaceId workspace) {
    return all<v1::Channel>(std::move(workspace), kChannel);
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
