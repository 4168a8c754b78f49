#include "services/guichet/backup/key_copy.hpp"

#include <algorithm>

#include "common/redis/masters.hpp"

namespace guichet::backup {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kPage = 100;
constexpr std::int64_t kTellEach = 10'000;
constexpr auto kDeadline = 120s;

using Keys = std::vector<std::string>;

Result<void> first_error(const std::vector<redis::Reply>& replies) {
    for (const auto& reply : replies) {
        if (reply.is_error()) return redis::to_status(reply);
    }
    return {};
}

Status too_large(std::size_t bytes, std::size_t most) {
    return make_status(Code::resource_exhausted,
                       "one key has " + std::to_string(bytes) + " bytes, and Redis takes at most " +
                           std::to_string(most) + " at once",
                       "key_too_large");
}

// Cut into what may be on its way at once.
asio::awaitable<Result<std::vector<Keys>>> in_portions(redis::Client& source, const redis::Reply& keys,
                                                       std::int64_t at_once) {
    std::vector<redis::Command> asks;
    for (const auto& key : keys.items()) asks.emplace_back("MEMORY", "USAGE", key.text());
    std::vector<Keys> portions;
    auto sizes = co_await source.call_many(std::move(asks), kDeadline);
    if (!sizes) co_return sizes.error();
    std::int64_t bytes = at_once;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto size = (*sizes)[i].to_integer();
        if (portions.empty() || bytes + size > at_once) {
            portions.emplace_back();
            bytes = 0;
        }
        bytes += size;
        portions.back().push_back(keys[i].text());
    }
    co_return portions;
}

asio::awaitable<Result<void>> copy_some(redis::Client& source, redis::Client& target, Keys keys,
                                        std::size_t most) {
    std::vector<redis::Command> reads;
    for (const auto& key : keys) {
        reads.emplace_back("DUMP", key);
        reads.emplace_back("PEXPIRETIME", key);
    }
    auto found = co_await source.call_many(std::move(reads), kDeadline);
    if (!found) co_return found.error();
    auto fine = first_error(*found);
    if (!fine) co_return fine;
    std::vector<redis::Command> writes;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& value = (*found)[2 * i];
        // It has expired meanwhile.
        if (value.is_nil()) continue;
        if (value.text().size() > most) co_return too_large(value.text().size(), most);
        const auto at = std::max<std::int64_t>((*found)[2 * i + 1].to_integer(), 0);
        // A walk through keys may come by one twice.
        writes.emplace_back("RESTORE", keys[i], at, value.text(), "REPLACE", "ABSTTL");
    }
    if (writes.empty()) co_return Result<void>{};
    auto written = co_await target.call_many(std::move(writes), kDeadline);
    if (!written) co_return written.error();
    co_return first_error(*written);
}

asio::awaitable<Result<void>> copy_page(redis::Client& source, redis::Client& target,
                                        const redis::Reply& keys, CopyLimits limits) {
    if (keys.size() == 0) co_return Result<void>{};
    auto portions = co_await in_portions(source, keys, limits.at_once);
    if (!portions) co_return portions.error();
    for (auto& portion : *portions) {
        auto copied = co_await copy_some(source, target, std::move(portion), limits.one_key);
        if (!copied) co_return copied.error();
    }
    co_return Result<void>{};
}

}  // namespace

asio::awaitable<Result<void>> require_no_keys(redis::Client& client) {
    redis::Command count("DBSIZE");
    auto counts = co_await redis::call_every(client, std::move(count));
    if (!counts) co_return counts.error();
    for (const auto& one : *counts) {
        if (one.to_integer() == 0) continue;
        co_return make_status(Code::failed_precondition,
                              "the Redis at redis.url is not empty: a restore takes an empty one",
                              "not_empty");
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> copy_keys(redis::Client& source, redis::Client& target, CopyLimits limits,
                                        const Progress& progress) {
    redis::Command size("DBSIZE");
    auto all = co_await source.call(std::move(size));
    if (!all) co_return all.error();
    std::int64_t done = 0;
    std::string cursor = "0";
    do {
        redis::Command scan("SCAN", cursor, "COUNT", kPage);
        auto page = co_await source.call(std::move(scan), kDeadline);
        if (!page) co_return page.error();
        cursor = (*page)[0].text();
        auto copied = co_await copy_page(source, target, (*page)[1], limits);
        if (!copied) co_return copied.error();
        const auto told = done / kTellEach;
        done += static_cast<std::int64_t>((*page)[1].size());
        if (done / kTellEach > told) progress("keys", done, all->to_integer());
    } while (cursor != "0");
    co_return Result<void>{};
}

}  // namespace guichet::backup
