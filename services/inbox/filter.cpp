#include "services/inbox/filter.hpp"

#include <algorithm>

#include "common/store/records.hpp"

namespace guichet::inbox {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (char c : text) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    return parts;
}

std::vector<std::string> list_or_all(const std::string& text) {
    return text == "*" ? std::vector<std::string>{} : split(text, ',');
}

template <class List, class Value>
bool wants(const List& list, const Value& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

bool wants_owner(const v1::ConversationFilter& filter, const std::string& caller, const std::string& owner) {
    if (filter.owners().empty()) return true;
    return std::any_of(filter.owners().begin(), filter.owners().end(), [&](const std::string& wanted) {
        return owner == (wanted == "me" ? caller : wanted);
    });
}

bool wants_visibility(const v1::ConversationFilter& filter, v1::Visibility visibility) {
    return filter.visibility() == v1::VISIBILITY_UNSPECIFIED || filter.visibility() == visibility;
}

}  // namespace

std::vector<ScopeEntry> decode_scope(const std::string& encoded) {
    if (encoded == "*") return {ScopeEntry{}};
    std::vector<ScopeEntry> entries;
    for (const auto& text : split(encoded, ';')) {
        const auto parts = split(text, '/');
        if (parts.size() == 3)
            entries.push_back({list_or_all(parts[0]), list_or_all(parts[1]), parts[2] == "public"});
    }
    return entries;
}

Query to_query(const v1::ConversationFilter& filter, const std::string& workspace, const std::string& scope,
               const std::string& caller) {
    Query query;
    query.workspace = workspace;
    query.scope = decode_scope(scope);
    query.channels.assign(filter.channels().begin(), filter.channels().end());
    query.teams.assign(filter.teams().begin(), filter.teams().end());
    query.languages.assign(filter.languages().begin(), filter.languages().end());
    query.labels.assign(filter.labels().begin(), filter.labels().end());
    query.states.assign(filter.states().begin(), filter.states().end());
    query.intents.assign(filter.intents().begin(), filter.intents().end());
    query.sentiments.assign(filter.sentiments().begin(), filter.sentiments().end());
    for (const auto& owner : filter.owners()) query.owners.push_back(owner == "me" ? caller : owner);
    query.visibility = filter.visibility();
    if (!filter.contact().empty()) query.contacts = {filter.contact()};
    return query;
}

bool matches(const v1::ConversationFilter& filter, const std::string& caller, const v1::Conversation& c) {
    return wants(filter.states(), c.state()) && wants(filter.channels(), c.channel()) &&
           wants(filter.teams(), c.team()) && wants(filter.languages(), c.triage().language()) &&
           wants(filter.intents(), c.triage().intent()) &&
           wants(filter.sentiments(), c.triage().sentiment()) && wants_owner(filter, caller, c.owner()) &&
           wants_visibility(filter, c.visibility()) &&
           (filter.contact().empty() || filter.contact() == c.contact()) &&
           std::all_of(filter.labels().begin(), filter.labels().end(), [&c](const std::string& label) {
               return std::find(c.labels().begin(), c.labels().end(), label) != c.labels().end();
           });
}

bool matches(const EventFilter& filter, const v1::Event& event) {
    const auto& request = filter.request;
    if (!request.conversation().empty() && request.conversation() != event.conversation()) return false;
    if (!wants(request.types(), event.type())) return false;
    if (event.channel().empty()) {
        // Of an agent or of the whole workspace: nothing in it belongs to a channel.
        return filter.scope == "*" || event.type() == "agent.presence";
    }
    if (!store::scope_allows(filter.scope, event.team(), event.channel(),
                             event.visibility() == v1::VISIBILITY_PUBLIC)) {
        return false;
    }
    const auto& wanted = request.filter();
    return wants(wanted.states(), event.state()) && wants(wanted.channels(), event.channel()) &&
           wants(wanted.teams(), event.team()) && wants(wanted.languages(), event.language()) &&
           wants_owner(wanted, filter.caller, event.owner()) && wants_visibility(wanted, event.visibility());
}

}  // namespace guichet::inbox
