#pragma once
// The few figures that tell whether a server is well: for alarms and for guichet doctor.
#include <map>
#include <string>

#include "common/store/store.hpp"

namespace guichet::store {

struct Vitals {
    std::int64_t waiting = 0;
    // How late the latest is, in milliseconds; 0 when none is.
    TimeMs overdue = 0;
    std::int64_t unconfirmed = 0;
    std::int64_t dead_letters = 0;
    // Those of them that are of accounts no channel is connected to; how many such were dropped, ever.
    std::int64_t unknown_letters = 0;
    std::int64_t unknown_dropped = 0;
    // Work that no service has finished, by service.
    std::map<std::string, std::int64_t> backlog;
};

struct RedisFacts {
    std::string version;
    // Of Redis's own clock.
    TimeMs now = 0;
    std::int64_t used_bytes = 0;
    // 0: without limit.
    std::int64_t most_bytes = 0;
    std::string eviction;
    // "always", "everysec", "no"; empty: it may not be asked.
    std::string fsync;
    // Whether it keeps a conversation in one piece (redis::kCompactHashes), as far as it may be asked.
    bool compact = true;
    bool append_only = false;
    bool write_ok = true;
    bool rewrite_ok = true;
    bool cluster = false;
    // Of a write that is on disk when it is answered, where append_only and always.
    std::int64_t delayed_syncs = 0;
};

asio::awaitable<Result<Vitals>> read_vitals(Store& store);
asio::awaitable<Result<RedisFacts>> read_redis_facts(redis::Client& client);
// Pure, for tests: of INFO's text.
RedisFacts parse_info(const std::string& info);

}  // namespace guichet::store
