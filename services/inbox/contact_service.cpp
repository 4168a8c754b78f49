#include "services/inbox/contact_service.hpp"

#include <algorithm>

#include "common/obs/log.hpp"
#include "common/service/bind.hpp"
#include "common/store/records.hpp"

namespace guichet::inbox {
namespace {

using Others = std::map<std::string, store::ToldApart>;

}  // namespace

asio::awaitable<Result<Others>> others_of(service::Context& context, WorkspaceId workspace,
                                          ContactId contact) {
    auto person = co_await context.reads.person(workspace, std::move(contact));
    if (!person) co_return person.error();
    std::vector<std::string> contacts;
    for (const auto& one : *person) contacts.push_back(one.id);
    const auto top = contacts.empty() ? std::string() : contacts.front();
    store::Apart apart(context.store);
    auto told = co_await apart.told(workspace, std::move(contacts));
    if (!told) co_return told.error();
    std::vector<std::string> named;
    for (const auto& [id, how] : *told) named.push_back(id);
    auto tops = co_await context.reads.persons_of(workspace, std::move(named));
    if (!tops) co_return tops.error();
    Others others;
    for (const auto& [id, how] : *told) {
        const auto found = tops->find(id);
        const auto& person_now = found == tops->end() ? id : found->second;
        if (person_now != top) others[person_now] = how;
    }
    co_return others;
}

asio::awaitable<Result<std::string>> ContactService::seen_name(const rpc::CallContext& call, ContactId id) {
    const auto workspace = call.caller.workspace;
    const auto named = id.str();
    auto contact = co_await context_.reads.contact(workspace, std::move(id));
    if (!contact) co_return contact.error();
    if (call.scope.everything()) co_return contact->name();
    std::vector<std::string> ids(contact->conversations().begin(), contact->conversations().end());
    auto visible =
        co_await context_.reads.conversations_as_kept(workspace, std::move(ids), call.scope.encode());
    if (!visible) co_return visible.error();
    if (visible->empty()) co_return not_found("there is no such contact, or not for you: " + named);
    co_return contact->name();
}

asio::awaitable<Result<v1::RefuseSuggestionResponse>> ContactService::refuse(
    rpc::CallContext call, v1::RefuseSuggestionRequest request) {
    auto told =
        co_await apart_.tell(service::by(call), ContactId(request.contact()), ContactId(request.suggested()));
    if (!told) co_return told.error();
    obs::log::info("contact.told_apart",
                   {{"actor", call.caller.actor}, {"contact", told->contact}, {"other", told->other}});
    co_return v1::RefuseSuggestionResponse{};
}

asio::awaitable<Result<v1::UndoRefusalResponse>> ContactService::undo(rpc::CallContext call,
                                                                      v1::UndoRefusalRequest request) {
    auto undone =
        co_await apart_.undo(service::by(call), ContactId(request.contact()), ContactId(request.suggested()));
    if (!undone) co_return undone.error();
    obs::log::info("contact.refusal_undone",
                   {{"actor", call.caller.actor}, {"contact", undone->contact}, {"other", undone->other}});
    co_return v1::UndoRefusalResponse{};
}

asio::awaitable<Result<v1::ListRefusalsResponse>> ContactService::list(rpc::CallContext call,
                                                                       v1::ListRefusalsRequest request) {
    auto name = co_await seen_name(call, ContactId(request.contact()));
    if (!name) co_return name.error();
    auto others = co_await others_of(context_, call.caller.workspace, ContactId(request.contact()));
    if (!others) co_return others.error();
    std::vector<std::pair<std::string, store::ToldApart>> newest(others->begin(), others->end());
    std::stable_sort(newest.begin(), newest.end(),
                     [](const auto& a, const auto& b) { return a.second.at > b.second.at; });
    v1::ListRefusalsResponse response;
    for (const auto& [id, how] : newest) {
        auto other = co_await seen_name(call, ContactId(id));
        if (!other && other.error().code == Code::not_found) continue;
        if (!other) co_return other.error();
        auto& refusal = *response.add_refusals();
        refusal.set_contact(id);
        refusal.set_name(std::move(*other));
        refusal.set_actor(how.by);
        store::set_time(refusal.mutable_at(), how.at);
    }
    co_return response;
}

void ContactService::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.ContactService/";
    service::bind(dispatcher, service + "RefuseSuggestion", *this, &ContactService::refuse);
    service::bind(dispatcher, service + "UndoRefusal", *this, &ContactService::undo);
    service::bind(dispatcher, service + "ListRefusals", *this, &ContactService::list);
}

}  // namespace guichet::inbox
