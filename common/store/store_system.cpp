#include <algorithm>

#include "common/redis/masters.hpp"
#include "common/store/store.hpp"

namespace guichet::store {
namespace {

Document decode_document(std::string id, const std::string& stored) {
    const auto bar = stored.find('|');
    return {std::move(id), std::atoll(stored.c_str()), stored.substr(bar + 1)};
}

}  // namespace

asio::awaitable<Result<Ticked>> Store::tick(Partition partition, Tick what) {
    Row arguments{"",
                  std::to_string(what.limit),
                  ms(what.lease),
                  ms(what.reserve),
                  ms(what.look),
                  std::to_string(what.most_returns)};
    auto row = co_await functions_.call(partition.prefix(), "tick", std::move(arguments));
    if (!row) co_return row.error();
    Ticked ticked;
    ticked.done = std::atoi(row->at(0).c_str());
    ticked.failed = std::atoi(row->at(2).c_str());
    if (!row->at(1).empty()) ticked.next = static_cast<TimeMs>(std::strtod(row->at(1).c_str(), nullptr));
    co_return ticked;
}

asio::awaitable<Result<void>> Store::resume(Partition partition) {
    Row arguments{""};
    auto row = co_await functions_.call(partition.prefix(), "resume", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Store::acknowledge(WorkspaceId workspace, std::string service,
                                                 std::string entry) {
    Row arguments{workspace.str(), service, entry};
    auto row = co_await call(workspace, "acknowledge", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Store::bury(DeadLetter letter) {
    Row arguments{letter.workspace.str(),
                  letter.service,
                  letter.entry,
                  letter.source,
                  letter.reason,
                  std::to_string(letter.deliveries),
                  letter.what,
                  letter.conversation,
                  letter.item,
                  letter.body};
    auto row = co_await call(letter.workspace, "bury", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<std::int64_t>> Store::bury_unknown(DeadLetter letter, DeadLetterLimit limit) {
    Row arguments{
        letter.workspace.str(),     letter.source, letter.reason, letter.body, std::to_string(limit.letters),
        std::to_string(limit.bytes)};
    auto row = co_await call(letter.workspace, "bury_unknown", std::move(arguments));
    if (!row) co_return row.error();
    co_return std::atoll(row->at(0).c_str());
}

asio::awaitable<Result<void>> Store::replay(By by, std::string dead_letter) {
    auto arguments = head(by);
    arguments.push_back(std::move(dead_letter));
    auto row = co_await call(by.workspace, "replay", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Store::exhume(WorkspaceId workspace, std::string service, std::string entry,
                                            std::string dead_letter) {
    Row arguments{workspace.str(), service, entry, dead_letter};
    auto row = co_await call(workspace, "exhume", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<std::int64_t>> Store::put_document(By by, std::string kind, std::string id,
                                                          std::int64_t version, std::string bytes, int most) {
    Row arguments{by.workspace.str(),      by.actor,         by.request,          kind, id,
                  std::to_string(version), std::move(bytes), std::to_string(most)};
    auto row = co_await functions_.call(kSystemPrefix, "doc", std::move(arguments));
    if (!row) co_return row.error();
    co_return std::atoll(row->at(0).c_str());
}

asio::awaitable<Result<std::optional<Document>>> Store::document(WorkspaceId workspace, std::string kind,
                                                                 std::string id) {
    redis::Command command("HGET", document_key(workspace, kind), id);
    auto reply = co_await client().call(std::move(command));
    if (!reply) co_return reply.error();
    if (reply->is_nil()) co_return std::optional<Document>{};
    co_return decode_document(std::move(id), reply->text());
}

asio::awaitable<Result<std::vector<Document>>> Store::documents(WorkspaceId workspace, std::string kind) {
    redis::Command command("HGETALL", document_key(workspace, kind));
    auto reply = co_await client().call(std::move(command));
    if (!reply) co_return reply.error();
    std::vector<Document> documents;
    for (std::size_t i = 0; i + 1 < reply->size(); i += 2) {
        documents.push_back(decode_document((*reply)[i].text(), (*reply)[i + 1].text()));
    }
    co_return documents;
}

asio::awaitable<Result<void>> Store::put_key(std::string name, std::string bytes, Milliseconds life) {
    redis::Command command("SET", kSystemPrefix + ("key:" + name), bytes, "PX", life.count());
    auto reply = co_await client().call(std::move(command));
    if (!reply) co_return reply.error();
    co_return Result<void>{};
}

asio::awaitable<Result<std::optional<std::string>>> Store::key(std::string name) {
    redis::Command command("GET", kSystemPrefix + ("key:" + name));
    auto reply = co_await client().call(std::move(command));
    if (!reply) co_return reply.error();
    if (reply->is_nil()) co_return std::optional<std::string>{};
    co_return reply->take_text();
}

asio::awaitable<Result<std::optional<std::string>>> Store::take_key(std::string name) {
    redis::Command command("GETDEL", kSystemPrefix + ("key:" + name));
    auto reply = co_await client().call(std::move(command));
    if (!reply) co_return reply.error();
    if (reply->is_nil()) co_return std::optional<std::string>{};
    co_return reply->take_text();
}

asio::awaitable<Result<std::string>> Store::agreed(std::string name, std::string candidate) {
    const auto key = kSystemPrefix + ("agreed:" + name);
    std::vector<redis::Command> commands;
    commands.emplace_back("SET", key, candidate, "NX");
    commands.emplace_back("GET", key);
    auto replies = co_await client().call_many(std::move(commands));
    if (!replies) co_return replies.error();
    if ((*replies)[1].is_error()) co_return redis::to_status((*replies)[1]);
    co_return (*replies)[1].text();
}

// Of the fullest master: what it refuses would be lost to its partitions.
asio::awaitable<Result<double>> Store::memory_share() {
    redis::Command command("INFO", "memory");
    auto replies = co_await redis::call_every(client(), std::move(command));
    if (!replies) co_return replies.error();
    double fullest = 0;
    for (const auto& reply : *replies) {
        const auto& text = reply.text();
        const auto number = [&text](const std::string& name) {
            const auto at = text.find("\r\n" + name + ":");
            return at == std::string::npos ? 0.0 : std::atof(text.c_str() + at + name.size() + 3);
        };
        const double most = number("maxmemory");
        if (most > 0) fullest = std::max(fullest, number("used_memory") / most);
    }
    co_return fullest;
}

}  // namespace guichet::store
