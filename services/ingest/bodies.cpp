#include "services/ingest/bodies.hpp"

#include <algorithm>
#include <iterator>

#include "common/core/bytes.hpp"
#include "services/ingest/dead_event.hpp"

namespace guichet::ingest {
namespace {

// Of what a stranger's body says, in our words.
constexpr std::size_t kMaxNamed = 100;

std::string nobody_has(const Account& first, const std::string& account) {
    return "the app " + setting_of(*first.channel, kAppSetting) + " told of the account " +
           truncate_utf8(account, kMaxNamed) +
           ", which no channel here is connected to: connect it, then replay";
}

}  // namespace

bool Taken::refused() const {
    return std::any_of(parts.begin(), parts.end(),
                       [](const BodyPart& part) { return !part.refused.empty(); });
}

std::vector<BodyPart> Bodies::distribute(const channels::Connector& connector, const AccountList& accounts,
                                         std::string body) {
    const auto& first = accounts.front();
    std::vector<BodyPart> parts;
    auto cut = connector.split(body);
    if (!cut) {
        parts.push_back({first.workspace, first.channel, std::move(body), cut.error().message, true});
        return parts;
    }
    for (auto& one : *cut) {
        const auto before = parts.size();
        for (const auto& account : accounts) {
            if (account.name != one.account || account.name.empty()) continue;
            parts.push_back({account.workspace, account.channel, one.body, {}, false});
        }
        if (parts.size() > before) continue;
        auto why = nobody_has(first, one.account);
        parts.push_back({first.workspace, first.channel, std::move(one.body), std::move(why), true, true});
    }
    return parts;
}

void Bodies::read(BodyPart& part, std::vector<Told>& told) const {
    const auto* connector = connectors_.find(part.channel->kind());
    Result<channels::Events> events =
        connector ? connector->parse(*part.channel, part.body)
                  : invalid("channel", "this build has no connector for the channel " + part.channel->id());
    if (events && events->size() > max_messages_)
        events = invalid("body", "the body holds too many messages");
    if (!events) {
        part.refused = events.error().message;
        part.unreadable = true;
        return;
    }
    bool kept = false;
    for (auto& event : *events) {
        auto raw = std::move(event.raw);
        if (raw.empty() && !kept && event.kind == channels::Event::Kind::message) {
            // The whole body is kept once, with a customer's message.
            raw = part.body;
            kept = true;
        }
        told.push_back({part.workspace, part.channel, std::move(event), std::move(raw), false});
    }
}

asio::awaitable<Result<Taken>> Bodies::take(std::vector<BodyPart> parts) {
    Taken taken;
    taken.parts = std::move(parts);
    std::vector<Told> told;
    std::vector<std::size_t> part_of;
    for (std::size_t i = 0; i < taken.parts.size(); ++i) {
        if (taken.parts[i].refused.empty()) read(taken.parts[i], told);
        part_of.resize(told.size(), i);
    }
    if (told.empty()) co_return taken;
    struct Name {
        std::string external_id;
        bool is_message;
    };
    std::vector<Name> names;
    names.reserve(told.size());
    for (const auto& one : told) {
        names.push_back({one.event.message.external_id(), one.event.kind == channels::Event::Kind::message});
    }
    auto outcomes = co_await events_.take(std::move(told));
    if (!outcomes) co_return outcomes.error();
    for (std::size_t i = 0; i < outcomes->size(); ++i) {
        const auto& outcome = (*outcomes)[i];
        auto& part = taken.parts[part_of[i]];
        if (!outcome && !is_hopeless(outcome.error())) co_return outcome.error();
        if (!outcome && part.refused.empty()) part.refused = outcome.error().message;
        if (!names[i].is_message) continue;
        Result<store::Ingested> stored = store::Ingested{};
        if (!outcome) stored = outcome.error();
        if (outcome && *outcome) stored = **outcome;
        taken.messages.push_back({std::move(names[i].external_id), std::move(stored)});
    }
    co_return taken;
}

asio::awaitable<Result<std::vector<Dropped>>> Bodies::bury(const Taken& taken) {
    std::vector<Dropped> dropped;
    for (const auto& part : taken.parts) {
        if (part.refused.empty()) continue;
        store::DeadLetter letter;
        letter.workspace = part.workspace;
        letter.source = "webhook:" + part.channel->id();
        letter.reason = part.refused;
        letter.body = part.body;
        if (part.unknown) {
            auto gone = co_await store_.bury_unknown(std::move(letter), unknown_);
            if (!gone) co_return gone.error();
            if (*gone > 0) dropped.push_back({part.workspace, *gone});
        } else {
            auto buried = co_await store_.bury(std::move(letter));
            if (!buried) co_return buried.error();
        }
    }
    co_return dropped;
}

asio::awaitable<Result<std::vector<BodyPart>>> Bodies::parts_again(WorkspaceId workspace,
                                                                   access::ChannelPtr channel,
                                                                   std::string body) {
    const auto* connector = connectors_.find(channel->kind());
    if (!connector || !connector->caps(*channel).many_accounts) {
        std::vector<BodyPart> whole;
        whole.push_back({std::move(workspace), std::move(channel), std::move(body), {}, false});
        co_return whole;
    }
    auto known = co_await accounts_.of_app(channel->kind(), setting_of(*channel, kAppSetting));
    if (!known) co_return known.error();
    // Those that the body would have been for when it came.
    AccountList same;
    std::copy_if((*known)->begin(), (*known)->end(), std::back_inserter(same),
                 [signer = signer_of(*channel)](const Account& one) { return one.signer == signer; });
    if (same.empty()) co_return not_found("the channel " + channel->id() + " has no app any more");
    co_return distribute(*connector, same, std::move(body));
}

asio::awaitable<Status> Bodies::replay(WorkspaceId workspace, access::ChannelPtr channel, std::string body) {
    auto parts = co_await parts_again(std::move(workspace), std::move(channel), std::move(body));
    if (!parts) co_return parts.error();
    auto taken = co_await take(std::move(*parts));
    if (!taken) co_return taken.error();
    for (const auto& part : taken->parts) {
        if (!part.refused.empty()) co_return invalid("body", part.refused);
    }
    co_return Status{};
}

asio::awaitable<Status> Bodies::replay_event(WorkspaceId workspace, access::ChannelPtr channel,
                                             std::string body) {
    auto message = decode_dead_event(body);
    if (!message) co_return message.error();
    std::vector<Told> told;
    told.push_back({std::move(workspace), std::move(channel), std::move(*message), {}, true});
    auto outcomes = co_await events_.take(std::move(told));
    if (!outcomes) co_return outcomes.error();
    if (!outcomes->front()) co_return outcomes->front().error();
    co_return Status{};
}

}  // namespace guichet::ingest
