// Persons: contacts that were put under one another, read as one.
#include <algorithm>
#include <set>

#include "common/redis/command.hpp"
#include "common/store/keys.hpp"
#include "common/store/reads.hpp"

namespace guichet::store {
namespace {

constexpr int kMostConversations = 200;  // of a person, the newest
constexpr int kMostPosts = 50;           // negative ones, the newest
constexpr int kMostAlike = 20;           // contacts looked at for one thing that is known

struct Place {
    double at = 0;
    std::string conversation;
};

Fields fields_of(const redis::Reply& reply) {
    Fields fields;
    for (std::size_t i = 0; i + 1 < reply.size(); i += 2)
        fields.emplace(reply[i].text(), reply[i + 1].text());
    return fields;
}

}  // namespace

asio::awaitable<Result<std::map<std::string, std::string>>> Reads::persons_of(
    WorkspaceId workspace, std::vector<std::string> contacts) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::map<std::string, std::string> above;
    std::set<std::string> open(contacts.begin(), contacts.end());
    open.erase("");
    // Nearly always nothing is above them.
    for (int step = 0; !open.empty() && step < kMostIdentities; ++step) {
        std::vector<redis::Command> commands;
        for (const auto& id : open)
            commands.emplace_back("HGET", workspace_key(*partition, workspace, "k:", id), "jn");
        auto replies = co_await store_.client().call_many(std::move(commands));
        if (!replies) co_return replies.error();
        std::set<std::string> next;
        std::size_t i = 0;
        for (const auto& id : open) {
            const auto& reply = (*replies)[i++];
            above[id] = reply.is_nil() ? std::string() : reply.text();
        }
        for (const auto& id : open) {
            if (!above[id].empty() && above.count(above[id]) == 0) next.insert(above[id]);
        }
        open = std::move(next);
    }
    std::map<std::string, std::string> tops;
    for (const auto& id : contacts) {
        auto top = id;
        for (int step = 0; !above[top].empty() && step < kMostIdentities; ++step) top = above[top];
        tops[id] = top;
    }
    co_return tops;
}

asio::awaitable<Result<void>> Reads::name_persons(WorkspaceId workspace,
                                                  std::vector<v1::Conversation>& conversations) {
    std::vector<std::string> ids;
    for (const auto& conversation : conversations) {
        if (!conversation.contact().empty()) ids.push_back(conversation.contact());
    }
    if (ids.empty()) co_return Result<void>{};
    auto tops = co_await persons_of(std::move(workspace), std::move(ids));
    if (!tops) co_return tops.error();
    for (auto& conversation : conversations) {
        if (!conversation.contact().empty()) conversation.set_contact((*tops)[conversation.contact()]);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<std::vector<KnownContact>>> Reads::person(WorkspaceId workspace, ContactId id) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<std::string> named{id.str()};
    auto tops = co_await persons_of(workspace, std::move(named));
    if (!tops) co_return tops.error();
    std::vector<KnownContact> all{{(*tops)[id.str()], {}}};
    // Level by level; `from` is the first whose hash and children were not read.
    for (std::size_t from = 0; from < all.size() && all.size() <= 2 * kMostIdentities;) {
        std::vector<redis::Command> commands;
        const auto until = all.size();
        for (auto i = from; i < until; ++i) {
            commands.emplace_back("HGETALL", workspace_key(*partition, workspace, "k:", all[i].id));
            commands.emplace_back("ZRANGE", workspace_key(*partition, workspace, "km:", all[i].id), 0, -1);
        }
        auto replies = co_await store_.client().call_many(std::move(commands));
        if (!replies) co_return replies.error();
        for (auto i = from; i < until; ++i) {
            all[i].fields = fields_of((*replies)[2 * (i - from)]);
            for (const auto& item : (*replies)[2 * (i - from) + 1].items()) all.push_back({item.text(), {}});
        }
        from = until;
    }
    if (all.front().fields.empty()) co_return not_found("there is no such contact: " + id.str());
    co_return all;
}

asio::awaitable<Result<v1::Contact>> Reads::contact(WorkspaceId workspace, ContactId id) {
    auto known = co_await person(workspace, std::move(id));
    if (!known) co_return known.error();
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<redis::Command> commands;
    for (const auto& one : *known) {
        commands.emplace_back("ZREVRANGE", workspace_key(*partition, workspace, "kc:", one.id), 0,
                              kMostConversations - 1, "WITHSCORES");
    }
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    std::vector<Place> places;
    for (const auto& reply : *replies) {
        for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
            places.push_back({std::strtod(reply[i + 1].text().c_str(), nullptr), reply[i].text()});
        }
    }
    std::stable_sort(places.begin(), places.end(),
                     [](const Place& a, const Place& b) { return a.at > b.at; });
    if (places.size() > kMostConversations) places.resize(kMostConversations);
    auto contact = to_contact(*known);
    for (auto& place : places) contact.add_conversations(std::move(place.conversation));
    co_return contact;
}

asio::awaitable<Result<std::vector<std::string>>> Reads::alike(WorkspaceId workspace,
                                                               std::vector<ContactMark> marks) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<redis::Command> commands;
    for (const auto& mark : marks) {
        commands.emplace_back("ZREVRANGE", workspace_key(*partition, workspace, "kx:", mark_digest(mark)), 0,
                              kMostAlike - 1);
    }
    std::vector<std::string> ids;
    if (commands.empty()) co_return ids;
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    std::set<std::string> seen;
    for (const auto& reply : *replies) {
        for (const auto& item : reply.items()) {
            if (seen.insert(item.text()).second) ids.push_back(item.text());
        }
    }
    co_return ids;
}

asio::awaitable<Result<std::vector<std::string>>> Reads::negative_posts(WorkspaceId workspace,
                                                                        ContactId contact) {
    auto known = co_await person(workspace, std::move(contact));
    std::vector<std::string> posts;
    if (!known && known.error().code == Code::not_found) co_return posts;
    if (!known) co_return known.error();
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<redis::Command> commands;
    for (const auto& one : *known)
        commands.emplace_back("LRANGE", workspace_key(*partition, workspace, "kp:", one.id), 0, -1);
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    for (const auto& reply : *replies) {
        for (const auto& item : reply.items()) posts.push_back(item.text());
    }
    // They begin with when.
    std::stable_sort(posts.begin(), posts.end(), [](const std::string& a, const std::string& b) {
        return std::atoll(a.c_str()) < std::atoll(b.c_str());
    });
    if (posts.size() > kMostPosts) posts.erase(posts.begin(), posts.end() - kMostPosts);
    co_return posts;
}

}  // namespace guichet::store
