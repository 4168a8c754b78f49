#include "common/config/schema_sections.hpp"

namespace guichet::config {

void declare_redis(Schema& schema) {
    schema
        .section("redis", "The store: a private Redis that Guichet starts and watches, or an existing one.",
                 &Settings::redis)
        .add("url", &RedisSettings::url, "An existing Redis (7.0 or later). Empty: the embedded one.",
             redis_url_or_empty(), "\"rediss://redis.internal:6379\"")
        .add("user", &RedisSettings::user, "The ACL user at an existing Redis. Empty: the default user.")
        .add("password", &RedisSettings::password, "The password at an existing Redis.", {},
             "{ env = \"REDIS_PASSWORD\" }")
        .add("tls_ca", &RedisSettings::tls_ca,
             "The authorities (PEM) that a rediss:// server is checked against. Empty: the system's.")
        .add("binary", &RedisSettings::binary,
             "The program of the embedded Redis: a name on the PATH or a path.", not_empty(),
             "\"/usr/bin/redis-server\"")
        .add("maxmemory", &RedisSettings::maxmemory, "The memory of the embedded Redis.",
             between(mib(16), gib(1024)))
        .add("appendfsync", &RedisSettings::appendfsync,
             "When the embedded Redis puts its log on disk. With everysec a power failure can lose the last "
             "second, "
             "acknowledged messages included.")
        .add("partitions", &RedisSettings::partitions, "Partitions of the key space. Fixed once data exists.",
             between(1, 256))
        .add("high_water", &RedisSettings::high_water,
             "The share of the memory above which no new messages are taken (503), so that those inside can "
             "be "
             "worked off.",
             between(0.1, 0.99))
        .add("outstanding", &RedisSettings::outstanding,
             "Commands that may await their answer at once; further callers are refused.", between(1, 65536))
        .add("connect_timeout", &RedisSettings::connect_timeout, "The deadline of one attempt to connect.",
             lasting(milliseconds(50), minutes(1)))
        .add("call_timeout", &RedisSettings::call_timeout, "The deadline of one command.",
             lasting(milliseconds(50), minutes(1)));
    schema.rule({"redis.user", "redis.password"}, [](const Settings& all) -> std::optional<std::string> {
        if (all.redis.user.empty() || !all.redis.password.empty()) return std::nullopt;
        return "an ACL user needs a password";
    });
    schema.rule({"redis.url", "redis.password"}, [](const Settings& all) -> std::optional<std::string> {
        if (!all.redis.url.empty() || all.redis.password.empty()) return std::nullopt;
        return "the embedded Redis takes no password; it is reached through a socket that only its owner can "
               "open";
    });
}

void declare_streams(Schema& schema) {
    schema
        .section("streams", "How services take work from each other; the defaults suit nearly everyone.",
                 &Settings::streams)
        .add("block", &StreamSettings::block, "How long one read waits for new work.",
             lasting(milliseconds(10), seconds(30)))
        .add("min_idle", &StreamSettings::min_idle,
             "How long work may lie with a process before another takes it over.",
             lasting(milliseconds(100), hours(1)))
        .add("delivery_limit", &StreamSettings::delivery_limit,
             "Attempts after which work goes to the dead letters.", between(1, 1000))
        .add("batch", &StreamSettings::batch, "Entries per read.", between(1, 1000))
        .add("partition_lease", &StreamSettings::partition_lease,
             "How long a vanished process keeps its partitions.", lasting(milliseconds(500), minutes(10)));
    schema.rule({"streams.min_idle", "streams.block"}, [](const Settings& all) -> std::optional<std::string> {
        if (all.streams.min_idle > all.streams.block) return std::nullopt;
        return "work must be allowed to lie longer than one read waits";
    });
}

}  // namespace guichet::config
