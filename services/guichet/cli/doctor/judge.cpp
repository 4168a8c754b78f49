#include "services/guichet/cli/doctor/judge.hpp"

#include <cmath>
#include <cstdlib>

#include "common/redis/embedded.hpp"

namespace guichet::cli {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
constexpr std::int64_t kSlowSync = 20'000;
constexpr std::int64_t kVerySlowSync = 100'000;
constexpr TimeMs kDay = 24 * 3600 * 1000;
constexpr std::int64_t kManyWaiting = 500;
// About a kilobyte each.
constexpr std::int64_t kManyLines = 5'000'000;
constexpr TimeMs kVeryLate = 15 * 60 * 1000;
// Beside the connections: files, Redis, other services, the log.
constexpr std::uint64_t kOtherFiles = 256;

std::string share_text(double share) {
    return std::to_string(std::lround(share * 100)) + " %";
}

bool is_loopback(const std::string& address) {
    return address.starts_with("127.") || address.starts_with("localhost") || address.starts_with("[::1]");
}

Finding judge_memory(const store::RedisFacts& facts, double high_water) {
    const auto mib = std::to_string(facts.used_bytes >> 20) + " MiB";
    if (facts.most_bytes == 0) {
        return watch_out("redis.memory", "Redis uses " + mib + " and has no limit: the system may kill it",
                         "set maxmemory in its configuration, below what the machine has");
    }
    const double share = static_cast<double>(facts.used_bytes) / static_cast<double>(facts.most_bytes);
    const auto words = "Redis uses " + mib + ", " + share_text(share) + " of its memory";
    if (share >= high_water)
        return wrong("redis.memory", words + ": new messages are refused (503)",
                     "raise redis.maxmemory and restart");
    if (share >= high_water - 0.1)
        return watch_out("redis.memory",
                         words + "; from " + share_text(high_water) + " on new messages are refused",
                         "raise redis.maxmemory soon");
    return fine("redis.memory", words);
}

Finding judge_durability(const store::RedisFacts& facts) {
    if (!facts.append_only)
        return wrong("redis.durability", "Redis keeps no append-only file: a restart loses messages",
                     "set appendonly yes and appendfsync always");
    if (!facts.write_ok)
        return wrong("redis.durability",
                     "Redis could not write its file: it refuses whatever changes something",
                     "make room on its disk; its log says more");
    if (!facts.rewrite_ok)
        return wrong("redis.durability", "Redis could not rewrite its file: it grows until the disk is full",
                     "set vm.overcommit_memory=1, look for memory and disk; its log says more");
    if (facts.fsync == "no")
        return wrong("redis.durability", "Redis never syncs its file: a power failure loses messages",
                     "set appendfsync always");
    if (facts.fsync == "everysec")
        return watch_out("redis.durability",
                         "Redis syncs once a second: a power failure can lose that second",
                         "set appendfsync always where that is too much");
    return fine("redis.durability",
                "Redis syncs " + (facts.fsync.empty() ? "as its configuration says" : facts.fsync));
}

// As in redis.conf.
std::string compact_hashes() {
    std::string lines;
    for (const auto& [name, value] : redis::kCompactHashes)
        lines += std::string(lines.empty() ? "" : ", ") + name + " " + value;
    return lines;
}

}  // namespace

Finding judge_disk(std::uint64_t free_bytes, std::uint64_t all_bytes) {
    const auto words = std::to_string(free_bytes >> 20) + " MiB of disk free";
    if (free_bytes < kGiB)
        return wrong("disk", "only " + words + ": Redis stops writing when it is full",
                     "make room, or move the data");
    if (free_bytes < all_bytes / 10)
        return watch_out("disk", words + ", less than a tenth of it",
                         "make room before it is full: Redis stops then");
    return fine("disk", words);
}

Finding judge_fsync(std::int64_t slowest_us) {
    const auto words = "a synced write takes up to " + std::to_string(slowest_us / 1000) + "." +
                       std::to_string(slowest_us / 100 % 10) + " ms";
    if (slowest_us > kVerySlowSync)
        return wrong("fsync", words + ": every message waits for one", "use a local SSD, not a network disk");
    if (slowest_us > kSlowSync)
        return watch_out("fsync", words + ": every message waits for one",
                         "use a faster disk, or find out what else writes");
    return fine("fsync", words);
}

