#include "common/redis/blocking.hpp"

#include <utility>

namespace guichet::redis {

ClientOptions blocking_options(ClientOptions base, std::string name) {
    base.name = std::move(name);
    base.max_outstanding = 16;
    base.stall_timeout = std::chrono::milliseconds::zero();
    return base;
}

}  // namespace guichet::redis
