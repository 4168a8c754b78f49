#include "common/core/bytes.hpp"
#include "common/store/store.hpp"

namespace guichet::store {
namespace {

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : ",") + item;
    return text;
}

// As the functions take a narrowing list: '*' is all.
std::string all_or(const std::vector<std::string>& items) {
    return items.empty() ? "*" : joined(items);
}

// How many messages an answer shows; '' : it does not show its conversation.
std::string shown(int messages) {
    return messages > 0 ? std::to_string(messages) : std::string();
}

const char* event_of(Giving::Kind kind) {
    switch (kind) {
        case Giving::Kind::handoff:
            return "conversation.handed_off";
        case Giving::Kind::transfer:
            return "conversation.transferred";
        case Giving::Kind::release:
            break;
    }
    return "conversation.released";
}

}  // namespace

asio::awaitable<Result<std::optional<Claimed>>> Store::claim_next(By by, ClaimNext what) {
    auto arguments = head(by);
    Row more{ms(what.lease),
             std::to_string(what.capacity),
             hex(random_.bytes(8)),
             all_or(what.teams),
             all_or(what.channels),
             all_or(what.languages),
             std::to_string(what.scan_limit),
             what.bot ? "1" : "",
             shown(what.messages)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto found = co_await claimed(by.workspace, "claim_next", std::move(arguments));
    if (!found) co_return found.error();
    if (found->conversation.str().empty()) co_return std::optional<Claimed>{};
    co_return std::optional<Claimed>(std::move(*found));
}

asio::awaitable<Result<Claimed>> Store::claim(By by, ConversationId conversation, Milliseconds lease,
                                              int capacity, bool bot, int messages) {
    auto arguments = head(by);
    Row more{conversation.str(),    ms(lease),      std::to_string(capacity),
             hex(random_.bytes(8)), bot ? "1" : "", shown(messages)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    co_return co_await claimed(by.workspace, "claim", std::move(arguments));
}

asio::awaitable<Result<Renewed>> Store::renew(By by, std::vector<ConversationId> conversations,
                                              Milliseconds lease) {
    auto arguments = head(by);
    arguments.push_back(ms(lease));
    for (const auto& id : conversations) arguments.push_back(id.str());
    auto row = co_await call(by.workspace, "renew", std::move(arguments));
    if (!row) co_return row.error();
    Renewed renewed;
    renewed.until = std::atoll(row->at(0).c_str());
    for (std::size_t i = 1; i < row->size(); ++i) renewed.kept.emplace_back(row->at(i));
    co_return renewed;
}

asio::awaitable<Result<Row>> Store::view(WorkspaceId workspace, ConversationId conversation,
                                         std::string actor, std::int64_t before_seq, int most) {
    Row arguments{workspace.str(), std::move(actor), conversation.str(), std::to_string(before_seq),
                  std::to_string(most)};
    co_return co_await call(std::move(workspace), "view", std::move(arguments));
}

asio::awaitable<Result<Row>> Store::waiting(WorkspaceId workspace, TimeMs due, std::string conversation,
                                            int most, std::vector<std::string> queues) {
    Row arguments{workspace.str(), std::to_string(due), std::move(conversation), std::to_string(most)};
    arguments.insert(arguments.end(), std::make_move_iterator(queues.begin()),
                     std::make_move_iterator(queues.end()));
    co_return co_await call(std::move(workspace), "waiting", std::move(arguments));
}

asio::awaitable<Result<Claimed>> Store::assign(By by, Assignment what) {
    auto arguments = head(by);
    Row more{what.conversation.str(),
             std::to_string(what.version),
             what.agent.str(),
             what.team.str(),
             what.reason,
             ms(what.lease),
             std::to_string(what.capacity),
             hex(random_.bytes(8)),
             what.bot ? "1" : ""};
    arguments.insert(arguments.end(), more.begin(), more.end());
    co_return co_await claimed(by.workspace, "assign", std::move(arguments));
}

asio::awaitable<Result<std::int64_t>> Store::give(By by, Giving what) {
    auto arguments = head(by);
    Row more{what.conversation.str(), what.epoch,      event_of(what.kind), what.reason,
             what.agent.str(),        what.team.str(), what.note,           ms(what.reserve)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    co_return co_await versioned(by.workspace, "give", std::move(arguments));
}

asio::awaitable<Result<std::int64_t>> Store::snooze(By by, ConversationId conversation, std::string epoch,
                                                    TimeMs until, std::string reason) {
    auto arguments = head(by);
    Row more{conversation.str(), epoch, std::to_string(until), reason};
    arguments.insert(arguments.end(), more.begin(), more.end());
    co_return co_await versioned(by.workspace, "snooze", std::move(arguments));
}

asio::awaitable<Result<std::int64_t>> Store::resolve(By by, Resolution what) {
    auto arguments = head(by);
    Row more{what.conversation.str(),    what.epoch, what.outcome, what.cause, what.remedy,
             what.supervisor ? "1" : "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    co_return co_await versioned(by.workspace, "resolve", std::move(arguments));
}

asio::awaitable<Result<std::int64_t>> Store::reopen(By by, ConversationId conversation, std::string reason) {
    auto arguments = head(by);
    arguments.push_back(conversation.str());
    arguments.push_back(reason);
    co_return co_await versioned(by.workspace, "reopen", std::move(arguments));
}

asio::awaitable<Result<std::int64_t>> Store::set_labels(By by, ConversationId conversation,
                                                        std::vector<std::string> add,
                                                        std::vector<std::string> remove) {
    auto arguments = head(by);
    Row more{conversation.str(), joined(add), joined(remove)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    co_return co_await versioned(by.workspace, "labels", std::move(arguments));
}

asio::awaitable<Result<int>> Store::set_presence(By by, std::string presence, TimeMs until, int capacity) {
    auto arguments = head(by);
    Row more{presence, std::to_string(until), std::to_string(capacity)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto row = co_await call(by.workspace, "presence", std::move(arguments));
    if (!row) co_return row.error();
    co_return std::atoi(row->at(1).c_str());
}

}  // namespace guichet::store
