#pragma once
// From one Redis into another one, or into the masters of a cluster: key by key, as they stand.
#include <boost/asio/awaitable.hpp>

#include "common/redis/client.hpp"
#include "services/guichet/backup/files.hpp"

namespace guichet::backup {

namespace asio = boost::asio;

struct CopyLimits {
    // What the source reckons that the keys on their way take; a larger key goes alone.
    std::int64_t at_once = std::int64_t{64} << 20;
    // Of one key: more than Redis takes in one piece unless it is told to (proto-max-bulk-len).
    std::size_t one_key = std::size_t{512} << 20;
};

// FAILED_PRECONDITION "not_empty" when any of its masters holds a key.
asio::awaitable<Result<void>> require_no_keys(redis::Client& client);

// `source` is no cluster, and nobody writes there. Keys go out with the time that they expire at.
// RESOURCE_EXHAUSTED "key_too_large" for one above the limit.
asio::awaitable<Result<void>> copy_keys(redis::Client& source, redis::Client& target, CopyLimits limits,
                                        const Progress& progress);

}  // namespace guichet::backup
