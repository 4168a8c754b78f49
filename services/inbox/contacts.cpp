#include "services/inbox/contacts.hpp"

#include <algorithm>

#include "common/core/bytes.hpp"
#include "common/obs/log.hpp"
#include "common/service/bind.hpp"
#include "services/inbox/contact_service.hpp"

namespace guichet::inbox {
namespace {

constexpr std::size_t kMostReason = 500;
constexpr std::size_t kMostMarksLookedUp = 40;
constexpr std::size_t kMostCandidates = 20;

Status no_contact(const std::string& id) {
    return not_found("there is no such contact, or not for you: " + id);
}

// Identities that wrote nothing that the caller may see are left out.
void keep_seen(v1::Contact& contact, const std::set<std::string>& contacts) {
    auto* identities = contact.mutable_identities();
    identities->erase(std::remove_if(identities->begin(), identities->end(),
                                     [&](const auto& one) { return contacts.count(one.contact()) == 0; }),
                      identities->end());
    auto* merged = contact.mutable_merged();
    merged->erase(std::remove_if(merged->begin(), merged->end(),
                                 [&](const auto& one) { return contacts.count(one.contact()) == 0; }),
                  merged->end());
}

Status check(const v1::SplitContactRequest& request) {
    if (request.identities().empty()) return invalid("identities", "name what is another person's");
    if (request.identities_size() > store::kMostIdentities) {
        return invalid("identities", "a contact has at most " + std::to_string(store::kMostIdentities));
    }
    for (const auto& identity : request.identities()) {
        if (identity.channel().empty() || identity.external_id().empty())
            return invalid("identities", "each is named by channel and external_id");
    }
    return {};
}

}  // namespace

asio::awaitable<Result<Contacts::Seen>> Contacts::see(const rpc::CallContext& call, ContactId id) {
    const auto workspace = call.caller.workspace;
    const auto named = id.str();
    auto contact = co_await context_.reads.contact(workspace, std::move(id));
    if (!contact) {
        if (contact.error().code == Code::not_found) co_return no_contact(named);
        co_return contact.error();
    }
    std::vector<std::string> ids(contact->conversations().begin(), contact->conversations().end());
    auto visible =
        co_await context_.reads.conversations_as_kept(workspace, std::move(ids), call.scope.encode());
    if (!visible) co_return visible.error();
    const bool limited = !call.scope.everything();
    if (visible->empty() && limited) co_return no_contact(named);
    Seen seen;
    std::set<std::string> contacts;
    contact->clear_conversations();
    for (const auto& conversation : *visible) {
        contact->add_conversations(conversation.id());
        contacts.insert(conversation.contact());
        if (seen.language.empty()) seen.language = conversation.triage().language();
    }
    if (limited) keep_seen(*contact, contacts);
    seen.contact = std::move(*contact);
    co_return seen;
}

asio::awaitable<Result<v1::Contact>> Contacts::shown(const rpc::CallContext& call, ContactId id) {
    auto seen = co_await see(call, std::move(id));
    if (!seen) co_return seen.error();
    co_return std::move(seen->contact);
}

asio::awaitable<Result<PersonFacts>> Contacts::facts(WorkspaceId workspace, ContactId id) {
    auto known = co_await context_.reads.person(std::move(workspace), std::move(id));
    if (!known) co_return known.error();
    PersonFacts facts;
    for (auto& one : *known) {
        if (const auto name = one.fields.find("nm"); name != one.fields.end() && !name->second.empty())
            facts.names.push_back(name->second);
        for (auto& mark : store::marks_of(one.fields)) {
            if (facts.marks.size() < kMostMarksLookedUp) facts.marks.push_back(std::move(mark));
        }
    }
    co_return facts;
}

asio::awaitable<Result<std::set<std::string>>> Contacts::candidates(WorkspaceId workspace,
                                                                    const PersonFacts& facts,
                                                                    std::string himself) {
    auto marks = facts.marks;
    auto alike = co_await context_.reads.alike(workspace, std::move(marks));
    if (!alike) co_return alike.error();
    auto tops = co_await context_.reads.persons_of(workspace, std::move(*alike));
    if (!tops) co_return tops.error();
    std::set<std::string> persons;
    for (const auto& [contact, top] : *tops) {
        if (top != himself && persons.size() < kMostCandidates) persons.insert(top);
    }
    co_return persons;
}

asio::awaitable<Result<std::vector<v1::ContactSuggestion>>> Contacts::suggestions(
    const rpc::CallContext& call, const Seen& whose) {
    const auto workspace = call.caller.workspace;
    const auto& settings = context_.settings.inbox;
    std::vector<v1::ContactSuggestion> found;
    auto his = co_await facts(workspace, ContactId(whose.contact.id()));
    if (!his) co_return his.error();
    his->language = whose.language;
    auto others = co_await candidates(workspace, *his, whose.contact.id());
    if (!others) co_return others.error();
    auto refused = co_await others_of(context_, workspace, ContactId(whose.contact.id()));
    if (!refused) co_return refused.error();
    for (const auto& id : *others) {
        if (refused->count(id) > 0) continue;
        auto other = co_await see(call, ContactId(id));
        if (!other && other.error().code == Code::not_found) continue;
        if (!other) co_return other.error();
        auto known = co_await facts(workspace, ContactId(id));
        if (!known) co_return known.error();
        known->language = other->language;
        auto like = likeness(*his, *known);
        if (like.score < settings.suggest_from) continue;
        v1::ContactSuggestion suggestion;
        *suggestion.mutable_contact() = std::move(other->contact);
        suggestion.mutable_contact()->clear_conversations();
        suggestion.mutable_contact()->clear_merged();
        suggestion.set_score(like.score);
        for (auto& reason : like.reasons) *suggestion.add_reasons() = std::move(reason);
        found.push_back(std::move(suggestion));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.score() > b.score(); });
    if (found.size() > static_cast<std::size_t>(settings.suggest_most))
        found.resize(static_cast<std::size_t>(settings.suggest_most));
    co_return found;
}

