#include "common/store/reads.hpp"

#include <algorithm>

namespace guichet::store {
namespace {

Fields to_fields(const redis::Reply& reply) {
    Fields fields;
    for (std::size_t i = 0; i + 1 < reply.size(); i += 2)
        fields.emplace(reply[i].text(), reply[i + 1].text());
    return fields;
}

Status no_conversation(const ConversationId& id) {
    return not_found("there is no such conversation, or not for you: " + id.str());
}

bool visible(const v1::Conversation& c, const std::string& scope) {
    return scope_allows(scope, c.team(), c.channel(), c.visibility() == v1::VISIBILITY_PUBLIC);
}

constexpr char kPromoted = '.';
constexpr std::size_t kReplidLength = 12;

// A replica that was promoted may lack what its master had told: ids of before mean nothing there, so it has
// an incarnation of its own. `replication` is INFO's; only a promoted server has a second replication id.
std::string incarnation_after(const std::string& stored, const std::string& replication) {
    const auto value = [&replication](const std::string& name) {
        const auto found = replication.find("\n" + name + ":");
        if (found == std::string::npos) return std::string();
        const auto start = found + name.size() + 2;
        return replication.substr(start, replication.find_first_of("\r\n", start) - start);
    };
    const auto before = value("master_replid2");
    if (before.find_first_not_of('0') == std::string::npos) return stored;
    return stored.substr(0, stored.find(kPromoted)) + kPromoted +
           value("master_replid").substr(0, kReplidLength);
}

}  // namespace

asio::awaitable<Result<Fields>> Reads::fields(std::string key) {
    redis::Command command("HGETALL", key);
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    co_return to_fields(*reply);
}

asio::awaitable<Result<std::vector<Fields>>> Reads::many(WorkspaceId workspace, std::string what,
                                                         std::vector<std::string> ids) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<redis::Command> commands;
    commands.reserve(ids.size());
    for (const auto& id : ids)
        commands.emplace_back("HGETALL", workspace_key(*partition, workspace, what, id));
    if (commands.empty()) co_return std::vector<Fields>{};
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    std::vector<Fields> all;
    for (const auto& reply : *replies) all.push_back(to_fields(reply));
    co_return all;
}

Result<Reads::Sight> Reads::to_sight(const ConversationId& id, const std::string& scope, Row row) {
    std::size_t next = 0;
    Fields found;
    for (auto left = std::atoll(row.at(next++).c_str()); left > 0; --left, next += 2)
        found.emplace(std::move(row.at(next)), std::move(row.at(next + 1)));
    Sight sight;
    sight.conversation = to_conversation(id.str(), found);
    if (found.empty() || !visible(sight.conversation, scope)) return no_conversation(id);
    sight.conversation.set_contact(std::move(row.at(next++)));
    sight.draft = std::move(row.at(next++));
    sight.first = std::atoll(row.at(next++).c_str());
    for (auto seq = sight.first; next < row.size(); ++next, ++seq) {
        auto message = decode_message(row.at(next), seq);
        if (!message) return message.error();
        sight.messages.push_back(std::move(*message));
    }
    return sight;
}

asio::awaitable<Result<Reads::Sight>> Reads::sight(By by, ConversationId id, std::int64_t before_seq,
                                                   int most) {
    auto row = co_await store_.view(by.workspace, id, by.actor, before_seq, most);
    if (!row) co_return row.error();
    co_return to_sight(id, by.scope, std::move(*row));
}

asio::awaitable<Result<v1::Conversation>> Reads::conversation(WorkspaceId workspace, ConversationId id,
                                                              std::string scope) {
    By by{std::move(workspace), {}, {}, std::move(scope)};
    auto seen = co_await sight(std::move(by), std::move(id), 0, 0);
    if (!seen) co_return seen.error();
    co_return std::move(seen->conversation);
}

asio::awaitable<Result<std::pair<v1::Conversation, v1::Message>>> Reads::said(WorkspaceId workspace,
                                                                              ConversationId id,
                                                                              std::int64_t seq) {
    By by{std::move(workspace), {}, {}, "*"};
    auto seen = co_await sight(std::move(by), id, seq + 1, 1);
    if (!seen) co_return seen.error();
    if (seen->messages.empty() || seen->first != seq)
        co_return internal("conversation " + id.str() + " has no message " + std::to_string(seq));
    co_return std::pair(std::move(seen->conversation), std::move(seen->messages.front()));
}

asio::awaitable<Result<std::vector<v1::Conversation>>> Reads::conversations(WorkspaceId workspace,
                                                                            std::vector<std::string> ids,
                                                                            std::string scope) {
    auto found = co_await conversations_as_kept(workspace, std::move(ids), std::move(scope));
    if (!found) co_return found.error();
    auto named = co_await name_persons(workspace, *found);
    if (!named) co_return named.error();
    co_return std::move(*found);
}

