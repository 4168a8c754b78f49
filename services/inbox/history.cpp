#include "services/inbox/history.hpp"

#include "common/store/records.hpp"
#include "services/inbox/cursor.hpp"
#include "services/inbox/filter.hpp"
#include "services/inbox/listed.hpp"

namespace guichet::inbox {
namespace {

// A page and the figures, as they are at one time or nearly.
struct Told {
    std::vector<v1::Conversation> page;
    std::map<int, std::int64_t> states;
    std::optional<v1::Conversation> first;
};

Result<Told> tell(Archive& archive, const Query& whole, const Query& page) {
    auto listed = archive.list(page);
    if (!listed) return listed.error();
    auto states = archive.count_states(whole);
    if (!states) return states.error();
    auto first = archive.first(whole);
    if (!first) return first.error();
    return Told{std::move(*listed), std::move(*states), std::move(*first)};
}

v1::GetHistoryResponse answer(Told told, int size) {
    v1::GetHistoryResponse response;
    for (const auto& [state, number] : told.states) {
        response.set_total(response.total() + number);
        if (state != v1::CONVERSATION_STATE_RESOLVED) response.set_open(response.open() + number);
    }
    if (told.first) *response.mutable_since() = told.first->created_at();
    if (static_cast<int>(told.page.size()) == size) {
        const auto& last = told.page.back();
        response.set_next_cursor(
            make_cursor({"h", std::to_string(store::to_ms(last.updated_at())), last.id()}));
    }
    for (auto& conversation : told.page) {
        mask_listed(conversation);
        *response.add_conversations() = std::move(conversation);
    }
    return response;
}

}  // namespace

asio::awaitable<Result<Query>> History::question(const rpc::CallContext& call, std::string contact) {
    v1::ConversationFilter filter;
    filter.set_contact(contact);
    auto query = to_query(filter, call.caller.workspace.str(), call.scope.encode(), call.caller.actor);
    auto known = co_await context_.reads.person(call.caller.workspace, ContactId(std::move(contact)));
    if (!known && known.error().code != Code::not_found) co_return known.error();
    if (known) {
        query.contacts.clear();
        for (const auto& one : *known) query.contacts.push_back(one.id);
    }
    co_return query;
}

asio::awaitable<Result<v1::GetHistoryResponse>> History::get(rpc::CallContext call,
                                                             v1::GetHistoryRequest request) {
    const auto& settings = context_.settings.inbox;
    const int most = static_cast<int>(settings.page_max);
    if (request.page_size() < 0 || request.page_size() > most)
        co_return invalid("page_size", "0 to " + std::to_string(most));
    if (!valid_id(request.contact())) co_return invalid("contact", "contact must be the id of one");
    auto whole = co_await question(call, request.contact());
    if (!whole) co_return whole.error();
    auto page = *whole;
    page.limit = request.page_size() > 0 ? request.page_size() : static_cast<int>(settings.page_default);
    if (!request.cursor().empty()) {
        const auto fields = read_cursor(request.cursor(), "h", 3);
        if (!fields) co_return invalid("cursor", "this cursor is not of this list: start without one");
        page.before_updated = std::atoll((*fields)[1].c_str());
        page.before_id = (*fields)[2];
    }
    const int size = page.limit;
    auto* archive = &archive_;
    auto job = [archive, whole = std::move(*whole), page = std::move(page)] {
        return tell(*archive, whole, page);
    };
    auto told = co_await context_.pool.run(std::move(job));
    if (!told) co_return told.error();
    auto named = co_await context_.reads.name_persons(call.caller.workspace, told->page);
    if (!named) co_return named.error();
    co_return answer(std::move(*told), size);
}

}  // namespace guichet::inbox
