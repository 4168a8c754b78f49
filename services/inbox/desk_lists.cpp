#include "services/inbox/desk_lists.hpp"

#include <algorithm>

#include "common/service/bind.hpp"
#include "services/inbox/cursor.hpp"
#include "services/inbox/listed.hpp"

namespace guichet::inbox {
namespace {

using namespace std::chrono_literals;

// Entries looked at for one page.
constexpr int kScannedDeliveries = 500;
// Whoever falls silent for so long is gone.
constexpr auto kAttended = 15s;
constexpr int kDefaultPage = 50;
constexpr int kLargestPage = 200;

Status check_desk_page(int size) {
    if (size >= 0 && size <= kLargestPage) return {};
    return invalid("page_size", "0 to " + std::to_string(kLargestPage));
}

int desk_page(int asked) {
    return asked > 0 ? asked : kDefaultPage;
}

const char* waiting_word(v1::DeliveryState state) {
    switch (state) {
        case v1::DELIVERY_STATE_PENDING_APPROVAL:
            return "pending_approval";
        case v1::DELIVERY_STATE_HELD:
            return "held";
        case v1::DELIVERY_STATE_RETRY:
            return "retry";
        case v1::DELIVERY_STATE_UNCONFIRMED:
            return "unconfirmed";
        case v1::DELIVERY_STATE_FAILED:
            return "failed";
        default:
            return "";
    }
}

Result<std::vector<std::string>> wanted_states(const v1::ListDeliveriesRequest& request) {
    if (request.states().empty()) return store::Desk::waiting_states();
    std::vector<std::string> words;
    for (const auto state : request.states()) {
        const std::string word = waiting_word(static_cast<v1::DeliveryState>(state));
        if (word.empty())
            return invalid("states",
                           "pending approval, held, retry, unconfirmed, failed: others do not wait");
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
    }
    return words;
}

const char* attention_word(v1::Attention attention) {
    switch (attention) {
        case v1::ATTENTION_LOOKING:
            return "looking";
        case v1::ATTENTION_WRITING:
            return "writing";
        case v1::ATTENTION_GONE:
            return "gone";
        default:
            return "";
    }
}

Status bad_desk_cursor() {
    return invalid("cursor", "this cursor is not of this list: start without one");
}

}  // namespace

asio::awaitable<Result<DeskLists::ById>> DeskLists::conversations(const rpc::CallContext& call,
                                                                  std::vector<std::string> ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    auto found =
        co_await context_.reads.conversations(call.caller.workspace, std::move(ids), call.scope.encode());
    if (!found) co_return found.error();
    ById by_id;
    for (auto& conversation : *found) {
        conversation.clear_epoch();
        mask_listed(conversation);
        const auto id = conversation.id();
        by_id.emplace(id, std::move(conversation));
    }
    co_return by_id;
}

asio::awaitable<Result<v1::ListDeliveriesResponse>> DeskLists::deliveries(rpc::CallContext call,
                                                                          v1::ListDeliveriesRequest request) {
    if (auto bad = check_desk_page(request.page_size()); !bad.ok()) co_return bad;
    auto states = wanted_states(request);
    if (!states) co_return states.error();
    store::WaitingPlace after;
    if (!request.cursor().empty()) {
        const auto fields = read_cursor(request.cursor(), "d", 3);
        if (!fields) co_return bad_desk_cursor();
        after = {std::atoll((*fields)[1].c_str()), (*fields)[2]};
    }
    auto places =
        co_await desk_.deliveries(call.caller.workspace, std::move(*states), after, kScannedDeliveries);
    if (!places) co_return places.error();
    std::vector<std::string> ids;
    for (const auto& place : *places) ids.push_back(place.id);
    auto all = co_await desk_.deliveries_of(call.caller.workspace, std::move(ids));
    if (!all) co_return all.error();
    std::vector<std::string> wanted;
    for (const auto& delivery : *all) {
        if (request.mine() && delivery.actor() != call.caller.actor) continue;
        if (!delivery.id().empty()) wanted.push_back(delivery.conversation());
    }
    auto known = co_await conversations(call, std::move(wanted));
    if (!known) co_return known.error();
    const int size = desk_page(request.page_size());
    v1::ListDeliveriesResponse response;
    std::size_t at = 0;
    for (; at < all->size() && response.deliveries_size() < size; ++at) {
        const auto& delivery = (*all)[at];
        const auto conversation = known->find(delivery.conversation());
        const bool mine = !request.mine() || delivery.actor() == call.caller.actor;
        if (delivery.id().empty() || !mine || conversation == known->end()) continue;
        auto* listed = response.add_deliveries();
        *listed->mutable_delivery() = delivery;
        *listed->mutable_conversation() = conversation->second;
    }
    if (at > 0 && (at < places->size() || places->size() == static_cast<std::size_t>(kScannedDeliveries))) {
        const auto& last = (*places)[at - 1];
        response.set_next_cursor(make_cursor({"d", std::to_string(last.due), last.id}));
    }
    co_return response;
}

asio::awaitable<Result<std::optional<v1::Message>>> DeskLists::note(WorkspaceId workspace,
                                                                    store::Mentioned mention) {
    auto messages = co_await context_.reads.messages(
        std::move(workspace), ConversationId(mention.conversation), mention.seq, mention.seq);
    if (!messages) co_return messages.error();
    const bool there = messages->size() == 1 && messages->front().kind() == v1::MESSAGE_KIND_NOTE;
    if (!there) co_return std::optional<v1::Message>();
    co_return std::optional<v1::Message>(std::move(messages->front()));
}

asio::awaitable<Result<v1::ListMentionsResponse>> DeskLists::mentions(rpc::CallContext call,
                                                                      v1::ListMentionsRequest request) {
    if (auto bad = check_desk_page(request.page_size()); !bad.ok()) co_return bad;
    std::size_t at = 0;
    if (!request.cursor().empty()) {
        const auto fields = read_cursor(request.cursor(), "m", 2);
        if (!fields) co_return bad_desk_cursor();
        at = static_cast<std::size_t>(std::max(0LL, std::atoll((*fields)[1].c_str())));
    }
    auto all = co_await desk_.mentions(call.caller.workspace, AgentId(call.caller.actor));
    if (!all) co_return all.error();
    std::vector<std::string> ids;
    for (const auto& mention : *all) ids.push_back(mention.conversation);
    auto known = co_await conversations(call, std::move(ids));
    if (!known) co_return known.error();
    v1::ListMentionsResponse response;
    for (const auto& mention : *all) {
        if (!mention.read && known->contains(mention.conversation))
            response.set_unread(response.unread() + 1);
    }
    const int size = desk_page(request.page_size());
    for (; at < all->size() && response.mentions_size() < size; ++at) {
        const auto& mention = (*all)[at];
        const auto conversation = known->find(mention.conversation);
        if ((request.unread_only() && mention.read) || conversation == known->end()) continue;
        auto said = co_await note(call.caller.workspace, mention);
        if (!said) co_return said.error();
        if (!*said) continue;
        auto* listed = response.add_mentions();
        *listed->mutable_conversation() = conversation->second;
        *listed->mutable_note() = std::move(**said);
        listed->set_read(mention.read);
    }
    if (at < all->size()) response.set_next_cursor(make_cursor({"m", std::to_string(at)}));
    co_return response;
}

asio::awaitable<Result<v1::ReadMentionsResponse>> DeskLists::read_mentions(rpc::CallContext call,
                                                                           v1::ReadMentionsRequest request) {
    auto left = co_await desk_.read_mentions(service::by(call), ConversationId(request.conversation()));
    if (!left) co_return left.error();
    v1::ReadMentionsResponse response;
    response.set_unread(*left);
    co_return response;
}

asio::awaitable<Result<v1::AttendResponse>> DeskLists::attend(rpc::CallContext call,
                                                              v1::AttendRequest request) {
    const std::string word = attention_word(request.attention());
    if (word.empty()) co_return invalid("attention", "looking, writing or gone");
    auto attending =
        co_await desk_.attend(service::by(call), ConversationId(request.conversation()), word, kAttended);
    if (!attending) co_return attending.error();
    v1::AttendResponse response;
    store::set_time(response.mutable_until(), attending->until);
    for (const auto& [agent, attention] : attending->others) {
        auto* other = response.add_attendants();
        other->set_agent(agent);
        other->set_attention(attention == "writing" ? v1::ATTENTION_WRITING : v1::ATTENTION_LOOKING);
    }
    co_return response;
}

}  // namespace guichet::inbox
