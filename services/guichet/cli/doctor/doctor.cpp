#include "services/guichet/cli/doctor/doctor.hpp"

#include <algorithm>
#include <iostream>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "common/redis/client.hpp"
#include "common/redis/embedded.hpp"
#include "common/runtime/or_bug.hpp"
#include "common/store/audit_log.hpp"
#include "guichet/v1/admin.pb.h"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/second_factor.pb.h"
#include "services/guichet/backup/backup.hpp"
#include "services/guichet/cli/commands.hpp"
#include "services/guichet/cli/doctor/judge.hpp"
#include "services/guichet/cli/doctor/machine.hpp"
#include "services/guichet/cli/local_data.hpp"
#include "services/guichet/redis_address.hpp"
#include "services/inbox/audit.hpp"
#include "services/inbox/audit_extent.hpp"

namespace guichet::cli {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

void append(Findings& all, const Findings& more) {
    all.insert(all.end(), more.begin(), more.end());
}

struct StateSeen {
    std::optional<Result<store::RedisFacts>> facts;
    std::optional<Result<store::Vitals>> vitals;
    // Their noted beginnings are filled in.
    std::vector<AuditSeen> audits;
    Status audits_failed;
};

Result<redis::Address> state_address(const config::Settings& settings) {
    if (settings.redis.url.empty()) {
        redis::EmbeddedOptions options;
        options.data_dir = settings.server.data / "redis";
        asio::io_context io;
        const SystemClock clock;
        SystemRandom random;
        return redis::EmbeddedServer(io.get_executor(), std::move(options), clock, random).address();
    }
    return redis_address(settings.redis);
}

// Before Redis is asked: what is cut meanwhile was noted before it went.
void look_at_archive(const config::Settings& settings, StateSeen& seen) {
    const auto path = backup::archive_path(settings);
    if (!std::filesystem::exists(path)) return;
    const auto extents = inbox::audit_extents(path.string());
    if (!extents) {
        seen.audits_failed = extents.error();
        return;
    }
    for (const auto& extent : *extents) {
        seen.audits.push_back({extent.workspace, extent.first, extent.last, 1});
    }
}

asio::awaitable<Result<void>> look_at_audit(store::AuditLog& log, std::string path, AuditSeen& audit) {
    auto cut = co_await log.cut(audit.workspace);
    if (!cut) co_return cut.error();
    const auto begin = cut->value_or(inbox::audit_beginning());
    audit.noted_first = begin.number;
    auto accepted = co_await log.accepted(audit.workspace);
    if (!accepted) co_return accepted.error();
    auto damage = inbox::oldest_audit_fault(path, audit.workspace, begin, *accepted);
    if (!damage) co_return damage.error();
    // What was cut off while it was read is not missing.
    auto now = co_await log.cut(audit.workspace);
    if (!now) co_return now.error();
    if (now->value_or(inbox::audit_beginning()).number == begin.number) audit.damage = std::move(*damage);
    co_return Result<void>{};
}

asio::awaitable<void> look_at_audits(redis::Client& client, std::string path, StateSeen& seen) {
    store::AuditLog log(client);
    for (auto& audit : seen.audits) {
        auto looked = co_await look_at_audit(log, path, audit);
        if (looked) continue;
        seen.audits_failed = looked.error();
        co_return;
    }
}

Findings judge_seen_audits(const StateSeen& seen, const config::Settings& settings) {
    if (seen.audits_failed.ok()) return judge_audit(seen.audits, settings.audit.keep);
    return {wrong("audit", "the audit cannot be looked at: " + seen.audits_failed.message,
                  "is the disk well, and are you the server's user?")};
}

asio::awaitable<void> ask_state(redis::Client& client, store::Store& store, std::string archive,
                                StateSeen& seen) {
    client.start();
    seen.facts.emplace(co_await store::read_redis_facts(client));
    if (seen.facts->has_value()) seen.vitals.emplace(co_await store::read_vitals(store));
    if (seen.facts->has_value()) co_await look_at_audits(client, std::move(archive), seen);
    co_await client.stop();
}

Findings look_at_state(const config::Settings& settings, const Clock& clock) {
    const auto address = state_address(settings);
    if (!address) return {wrong("redis", address.error().message, "set redis.url right")};
    asio::io_context io;
    SystemRandom random;
    redis::ClientOptions options;
    options.address = *address;
    options.connect_timeout = 3s;
    options.grace = 3s;
    redis::Client client(io.get_executor(), std::move(options), clock, random);
    store::Store store(client, random, clock, static_cast<int>(settings.redis.partitions));
    StateSeen seen;
    look_at_archive(settings, seen);
    auto archive = backup::archive_path(settings).string();
    asio::co_spawn(io, ask_state(client, store, std::move(archive), seen), runtime::or_bug("doctor"));
    io.run();
    if (!seen.facts || !*seen.facts) {
        const auto why = seen.facts ? seen.facts->error().message : std::string("no answer");
        return {wrong(
            "redis", "Redis cannot be asked at " + address->redacted() + ": " + why,
            settings.redis.url.empty() ? "is the server running, and are you its user?" : "is it running?")};
    }
    auto found = judge_redis(**seen.facts, clock.now(), settings.redis.high_water);
    if (!seen.vitals || !*seen.vitals) {
        found.push_back(
            wrong("state",
                  "the state cannot be read: " + (seen.vitals ? seen.vitals->error().message : "no answer"),
                  "look at the server's log"));
        return found;
    }
    append(found, judge_vitals(**seen.vitals));
    append(found, judge_seen_audits(seen, settings));
    return found;
}

Findings look_at_channels(rpc::SyncClient& client) {
    v1::ListChannelsRequest request;
    auto channels =
        client.call<v1::ListChannelsResponse>("guichet.v1.AdminService/ListChannels", request, 5s);
    if (!channels)
        return {watch_out("channels", "the channels cannot be listed: " + channels.error().message,
                          "ask as an administrator")};
    Findings found;
    int well = 0;
    for (const auto& channel : channels->channels()) {
        if (channel.paused())
            found.push_back(watch_out("channel", channel.id() + " is paused: answers wait",
                                      "resume it on the set-up page"));
        else if (!channel.health().empty() && channel.health() != "ok")
            found.push_back(
                wrong("channel", channel.id() + ": " + channel.health(), "put it right on the set-up page"));
        else
            ++well;
    }
    found.push_back(fine("channels", std::to_string(well) + " channels are well"));
    return found;
}

Findings look_at_second_factors(rpc::SyncClient& client) {
    // Of 200 agents each: more people than an installation has.
    constexpr int kMostPages = 50;
    std::vector<std::string> without;
    v1::ListSecondFactorsRequest request;
    request.set_page_size(200);
    for (int i = 0; i < kMostPages; ++i) {
        auto page = client.call<v1::ListSecondFactorsResponse>(
            "guichet.v1.SecondFactorService/ListSecondFactors", request, 5s);
        if (!page) {
            return {watch_out("second_factor", "second factors cannot be listed: " + page.error().message,
                              "ask as an administrator")};
        }
        for (const auto& factor : page->second_factors()) {
            if (factor.role() == v1::ROLE_ADMIN && !factor.on()) without.push_back(factor.agent());
        }
        if (page->next_cursor().empty()) break;
        request.set_cursor(page->next_cursor());
    }
    return {judge_second_factors(without)};
}

// What the server says of itself. Without one on this machine the dead letters are its word too.
Findings look_at_server(const Where& where, bool state_seen) {
    auto connection = Connection::open(where);
    if (!connection)
        return {wrong("server", connection.error().message, "start it, or name it with --server or --data")};
    auto stats =
        connection->client().call<v1::StatsResponse>("guichet.v1.InboxService/Stats", v1::StatsRequest{}, 5s);
    if (!stats)
        return {wrong("server", "the server at " + connection->address() + ": " + stats.error().message,
                      "its log says more")};
    Findings found{fine("server", "the server at " + connection->address() + " answers")};
    if (!state_seen) {
        store::Vitals told;
        told.dead_letters = stats->dead_letters();
        told.unconfirmed = stats->unconfirmed();
        for (const auto& queue : stats->queues()) told.waiting += queue.waiting();
        const auto judged = judge_vitals(told);
        found.insert(found.end(), judged.begin(), judged.end());
    }
    const auto channels = look_at_channels(connection->client());
    found.insert(found.end(), channels.begin(), channels.end());
    const auto factors = look_at_second_factors(connection->client());
    found.insert(found.end(), factors.begin(), factors.end());
    return found;
}

}  // namespace

int run_doctor(const Where& where, ConfigArguments arguments, bool json) {
    if (arguments.data.empty() && (!where.data.empty() || !arguments.file))
        arguments.data = local_data(where).string();
    auto loaded = load_config(arguments);
    if (!loaded) return kUsage;
    const auto& settings = loaded->settings;
    const SystemClock clock;
    Findings all;
    // Another machine's server: only what it tells.
    const bool here = where.server.empty();
    if (here) append(all, look_at_machine(settings, clock));
    auto from = where;
    if (here && from.data.empty()) from.data = settings.server.data.string();
    const auto server = look_at_server(from, here);
    if (here && server.front().level == Level::ok) append(all, look_at_state(settings, clock));
    if (here && server.front().level != Level::ok) append(all, look_at_ports(settings));
    append(all, server);
    std::cout << (json ? findings_json(all) : findings_text(all));
    const bool ill =
        std::any_of(all.begin(), all.end(), [](const Finding& f) { return f.level == Level::wrong; });
    return ill ? kRefused : kDone;
}

}  // namespace guichet::cli