Finding judge_overcommit(int value) {
    if (value == 1) return fine("overcommit", "memory overcommit is on, as Redis wants it");
    return watch_out("overcommit",
                     "vm.overcommit_memory is " + std::to_string(value) +
                         ": a rewrite of Redis's file, or a backup, may fail when memory is short",
                     "sysctl vm.overcommit_memory=1, and put it into /etc/sysctl.d");
}

Finding judge_open_files(std::uint64_t limit, std::int64_t connections) {
    const auto needed = static_cast<std::uint64_t>(connections) + kOtherFiles;
    const auto words = "this user may open " + std::to_string(limit) + " files";
    if (limit < needed)
        return watch_out(
            "open_files",
            words + ", fewer than http.max_connections (" + std::to_string(connections) + ") would take",
            "raise it (LimitNOFILE in the unit, ulimit -n), or lower http.max_connections");
    return fine("open_files", words);
}

Finding judge_key(bool configured, bool there, unsigned mode) {
    if (configured) return fine("secrets_key", "the key of the channels' secrets is configured");
    if (!there)
        return watch_out("secrets_key", "there is no key of the channels' secrets yet",
                         "it is made at the first start; then keep a copy of secrets.key elsewhere");
    if ((mode & 077) != 0)
        return wrong("secrets_key", "others can read secrets.key",
                     "chmod 600 it, and give the channels new secrets");
    return fine("secrets_key", "secrets.key is there, readable by its owner only");
}

Finding judge_second_factors(const std::vector<std::string>& without) {
    if (without.empty()) return fine("second_factor", "every administrator has a second factor");
    constexpr std::size_t kMostNames = 5;
    std::string names;
    for (std::size_t i = 0; i < without.size() && i < kMostNames; ++i)
        names += (i == 0 ? "" : ", ") + without[i];
    if (without.size() > kMostNames) names += " and " + std::to_string(without.size() - kMostNames) + " more";
    return watch_out(
        "second_factor", "administrators without a second factor: " + names,
        "they set it up in the console's menu, or ask it of them: guichet second-factor rule supervisors");
}

Finding judge_certificate(const std::string& which, TimeMs end, TimeMs now) {
    const auto days = (end - now) / kDay;
    if (end <= now)
        return wrong("certificate", "the certificate of " + which + " ended " + to_iso8601(end),
                     "renew it and restart");
    const auto words = "the certificate of " + which + " is good for " + std::to_string(days) + " days";
    if (days < 14) return watch_out("certificate", words, "renew it and restart");
    return fine("certificate", words);
}

Findings judge_address(const config::Settings& settings) {
    Findings found;
    const auto& url = settings.server.public_url;
    const bool tls = !settings.http.tls_cert.empty();
    if (url.empty() && is_loopback(settings.http.address)) {
        found.push_back(
            fine("public_url", "only this machine can reach it: no public_url, " + settings.http.address));
    } else if (url.empty()) {
        found.push_back(watch_out(
            "public_url", "server.public_url is not set: links in answers name " + settings.http.address,
            "set it to the address under which customers reach this server"));
    } else if (url.starts_with("http://")) {
        found.push_back(watch_out("public_url", "customers reach " + url + " without TLS",
                                  "put a proxy with TLS in front (deploy/nginx), or set http.tls_cert"));
    } else if (!tls && settings.server.trusted_proxies.empty()) {
        found.push_back(
            wrong("public_url",
                  url + " ends at a proxy that is not trusted: every caller has the proxy's address, "
                        "and TLS is not seen",
                  "set server.trusted_proxies to the proxy's address"));
    } else {
        found.push_back(fine("public_url", "customers reach " + url));
    }
    if (!is_loopback(settings.metrics.address) && settings.metrics.enabled)
        found.push_back(
            watch_out("metrics", "metrics listen at " + settings.metrics.address + ", without access control",
                      "keep that address off public networks"));
    return found;
}

