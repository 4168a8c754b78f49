#include "services/guichet/redis_address.hpp"

namespace guichet {

Result<redis::Address> redis_address(const config::RedisSettings& settings) {
    auto address = redis::parse_url(settings.url);
    if (!address) return address.error();
    if (!settings.user.empty()) address->user = settings.user;
    if (!settings.password.empty()) address->password = settings.password.reveal();
    if (!settings.tls_ca.empty()) address->ca_file = settings.tls_ca.string();
    return address;
}

}  // namespace guichet
