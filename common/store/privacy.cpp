#include "common/store/privacy.hpp"

#include <algorithm>
#include <map>

#include "common/redis/masters.hpp"

namespace guichet::store {
namespace {

// Entries of a stream that one call writes anew.
constexpr int kMostEntries = 60'000;
constexpr int kKeysScanned = 500;

void append(Row& row, std::vector<std::string> more) {
    row.insert(row.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// What a stream is called, whose field is emptied ('': the entry goes).
struct Scrubbed {
    std::string prefix, name, field;
};

Scrubbed scrubbed(Privacy::Stream stream, const Partition& partition, const WorkspaceId& workspace) {
    // Payloads stay as empty ones: whoever reads the stream finds no gap.
    if (stream == Privacy::Stream::raw) return {partition.prefix(), "raw", "b"};
    if (stream == Privacy::Stream::dead) return {partition.prefix(), workspace.str() + ":dead", ""};
    if (stream == Privacy::Stream::audit) return {kSystemPrefix, "audit", "x"};
    return {partition.prefix(), "events", "x"};
}

// What is kept of visitors of a page: "code|expires|wrong|proof|conversation|since".
std::string conversation_of_visitor(const std::string& packed) {
    std::size_t at = 0;
    for (int i = 0; i < 4; ++i) {
        at = packed.find('|', at);
        if (at == std::string::npos) return {};
        ++at;
    }
    return packed.substr(at, packed.find('|', at) - at);
}

void note_named(const redis::Reply& list, const std::vector<std::string>& blobs,
                std::set<std::string>& named) {
    for (const auto& entry : list.items()) {
        for (const auto& blob : blobs) {
            if (entry.text().find(blob) != std::string::npos) named.insert(blob);
        }
    }
}

}  // namespace

asio::awaitable<Result<std::vector<std::string>>> Privacy::conversations_of(
    WorkspaceId workspace, std::vector<std::string> contacts) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<std::string> all;
    for (const auto& contact : contacts) {
        redis::Command command("ZRANGE", workspace_key(*partition, workspace, "kc:", contact), "0", "-1");
        auto reply = co_await store_.client().call(std::move(command));
        if (!reply) co_return reply.error();
        for (const auto& id : reply->items()) all.push_back(id.text());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    co_return all;
}

asio::awaitable<Result<void>> Privacy::erase_conversation(WorkspaceId workspace, std::string actor,
                                                          std::string conversation,
                                                          std::vector<std::string> deliveries) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    Row arguments{workspace.str(), std::move(actor), std::move(conversation)};
    append(arguments, std::move(deliveries));
    auto row = co_await functions_.call(partition->prefix(), "erase_conversation", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Privacy::erase_contact(WorkspaceId workspace, std::string contact,
                                                     std::vector<std::string> digests) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    Row arguments{workspace.str(), std::move(contact)};
    append(arguments, std::move(digests));
    auto row = co_await functions_.call(partition->prefix(), "erase_contact", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<std::string>> Privacy::scrub(WorkspaceId workspace, Stream stream,
                                                    std::vector<std::string> conversations,
                                                    std::vector<std::string> words) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::string joined;
    for (const auto& word : words) joined += (joined.empty() ? "" : "\n") + word;
    auto what = scrubbed(stream, *partition, workspace);
    Row arguments{workspace.str(), std::move(what.name), "c", std::move(what.field)};
    arguments.push_back(std::to_string(kMostEntries));
    arguments.push_back(std::move(joined));
    append(arguments, std::move(conversations));
    auto row = co_await functions_.call(what.prefix, "scrub", std::move(arguments));
    if (!row) co_return row.error();
    co_return row->at(1);
}

asio::awaitable<Result<std::vector<std::string>>> Privacy::claimants_of(
    WorkspaceId workspace, std::vector<std::string> conversations) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    std::vector<std::string> claimants;
    for (const auto& id : conversations) {
        redis::Command named("HGET", workspace_key(*partition, workspace, "c:", id), "es");
        auto reply = co_await store_.client().call(std::move(named));
        if (!reply) co_return reply.error();
        if (reply->is_nil()) continue;
        redis::Command all("HVALS", workspace_key(*partition, workspace, "cl:", reply->text()));
        auto visitors = co_await store_.client().call(std::move(all));
        if (!visitors) co_return visitors.error();
        for (const auto& visitor : visitors->items()) {
            auto theirs = conversation_of_visitor(visitor.text());
            if (!theirs.empty()) claimants.push_back(std::move(theirs));
        }
    }
    co_return claimants;
}

asio::awaitable<Result<std::vector<std::string>>> Privacy::files_of_payloads(
    WorkspaceId workspace, std::vector<std::string> conversations) {
    auto partition = co_await store_.partition_of(workspace);
    if (!partition) co_return partition.error();
    redis::Command command("XRANGE", raw_key(*partition), "-", "+", "COUNT", std::to_string(kMostEntries));
    auto entries = co_await store_.client().call(std::move(command));
    if (!entries) co_return entries.error();
    std::vector<std::string> files;
    for (const auto& entry : entries->items()) {
        std::map<std::string, std::string> fields;
        const auto& flat = entry[1];
        for (std::size_t i = 0; i + 1 < flat.size(); i += 2) fields[flat[i].text()] = flat[i + 1].text();
        const bool his =
            fields["w"] == workspace.str() &&
            std::find(conversations.begin(), conversations.end(), fields["c"]) != conversations.end();
        if (his && fields["b"].starts_with("sha256:")) files.push_back(fields["b"]);
    }
    co_return files;
}

asio::awaitable<Result<std::set<std::string>>> Privacy::still_named(std::vector<std::string> blobs) {
    auto& client = store_.client();
    auto masters = co_await redis::masters(client);
    if (!masters) co_return masters.error();
    std::set<std::string> named;
    std::size_t master = 0;
    std::string cursor = "0";
    while (master < masters->size() && !blobs.empty()) {
        redis::Command scan("SCAN", cursor, "MATCH", "*:m:*", "COUNT", std::to_string(kKeysScanned), "TYPE",
                            "list");
        auto page = co_await redis::call_at(client, (*masters)[master], std::move(scan));
        if (!page) co_return page.error();
        cursor = (*page)[0].text();
        if (cursor == "0") ++master;
        std::vector<redis::Command> reads;
        for (const auto& key : (*page)[1].items()) reads.emplace_back("LRANGE", key.text(), "0", "-1");
        if (reads.empty()) continue;
        auto lists = co_await client.call_many(std::move(reads));
        if (!lists) co_return lists.error();
        for (const auto& list : *lists) {
            if (list.is_error()) co_return redis::to_status(list);
            note_named(list, blobs, named);
        }
    }
    co_return named;
}

asio::awaitable<Result<void>> Privacy::begin_rewrite() {
    redis::Command command("BGREWRITEAOF");
    auto replies = co_await redis::call_every(store_.client(), std::move(command));
    if (!replies) co_return replies.error();
    co_return Result<void>{};
}

asio::awaitable<Result<bool>> Privacy::rewritten() {
    redis::Command command("INFO", "persistence");
    auto replies = co_await redis::call_every(store_.client(), std::move(command));
    if (!replies) co_return replies.error();
    bool all = true;
    for (const auto& reply : *replies) {
        const auto& text = reply.text();
        const auto says = [&text](const char* words) { return text.find(words) != std::string::npos; };
        all = all && says("aof_rewrite_in_progress:0") && says("aof_rewrite_scheduled:0") &&
              says("aof_last_bgrewrite_status:ok");
    }
    co_return all;
}

}  // namespace guichet::store