Findings judge_redis(const store::RedisFacts& facts, TimeMs now, double high_water) {
    Findings found;
    const int major = std::atoi(facts.version.c_str());
    found.push_back(major >= 7 ? fine("redis.version", "Redis " + facts.version)
                               : wrong("redis.version", "Redis " + facts.version + " is too old",
                                       "7.0 or later is needed"));
    if (facts.cluster)
        found.push_back(fine("redis.cluster", "Redis is a cluster: what follows is of its worst master"));
    found.push_back(judge_memory(facts, high_water));
    if (!facts.eviction.empty() && facts.eviction != "noeviction")
        found.push_back(wrong("redis.eviction",
                              "Redis throws away keys when memory is short (" + facts.eviction + ")",
                              "set maxmemory-policy noeviction"));
    found.push_back(judge_durability(facts));
    if (!facts.compact)
        found.push_back(watch_out(
            "redis.hashes", "Redis keeps conversations as tables: twice the memory, and slower to read",
            "set " + compact_hashes() + "; what is written from then on is kept in one piece"));
    const auto skew = std::abs(now - facts.now);
    const auto words = "this machine's clock and Redis's differ by " + std::to_string(skew) + " ms";
    if (skew > 5'000)
        found.push_back(wrong("clock", words + ": signatures with times are refused",
                              "keep time with chrony or systemd-timesyncd"));
    else
        found.push_back(skew > 1'000 ? watch_out("clock", words, "keep time with chrony or systemd-timesyncd")
                                     : fine("clock", words));
    return found;
}

namespace {

Finding judge_unknown(const store::Vitals& vitals) {
    const auto dropped = std::to_string(vitals.unknown_dropped) + " older ones were dropped for newer";
    if (vitals.unknown_letters == 0)
        return fine("unknown_accounts",
                    "no dead letters are of accounts that no channel is connected to; " + dropped);
    return watch_out("unknown_accounts",
                     std::to_string(vitals.unknown_letters) +
                         " dead letters are of accounts that no channel is connected to; " + dropped,
                     "guichet dead-letters names the accounts: connect them, or unsubscribe the app from "
                     "them");
}

}  // namespace

Findings judge_vitals(const store::Vitals& vitals) {
    Findings found;
    if (vitals.dead_letters > 0)
        found.push_back(
            wrong("dead_letters",
                  std::to_string(vitals.dead_letters) + " dead letters: they could not be processed",
                  "guichet dead-letters says which and why; replay them once the cause is gone"));
    else
        found.push_back(fine("dead_letters", "no dead letters"));
    found.push_back(judge_unknown(vitals));
    if (vitals.unconfirmed > 0)
        found.push_back(
            wrong("unconfirmed",
                  "of " + std::to_string(vitals.unconfirmed) + " answers nobody knows whether they went out",
                  "look at the platform, and settle each in its conversation"));
    else
        found.push_back(fine("unconfirmed", "no answer is in doubt"));
    std::int64_t backlog = 0;
    for (const auto& [service, entries] : vitals.backlog) {
        backlog += entries;
        if (entries <= kManyWaiting) continue;
        found.push_back(wrong("backlog", std::to_string(entries) + " pieces of work wait for " + service,
                              "does it run? its log says what is slow or fails"));
    }
    if (backlog <= kManyWaiting)
        found.push_back(fine("backlog", std::to_string(backlog) + " pieces of work are under way"));
    const auto waiting = std::to_string(vitals.waiting) + " conversations wait";
    if (vitals.overdue > kVeryLate)
        found.push_back(watch_out(
            "queue",
            waiting + ", the most urgent is " + std::to_string(vitals.overdue / 60'000) + " minutes late",
            "guichet stats says in which queue: more agents, or one that serves it"));
    else
        found.push_back(fine("queue", waiting));
    return found;
}

Findings judge_audit(const std::vector<AuditSeen>& audits, std::chrono::milliseconds keep) {
    Findings found;
    std::int64_t lines = 0;
    for (const auto& audit : audits) {
        lines += audit.last - audit.first + 1;
        if (!audit.damage.empty()) {
            found.push_back(
                wrong("audit",
                      "the audit of " + audit.workspace + " is damaged at " + audit.damage +
                          (keep.count() > 0 ? ": as long as it is, no old line is removed" : ""),
                      "guichet audit verify names all such lines: find out who changed the archive; then "
                      "guichet audit accept-damage says that it is known"));
        }
        if (audit.first <= audit.noted_first) continue;
        found.push_back(wrong("audit",
                              "the audit of " + audit.workspace + " begins at line " +
                                  std::to_string(audit.first) + ", but only those below line " +
                                  std::to_string(audit.noted_first) + " were to be removed",
                              "guichet audit verify says what is missing: somebody removed it, or the "
                              "archive and Redis are not of one backup"));
    }
    const auto words = "the audit has " + std::to_string(lines) + " lines";
    if (keep.count() == 0 && lines > kManyLines) {
        found.push_back(watch_out("audit", words + ", and none is ever removed",
                                  "set audit.keep, or make room for what comes"));
    }
    if (found.empty()) found.push_back(fine("audit", words));
    return found;
}

}  // namespace guichet::cli
