#include "services/inbox/contact_service.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/obs/log.hpp"
#include "common/service/bind.hpp"
#include "common/store/records.hpp"

namespace guichet::inbox {
namespace {

using Others = std::map<std::string, store::ToldApart>;

constexpr std::size_t kMostSegment = 60;

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Status check_segment(const std::string& segment) {
    if (!valid_utf8(segment)) return invalid("segment", "the text is not UTF-8");
    const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (std::any_of(segment.begin(), segment.end(), control))
        return invalid("segment", "a segment is one line, without tabs");
    return service::check_text("segment", segment, kMostSegment);
}

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

asio::awaitable<Result<v1::ContactSegment>> kept_segment(service::Context& context, WorkspaceId workspace,
                                                         ContactId contact) {
    auto person = co_await context.reads.person(std::move(workspace), std::move(contact));
    if (!person) co_return person.error();
    auto said = store::segment_of(*person);
    v1::ContactSegment kept;
    kept.set_segment(std::move(said.segment));
    kept.set_actor(std::move(said.by));
    if (said.at != 0) store::set_time(kept.mutable_at(), said.at);
    co_return kept;
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

asio::awaitable<Result<v1::SetSegmentResponse>> ContactService::set_segment(rpc::CallContext call,
                                                                            v1::SetSegmentRequest request) {
    auto segment = trimmed(request.segment());
    if (auto status = check_segment(segment); !status.ok()) co_return status;
    if (request.version() < 0) co_return invalid("version", "0 or more");
    auto set = co_await segments_.set(service::by(call), ContactId(request.contact()), request.version(),
                                      std::move(segment));
    if (!set) co_return set.error();
    obs::log::info("contact.segmented", {{"actor", call.caller.actor}, {"contact", *set}});
    auto kept = co_await kept_segment(context_, call.caller.workspace, std::move(*set));
    if (!kept) co_return kept.error();
    v1::SetSegmentResponse response;
    *response.mutable_segment() = std::move(*kept);
    co_return response;
}

asio::awaitable<Result<v1::GetSegmentResponse>> ContactService::get_segment(rpc::CallContext call,
                                                                            v1::GetSegmentRequest request) {
    auto name = co_await seen_name(call, ContactId(request.contact()));
    if (!name) co_return name.error();
    auto kept = co_await kept_segment(context_, call.caller.workspace, ContactId(request.contact()));
    if (!kept) co_return kept.error();
    v1::GetSegmentResponse response;
    *response.mutable_segment() = std::move(*kept);
    co_return response;
}

asio::awaitable<Result<v1::ListSegmentsResponse>> ContactService::list_segments(rpc::CallContext call,
                                                                                v1::ListSegmentsRequest) {
    auto found = co_await segments_.in_use(call.caller.workspace);
    if (!found) co_return found.error();
    v1::ListSegmentsResponse response;
    for (auto& [name, contacts] : *found) {
        auto& segment = *response.add_segments();
        segment.set_name(std::move(name));
        segment.set_contacts(contacts);
    }
    co_return response;
}

void ContactService::register_rpcs(rpc::Dispatcher& dispatcher) {
    const std::string service = "guichet.v1.ContactService/";
    service::bind(dispatcher, service + "RefuseSuggestion", *this, &ContactService::refuse);
    service::bind(dispatcher, service + "UndoRefusal", *this, &ContactService::undo);
    service::bind(dispatcher, service + "ListRefusals", *this, &ContactService::list);
    service::bind(dispatcher, service + "SetSegment", *this, &ContactService::set_segment);
    service::bind(dispatcher, service + "GetSegment", *this, &ContactService::get_segment);
    service::bind(dispatcher, service + "ListSegments", *this, &ContactService::list_segments);
}

}  // namespace guichet::inbox
