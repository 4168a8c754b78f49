#include <algorithm>

#include "common/redis/command.hpp"
#include "common/store/keys.hpp"
#include "common/store/reads.hpp"

namespace guichet::store {
namespace {

constexpr int kMostOthers = 20;

bool is_open(const v1::Conversation& conversation) {
    return conversation.state() != v1::CONVERSATION_STATE_RESOLVED;
}

}  // namespace

asio::awaitable<Result<Fields>> Reads::escalation_fields(WorkspaceId workspace, EscalationId id) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    auto found = co_await fields(workspace_key(*partition, workspace, "e:", id.str()));
    if (!found) co_return found.error();
    if (found->empty()) co_return not_found("there is no such escalation: " + id.str());
    co_return std::move(*found);
}

asio::awaitable<Result<v1::Escalation>> Reads::escalation(WorkspaceId workspace, EscalationId id) {
    auto found = co_await escalation_fields(std::move(workspace), id);
    if (!found) co_return found.error();
    co_return to_escalation(id.str(), *found);
}

asio::awaitable<Result<std::vector<Visitor>>> Reads::visitors(WorkspaceId workspace, EscalationId id) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    auto found = co_await fields(workspace_key(*partition, workspace, "cl:", id.str()));
    if (!found) co_return found.error();
    std::vector<Visitor> visitors;
    for (const auto& [visitor, packed] : *found) visitors.push_back(to_visitor(visitor, packed));
    co_return visitors;
}

asio::awaitable<Result<std::optional<Visitor>>> Reads::visitor(WorkspaceId workspace, EscalationId id,
                                                               std::string visitor) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("HGET", workspace_key(*partition, workspace, "cl:", id.str()), visitor);
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    if (reply->is_nil()) co_return std::nullopt;
    co_return to_visitor(visitor, reply->text());
}

asio::awaitable<Result<void>> Reads::add_claimants(By by, v1::GetConversationResponse& view) {
    const auto& conversation = view.conversation();
    if (conversation.escalation().empty() || conversation.visibility() != v1::VISIBILITY_PUBLIC) {
        co_return Result<void>{};
    }
    auto visitors = co_await this->visitors(by.workspace, EscalationId(conversation.escalation()));
    if (!visitors) co_return visitors.error();
    std::vector<std::string> ids;
    for (const auto& visitor : *visitors) {
        const auto& id = visitor.conversation.str();
        if (!id.empty() && id != conversation.counterpart()) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    auto found = co_await conversations(by.workspace, std::move(ids), by.scope);
    if (!found) co_return found.error();
    for (auto& claimant : *found) {
        if (claimant.owner() != by.actor) claimant.clear_epoch();
        *view.add_claimants() = std::move(claimant);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<std::string>> Reads::delivery_of(WorkspaceId workspace, ChannelId channel,
                                                        std::string external_id) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("GET",
                           workspace_key(*partition, workspace, "d:", channel.str() + ":" + external_id));
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    const auto& record = reply->text();
    const auto last = record.rfind("|o|");
    co_return last == std::string::npos ? std::string() : record.substr(last + 3);
}

asio::awaitable<Result<Fields>> Reads::delivery_fields(WorkspaceId workspace, DeliveryId id) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    co_return co_await fields(workspace_key(*partition, workspace, "o:", id.str()));
}

asio::awaitable<Result<std::string>> Reads::route_use(WorkspaceId workspace, std::string key) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("GET", workspace_key(*partition, workspace, "rt:", key));
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    co_return reply->text();
}

asio::awaitable<Result<std::vector<v1::ThreadMessage>>> Reads::thread(WorkspaceId workspace,
                                                                      ChannelId channel, std::string parent,
                                                                      int limit) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    const auto key = workspace_key(*partition, workspace, "pt:", channel.str() + ":" + parent);
    redis::Command command("LRANGE", key, -limit, -1);
    auto places = co_await store_.client().call(std::move(command));
    if (!places) co_return places.error();
    std::vector<redis::Command> commands;
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (const auto& item : places->items()) {
        const auto& place = item.text();
        const auto bar = place.find('|');
        found.emplace_back(place.substr(0, bar), std::atoll(place.c_str() + bar + 1));
        commands.emplace_back("LINDEX", workspace_key(*partition, workspace, "m:", found.back().first),
                              found.back().second - 1);
    }
    std::vector<v1::ThreadMessage> messages;
    if (commands.empty()) co_return messages;
    auto entries = co_await store_.client().call_many(std::move(commands));
    if (!entries) co_return entries.error();
    for (std::size_t i = 0; i < found.size(); ++i) {
        if ((*entries)[i].is_nil()) continue;
        auto message = decode_message((*entries)[i].text(), found[i].second);
        if (!message) co_return message.error();
        v1::ThreadMessage said;
        said.set_conversation(found[i].first);
        *said.mutable_message() = std::move(*message);
        messages.push_back(std::move(said));
    }
    co_return messages;
}

asio::awaitable<Result<void>> Reads::surround(By by, v1::GetConversationResponse& view, int limit) {
    const auto conversation = view.conversation();
    if (!conversation.counterpart().empty()) {
        auto other = co_await this->view(by, ConversationId(conversation.counterpart()), 0, limit);
        if (!other && other.error().code != Code::not_found) co_return other.error();
        if (other) {
            *view.mutable_counterpart() = std::move(*other->mutable_conversation());
            view.mutable_counterpart_messages()->Swap(other->mutable_messages());
        }
    }
    if (!conversation.parent_thread().empty()) {
        auto said = co_await thread(by.workspace, ChannelId(conversation.channel()),
                                    conversation.parent_thread(), limit);
        if (!said) co_return said.error();
        for (auto& message : *said) *view.add_thread() = std::move(message);
    }
    auto claimants = co_await add_claimants(by, view);
    if (!claimants) co_return claimants.error();
    if (conversation.contact().empty()) co_return Result<void>{};
    auto contact = co_await this->contact(by.workspace, ContactId(conversation.contact()));
    if (!contact)
        co_return contact.error().code == Code::not_found ? Result<void>{} : Result<void>(contact.error());
    std::vector<std::string> ids;
    for (const auto& id : contact->conversations()) {
        const bool named = id == conversation.id() || id == conversation.counterpart();
        if (!named && ids.size() < kMostOthers) ids.push_back(id);
    }
    auto others = co_await conversations(by.workspace, std::move(ids), by.scope);
    if (!others) co_return others.error();
    for (auto& other : *others) {
        if (!is_open(other)) continue;
        other.clear_epoch();
        *view.add_others() = std::move(other);
    }
    co_return Result<void>{};
}

}  // namespace guichet::store
