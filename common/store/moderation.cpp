#include "common/store/moderation.hpp"

#include <algorithm>
#include <array>

#include "common/redis/command.hpp"
#include "common/store/keys.hpp"
#include "common/store/records.hpp"

namespace guichet::store {
namespace {

constexpr std::array<std::pair<const char*, v1::ModerationAct>, 4> kActs{{
    {"hide", v1::MODERATION_ACT_HIDE},
    {"unhide", v1::MODERATION_ACT_UNHIDE},
    {"like", v1::MODERATION_ACT_LIKE},
    {"unlike", v1::MODERATION_ACT_UNLIKE},
}};

v1::ModerationAct act_of(const std::string& word) {
    for (const auto& [name, act] : kActs) {
        if (word == name) return act;
    }
    return v1::MODERATION_ACT_UNSPECIFIED;
}

v1::ModerationState state_of_act(const std::string& word) {
    if (word == "done") return v1::MODERATION_STATE_DONE;
    return word == "failed" ? v1::MODERATION_STATE_FAILED : v1::MODERATION_STATE_ASKED;
}

const char* word_of_end(ActOutcome::Kind kind) {
    switch (kind) {
        case ActOutcome::Kind::failed:
            return "failed";
        case ActOutcome::Kind::retry:
            return "retry";
        case ActOutcome::Kind::later:
            return "later";
        case ActOutcome::Kind::done:
            break;
    }
    return "done";
}

// As lua/43_moderation.lua packs it; the error is last and may hold anything.
constexpr std::size_t kPacked = 9;

struct Packed {
    v1::Moderation moderation;
    std::string state, number;
};

Packed unpack(const std::string& key, const std::string& packed) {
    Row parts;
    std::size_t from = 0;
    while (parts.size() + 1 < kPacked) {
        const auto bar = packed.find('|', from);
        if (bar == std::string::npos) break;
        parts.push_back(packed.substr(from, bar - from));
        from = bar + 1;
    }
    parts.push_back(packed.substr(from));
    parts.resize(kPacked);
    Packed act;
    auto& m = act.moderation;
    m.set_seq(std::atoll(key.c_str()));
    m.set_act(act_of(parts[0]));
    m.set_state(state_of_act(parts[1]));
    m.set_actor(parts[2]);
    set_time(m.mutable_asked_at(), std::atoll(parts[3].c_str()));
    if (!parts[4].empty()) set_time(m.mutable_settled_at(), std::atoll(parts[4].c_str()));
    if (!parts[5].empty()) set_time(m.mutable_retry_at(), std::atoll(parts[5].c_str()));
    m.set_attempts(std::atoi(parts[6].c_str()));
    m.set_error(parts[8]);
    act.state = parts[1];
    act.number = parts[7];
    return act;
}

}  // namespace

const char* act_word(v1::ModerationAct act) {
    for (const auto& [name, known] : kActs) {
        if (act == known) return name;
    }
    return nullptr;
}

asio::awaitable<Result<v1::Moderation>> Moderations::ask(By by, ConversationId conversation, std::int64_t seq,
                                                         v1::ModerationAct act, std::string external_id) {
    auto partition = co_await store_.partition_of(by.workspace);
    if (!partition) co_return partition.error();
    const auto* word = act_word(act);
    if (word == nullptr) co_return invalid("act", "say what to do: hide, unhide, like or unlike");
    Row arguments{
        by.workspace.str(),    by.actor, by.request, by.scope, conversation.str(), std::to_string(seq), word,
        std::move(external_id)};
    auto row = co_await functions_.call(partition->prefix(), "moderate", std::move(arguments));
    if (!row) co_return row.error();
    co_return unpack(row->at(0), row->at(1)).moderation;
}

asio::awaitable<Result<std::vector<v1::Moderation>>> Moderations::list(WorkspaceId workspace,
                                                                       ConversationId conversation) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("HGETALL", workspace_key(*partition, workspace, "md:", conversation.str()));
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    std::vector<v1::Moderation> all;
    for (std::size_t i = 0; i + 1 < reply->size(); i += 2)
        all.push_back(unpack((*reply)[i].text(), (*reply)[i + 1].text()).moderation);
    std::sort(all.begin(), all.end(), [](const v1::Moderation& a, const v1::Moderation& b) {
        return a.seq() != b.seq() ? a.seq() < b.seq() : a.act() < b.act();
    });
    co_return all;
}

asio::awaitable<Result<ActWork>> Moderations::find(WorkspaceId workspace, ConversationId conversation,
                                                   std::string item) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    const auto bar = item.rfind('|');
    const auto key = item.substr(0, bar);
    redis::Command command("HGET", workspace_key(*partition, workspace, "md:", conversation.str()), key);
    auto reply = co_await store_.client().call(std::move(command));
    if (!reply) co_return reply.error();
    ActWork work;
    work.stale = true;
    if (reply->is_nil() || bar == std::string::npos) co_return work;
    auto found = unpack(key, reply->text());
    work.stale = found.state != "asked" || found.number != item.substr(bar + 1);
    work.moderation = std::move(found.moderation);
    co_return work;
}

asio::awaitable<Result<bool>> Moderations::record(ActOutcome outcome) {
    auto partition = co_await store_.partition_of(outcome.workspace);
    if (!partition) co_return partition.error();
    Row arguments{outcome.workspace.str(),   outcome.conversation.str(), outcome.entry, outcome.item,
                  word_of_end(outcome.kind), ms(outcome.wait),           outcome.error};
    auto row = co_await functions_.call(partition->prefix(), "moderated", std::move(arguments));
    if (!row) co_return row.error();
    co_return row->at(0) == "done";
}

asio::awaitable<Result<bool>> Moderations::take_over(ActElsewhere told) {
    auto partition = co_await store_.partition_of(told.workspace);
    if (!partition) co_return partition.error();
    Row arguments{told.workspace.str(), told.channel.str(), std::move(told.external_id),
                  told.hidden ? "hide" : "unhide", std::to_string(told.at)};
    auto row = co_await functions_.call(partition->prefix(), "moderated_elsewhere", std::move(arguments));
    if (!row) co_return row.error();
    co_return row->at(0) == "done";
}

}  // namespace guichet::store
