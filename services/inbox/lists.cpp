#include "services/inbox/lists.hpp"

#include <algorithm>

#include "common/service/bind.hpp"
#include "services/inbox/cursor.hpp"
#include "services/inbox/filter.hpp"
#include "services/inbox/listed.hpp"

namespace guichet::inbox {
namespace {

constexpr int kMostMessages = 500;
constexpr int kMessages = 50;
constexpr int kMostFilterValues = 50;

bool only_state(const v1::ConversationFilter& filter, v1::ConversationState state) {
    return filter.states_size() == 1 && filter.states(0) == state;
}

// What the queue's keys tell; everything else needs the read index.
bool by_queue_alone(const v1::ConversationFilter& f) {
    return f.owners().empty() && f.intents().empty() && f.sentiments().empty() && f.labels().empty() &&
           f.contact().empty();
}

template <class List>
bool wants(const List& list, const std::string& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

Status check(const v1::ConversationFilter& f) {
    for (int size : {f.states_size(), f.channels_size(), f.teams_size(), f.languages_size(), f.owners_size(),
                     f.intents_size(), f.sentiments_size(), f.labels_size()}) {
        if (size > kMostFilterValues)
            return invalid("filter", "at most 50 values in one field of the filter");
    }
    return {};
}

// The owner's token is the owner's.
void hide_epoch(v1::Conversation& conversation, const std::string& caller) {
    if (conversation.owner() != caller) conversation.clear_epoch();
}

Status bad_cursor() {
    return invalid("cursor", "this cursor is not of this list: start without one");
}

}  // namespace

asio::awaitable<Result<v1::ListConversationsResponse>> Lists::list(rpc::CallContext call,
                                                                   v1::ListConversationsRequest request) {
    const auto& settings = context_.settings.inbox;
    const int most = static_cast<int>(settings.page_max);
    if (request.page_size() < 0 || request.page_size() > most) {
        co_return invalid("page_size", "0 to " + std::to_string(most));
    }
    if (auto status = check(request.filter()); !status.ok()) co_return status;
    if (!request.filter().contact().empty()) {
        std::vector<std::string> contacts{request.filter().contact()};
        auto persons = co_await context_.reads.persons_of(call.caller.workspace, std::move(contacts));
        if (!persons) co_return persons.error();
        request.mutable_filter()->set_contact(persons->begin()->second);
    }
    const int size = request.page_size() > 0 ? request.page_size() : static_cast<int>(settings.page_default);
    auto page = co_await this->page(std::move(call), std::move(request), size);
    if (page) {
        for (auto& conversation : *page->mutable_conversations()) mask_listed(conversation);
    }
    co_return page;
}

asio::awaitable<Result<Lists::Page>> Lists::page(rpc::CallContext call, v1::ListConversationsRequest request,
                                                 int size) {
    const auto& filter = request.filter();
    if (only_state(filter, v1::CONVERSATION_STATE_WAITING) && by_queue_alone(filter)) {
        co_return co_await waiting(std::move(call), std::move(request), size);
    }
    if (only_state(filter, v1::CONVERSATION_STATE_OWNED) && filter.owners_size() == 1) {
        co_return co_await owned(std::move(call), std::move(request), size);
    }
    co_return co_await indexed(std::move(call), std::move(request), size);
}

asio::awaitable<Result<Lists::Page>> Lists::waiting(rpc::CallContext call,
                                                    v1::ListConversationsRequest request, int size) {
    store::WaitingPlace after;
    if (!request.cursor().empty()) {
        const auto fields = read_cursor(request.cursor(), "q", 3);
        if (!fields) co_return bad_cursor();
        after = {std::atoll((*fields)[1].c_str()), (*fields)[2]};
    }
    const auto filter = request.filter();
    const auto scope = call.scope;
    auto serves = [filter, scope](const store::QueueName& queue) {
        const auto visibility = queue.is_public ? v1::VISIBILITY_PUBLIC : v1::VISIBILITY_PRIVATE;
        return scope.allows(queue.channel, queue.team, queue.is_public) &&
               wants(filter.channels(), queue.channel) && wants(filter.teams(), queue.team) &&
               wants(filter.languages(), queue.language) &&
               (filter.visibility() == v1::VISIBILITY_UNSPECIFIED || filter.visibility() == visibility);
    };
    auto places = co_await context_.reads.waiting(call.caller.workspace, std::move(serves), after, size);
    if (!places) co_return places.error();
    std::vector<std::string> ids;
    for (const auto& place : *places) ids.push_back(place.id);
    auto found =
        co_await context_.reads.conversations(call.caller.workspace, std::move(ids), call.scope.encode());
    if (!found) co_return found.error();
    Page page;
    for (auto& conversation : *found) *page.add_conversations() = std::move(conversation);
    if (static_cast<int>(places->size()) == size) {
        page.set_next_cursor(make_cursor({"q", std::to_string(places->back().due), places->back().id}));
    }
    co_return page;
}

asio::awaitable<Result<Lists::Page>> Lists::owned(rpc::CallContext call, v1::ListConversationsRequest request,
                                                  int size) {
    std::size_t skip = 0;
    if (!request.cursor().empty()) {
        const auto fields = read_cursor(request.cursor(), "o", 2);
        if (!fields) co_return bad_cursor();
        skip = static_cast<std::size_t>(std::max(0LL, std::atoll((*fields)[1].c_str())));
    }
    const auto& owner = request.filter().owners(0);
    auto ids = co_await context_.reads.owned(call.caller.workspace,
                                             AgentId(owner == "me" ? call.caller.actor : owner));
    if (!ids) co_return ids.error();
    const auto first = std::min(skip, ids->size());
    const auto last = std::min(first + static_cast<std::size_t>(size), ids->size());
    std::vector<std::string> slice(ids->begin() + static_cast<std::ptrdiff_t>(first),
                                   ids->begin() + static_cast<std::ptrdiff_t>(last));
    // What a supervisor gave him he may see, whatever his grants are.
    const auto scope = owner == "me" ? std::string("*") : call.scope.encode();
    auto found = co_await context_.reads.conversations(call.caller.workspace, std::move(slice), scope);
    if (!found) co_return found.error();
    Page page;
    for (auto& conversation : *found) {
        if (!matches(request.filter(), call.caller.actor, conversation)) continue;
        hide_epoch(conversation, call.caller.actor);
        *page.add_conversations() = std::move(conversation);
    }
    if (last < ids->size()) page.set_next_cursor(make_cursor({"o", std::to_string(last)}));
    co_return page;
}

asio::awaitable<Result<Lists::Page>> Lists::indexed(rpc::CallContext call,
                                                    v1::ListConversationsRequest request, int size) {
    auto query =
        to_query(request.filter(), call.caller.workspace.str(), call.scope.encode(), call.caller.actor);
    query.limit = size;
    // What is indexed names the contact that it began with.
    if (!request.filter().contact().empty()) {
        auto known =
            co_await context_.reads.person(call.caller.workspace, ContactId(request.filter().contact()));
        if (!known && known.error().code != Code::not_found) co_return known.error();
        for (std::size_t i = 1; known && i < known->size(); ++i) query.contacts.push_back((*known)[i].id);
    }
    if (!request.cursor().empty()) {
        const auto fields = read_cursor(request.cursor(), "i", 3);
        if (!fields) co_return bad_cursor();
        query.before_updated = std::atoll((*fields)[1].c_str());
        query.before_id = (*fields)[2];
    }
    auto* archive = &archive_;
    auto job = [archive, query] { return archive->list(query); };
    auto found = co_await context_.pool.run(std::move(job));
    if (!found) co_return found.error();
    auto named = co_await context_.reads.name_persons(call.caller.workspace, *found);
    if (!named) co_return named.error();
    Page page;
    for (auto& conversation : *found) *page.add_conversations() = conversation;
    if (static_cast<int>(found->size()) == size) {
        const auto& last = found->back();
        page.set_next_cursor(make_cursor({"i", std::to_string(store::to_ms(last.updated_at())), last.id()}));
    }
    co_return page;
}

asio::awaitable<Result<v1::GetConversationResponse>> Lists::get(rpc::CallContext call,
                                                                v1::GetConversationRequest request) {
    if (request.message_limit() < 0 || request.message_limit() > kMostMessages) {
        co_return invalid("message_limit", "0 to 500");
    }
    if (request.before_seq() < 0) co_return invalid("before_seq", "0 or more");
    const int limit = request.message_limit() > 0 ? request.message_limit() : kMessages;
    auto view = co_await context_.reads.view(service::by(call), ConversationId(request.conversation()),
                                             request.before_seq(), limit);
    if (!view) co_return view.error();
    auto surrounded = co_await context_.reads.surround(service::by(call), *view, limit);
    if (!surrounded) co_return surrounded.error();
    for (auto& other : *view->mutable_others()) mask_listed(other);
    co_return std::move(*view);
}

asio::awaitable<Result<void>> Lists::add_agents(const rpc::CallContext& call, v1::StatsResponse& response) {
    auto agents = co_await context_.reads.agents(call.caller.workspace);
    if (!agents) co_return agents.error();
    for (auto& agent : *agents) {
        auto known = co_await context_.catalog.agent(call.caller.workspace, AgentId(agent.agent()));
        if (!known) co_return known.error();
        if (*known) agent.set_name((*known)->agent().name());
        *response.add_agents() = std::move(agent);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<v1::StatsResponse>> Lists::stats(rpc::CallContext call, v1::StatsRequest) {
    v1::StatsResponse response;
    auto queues = co_await context_.reads.queues(call.caller.workspace);
    if (!queues) co_return queues.error();
    for (auto& queue : *queues) {
        const bool is_public = queue.visibility() == v1::VISIBILITY_PUBLIC;
        if (call.scope.allows(queue.channel(), queue.team(), is_public))
            *response.add_queues() = std::move(queue);
    }
    v1::ConversationFilter all;
    auto query = to_query(all, call.caller.workspace.str(), call.scope.encode(), call.caller.actor);
    auto* archive = &archive_;
    auto job = [archive, query] { return archive->count_states(query); };
    auto counts = co_await context_.pool.run(std::move(job));
    if (!counts) co_return counts.error();
    for (const auto& [state, number] : *counts) {
        (*response.mutable_states())[store::state_word(static_cast<v1::ConversationState>(state))] = number;
    }
    if (call.scope.everything()) {
        auto dead = co_await context_.reads.dead_letter_count(call.caller.workspace);
        if (!dead) co_return dead.error();
        response.set_dead_letters(*dead);
        auto unconfirmed = co_await context_.reads.unconfirmed_count(call.caller.workspace);
        if (!unconfirmed) co_return unconfirmed.error();
        response.set_unconfirmed(*unconfirmed);
        auto agents = co_await add_agents(call, response);
        if (!agents) co_return agents.error();
    }
    store::set_time(response.mutable_at(), context_.clock.now());
    co_return response;
}

}  // namespace guichet::inbox