asio::awaitable<Result<std::vector<v1::Conversation>>> Reads::conversations_as_kept(
    WorkspaceId workspace, std::vector<std::string> ids, std::string scope) {
    auto all = co_await many(workspace, "c:", ids);
    if (!all) co_return all.error();
    std::vector<v1::Conversation> conversations;
    for (std::size_t i = 0; i < all->size(); ++i) {
        if ((*all)[i].empty()) continue;
        auto conversation = to_conversation(ids[i], (*all)[i]);
        if (visible(conversation, scope)) conversations.push_back(std::move(conversation));
    }
    co_return conversations;
}

asio::awaitable<Result<std::vector<v1::Message>>> Reads::messages(WorkspaceId workspace, ConversationId id,
                                                                  std::int64_t first, std::int64_t last) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<v1::Message> messages;
    if (last < first) co_return messages;
    redis::Command command("LRANGE", workspace_key(*partition, workspace, "m:", id.str()), first - 1,
                           last - 1);
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    for (std::size_t i = 0; i < reply->size(); ++i) {
        auto message = decode_message((*reply)[i].text(), first + static_cast<std::int64_t>(i));
        if (!message) co_return message.error();
        messages.push_back(std::move(*message));
    }
    co_return messages;
}

asio::awaitable<Result<v1::GetConversationResponse>> Reads::view(By by, ConversationId id,
                                                                 std::int64_t before_seq, int limit) {
    auto seen = co_await sight(by, std::move(id), before_seq, limit);
    if (!seen) co_return seen.error();
    co_return co_await whole(std::move(by), std::move(*seen));
}

asio::awaitable<Result<v1::GetConversationResponse>> Reads::claimed(By by, Claimed what, int limit) {
    // It is the claimant's, whatever his grants let him look for.
    by.scope = "*";
    if (what.sight.empty()) co_return co_await view(std::move(by), std::move(what.conversation), 0, limit);
    auto seen = to_sight(what.conversation, by.scope, std::move(what.sight));
    if (!seen) co_return seen.error();
    co_return co_await whole(std::move(by), std::move(*seen));
}

asio::awaitable<Result<v1::GetConversationResponse>> Reads::whole(By by, Sight seen) {
    auto& [conversation, draft, messages, first] = seen;
    if (conversation.owner() != by.actor) conversation.clear_epoch();
    std::vector<std::string> ids;
    for (const auto& message : messages) {
        if (!message.delivery().empty()) ids.push_back(message.delivery());
    }
    auto deliveries = co_await many(by.workspace, "o:", ids);
    if (!deliveries) co_return deliveries.error();

    v1::GetConversationResponse response;
    std::size_t next = 0;
    for (auto& message : messages) {
        if (!message.delivery().empty()) {
            auto delivery = to_delivery(ids[next], (*deliveries)[next]);
            ++next;
            message.set_delivery_state(delivery.state());
            *response.add_deliveries() = std::move(delivery);
        }
        *response.add_messages() = std::move(message);
    }
    response.set_draft(std::move(draft));
    response.set_more(first > 1);
    *response.mutable_conversation() = std::move(conversation);
    co_return response;
}

asio::awaitable<Result<v1::Delivery>> Reads::delivery(WorkspaceId workspace, DeliveryId id) {
    std::vector<std::string> ids{id.str()};
    auto found = co_await many(workspace, "o:", std::move(ids));
    if (!found) co_return found.error();
    if (found->front().empty()) co_return not_found("there is no such delivery: " + id.str());
    co_return to_delivery(id.str(), found->front());
}

asio::awaitable<Result<std::string>> Reads::incarnation(Partition partition, std::string candidate) {
    std::vector<redis::Command> commands;
    commands.emplace_back("SET", incarnation_key(partition), candidate, "NX");
    commands.emplace_back("GET", incarnation_key(partition));
    commands.emplace_back("INFO", "replication");
    auto replies = co_await store_.client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    for (std::size_t i = 1; i < replies->size(); ++i) {
        if ((*replies)[i].is_error()) co_return redis::to_status((*replies)[i]);
    }
    const auto stored = (*replies)[1].text();
    const auto present = incarnation_after(stored, (*replies)[2].text());
    if (present == stored) co_return stored;
    // Kept, since a restart forgets that there was a failover. Whoever sees it first writes what all would
    // write.
    redis::Command keep("SET", incarnation_key(partition), present);
    auto kept = co_await store_.client().call(std::move(keep));
    if (!kept) co_return kept.error();
    co_return present;
}

}  // namespace guichet::store