asio::awaitable<Result<v1::GetContactResponse>> Contacts::get(rpc::CallContext call,
                                                              v1::GetContactRequest request) {
    auto seen = co_await see(call, ContactId(request.contact()));
    if (!seen) co_return seen.error();
    auto suggested = co_await suggestions(call, *seen);
    if (!suggested) co_return suggested.error();
    v1::GetContactResponse response;
    *response.mutable_contact() = std::move(seen->contact);
    for (auto& suggestion : *suggested) *response.add_suggestions() = std::move(suggestion);
    co_return response;
}

asio::awaitable<Result<v1::MergeContactsResponse>> Contacts::merge(rpc::CallContext call,
                                                                   v1::MergeContactsRequest request) {
    if (!valid_utf8(request.reason())) co_return invalid("reason", "the text is not UTF-8");
    if (auto status = service::check_text("reason", request.reason(), kMostReason); !status.ok())
        co_return status;
    store::ContactMerge what;
    what.into = ContactId(request.into());
    what.from = ContactId(request.from());
    what.into_version = request.into_version();
    what.from_version = request.from_version();
    what.reason = request.reason();
    auto merged = co_await context_.store.merge_contacts(service::by(call), std::move(what));
    if (!merged) co_return merged.error();
    obs::log::info("contact.merged",
                   {{"actor", call.caller.actor}, {"into", merged->contact}, {"from", merged->other}});
    auto contact = co_await shown(call, merged->contact);
    if (!contact) co_return contact.error();
    v1::MergeContactsResponse response;
    *response.mutable_contact() = std::move(*contact);
    co_return response;
}

asio::awaitable<Result<v1::UndoMergeResponse>> Contacts::undo(rpc::CallContext call,
                                                              v1::UndoMergeRequest request) {
    auto undone = co_await context_.store.undo_merge(service::by(call), ContactId(request.contact()),
                                                     request.version());
    if (!undone) co_return undone.error();
    auto contact = co_await shown(call, undone->contact);
    if (!contact && contact.error().code != Code::not_found) co_return contact.error();
    auto other = co_await shown(call, undone->other);
    if (!other && other.error().code != Code::not_found) co_return other.error();
    // Of what was one person he may have seen one half only.
    v1::UndoMergeResponse response;
    if (contact) *response.mutable_contact() = std::move(*contact);
    if (other) *response.mutable_undone() = std::move(*other);
    co_return response;
}

asio::awaitable<Status> Contacts::may_split(const rpc::CallContext& call,
                                            const v1::SplitContactRequest& request) {
    if (call.scope.everything()) co_return Status{};
    auto seen = co_await see(call, ContactId(request.contact()));
    if (!seen) co_return seen.error();
    const auto& known = seen->contact.identities();
    for (const auto& wanted : request.identities()) {
        const bool there = std::any_of(known.begin(), known.end(), [&](const auto& one) {
            return one.channel() == wanted.channel() && one.external_id() == wanted.external_id();
        });
        if (!there) co_return not_found("this contact has no such identity, or not for you");
    }
    co_return Status{};
}

asio::awaitable<Result<v1::SplitContactResponse>> Contacts::split(rpc::CallContext call,
                                                                  v1::SplitContactRequest request) {
    if (auto status = check(request); !status.ok()) co_return status;
    auto allowed = co_await may_split(call, request);
    if (!allowed.ok()) co_return allowed;
    store::ContactSplit what;
    what.contact = ContactId(request.contact());
    what.version = request.version();
    for (const auto& identity : request.identities())
        what.identities.push_back({ChannelId(identity.channel()), identity.external_id()});
    auto parted = co_await context_.store.split_contact(service::by(call), std::move(what));
    if (!parted) co_return parted.error();
    auto contact = co_await shown(call, parted->contact);
    if (!contact && contact.error().code != Code::not_found) co_return contact.error();
    auto other = co_await shown(call, parted->other);
    if (!other && other.error().code != Code::not_found) co_return other.error();
    v1::SplitContactResponse response;
    if (contact) *response.mutable_contact() = std::move(*contact);
    if (other) *response.mutable_split() = std::move(*other);
    co_return response;
}

}  // namespace guichet::inbox
