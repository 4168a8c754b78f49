#pragma once
// What every service is given. One for a process; everything in it outlives the services.
#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "common/access/catalog.hpp"
#include "common/access/credentials.hpp"
#include "common/config/settings.hpp"
#include "common/core/clock.hpp"
#include "common/core/random.hpp"
#include "common/obs/health.hpp"
#include "common/obs/metrics.hpp"
#include "common/redis/client.hpp"
#include "common/runtime/pool.hpp"
#include "common/store/reads.hpp"
#include "common/store/store.hpp"

namespace guichet::service {

struct Context {
    boost::asio::any_io_executor executor;
    const config::Settings& settings;
    const Clock& clock;
    Random& random;
    store::Store& store;
    store::Reads& reads;
    access::Catalog& catalog;
    access::Credentials& credentials;
    obs::Metrics& metrics;
    obs::Health& health;
    // For work that blocks: password hashing, SQLite.
    runtime::Pool& pool;
    // For connections of a service's own (blocking reads); a copy, to be named and changed.
    redis::ClientOptions redis;
    // Unique to this process, for consumers and leases.
    std::string process;
};

}  // namespace guichet::service
