#include "common/rpc/identity.hpp"

#include <algorithm>

namespace guichet::rpc {

namespace {

bool all_valid(const std::vector<std::string>& ids) {
    return std::all_of(ids.begin(), ids.end(), [](const std::string& id) { return valid_id(id); });
}

bool matches(const std::vector<std::string>& ids, std::string_view id) {
    return ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
}

void append_list(std::string& out, const std::vector<std::string>& ids) {
    if (ids.empty()) {
        out += '*';
        return;
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0) out += ',';
        out += ids[i];
    }
}

}  // namespace

const char* to_string(Role role) {
    switch (role) {
        case Role::viewer:
            return "viewer";
        case Role::agent:
            return "agent";
        case Role::supervisor:
            return "supervisor";
        case Role::admin:
            return "admin";
        case Role::bot:
            return "bot";
        case Role::channel:
            return "channel";
        case Role::unspecified:
            break;
    }
    return "unspecified";
}

Scope Scope::all() {
    Scope scope;
    scope.everything_ = true;
    return scope;
}

void Scope::add(const GrantSpec& grant) {
    if (!all_valid(grant.channels) || !all_valid(grant.teams)) return;
    Entry entry{grant.channels, grant.teams, grant.public_only};
    if (entry.channels.empty() && entry.teams.empty() && !entry.public_only) {
        everything_ = true;
        entries_.clear();
    }
    if (everything_ || std::find(entries_.begin(), entries_.end(), entry) != entries_.end()) return;
    entries_.push_back(std::move(entry));
}

bool Scope::allows(std::string_view channel, std::string_view team, bool is_public) const {
    if (everything_) return true;
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return (is_public || !entry.public_only) && matches(entry.channels, channel) &&
               matches(entry.teams, team);
    });
}

std::string Scope::encode() const {
    if (everything_) return "*";
    std::string out;
    for (const auto& entry : entries_) {
        if (!out.empty()) out += ';';
        append_list(out, entry.teams);
        out += '/';
        append_list(out, entry.channels);
        out += entry.public_only ? "/public" : "/*";
    }
    return out;
}

}  // namespace guichet::rpc
