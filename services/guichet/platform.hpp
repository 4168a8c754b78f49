#pragma once
// What a process has before its services: Redis (its own or another's), store, credentials, threads.
#include <memory>
#include <optional>

#include "common/access/store_authenticator.hpp"
#include "common/config/config.hpp"
#include "common/redis/embedded.hpp"
#include "common/runtime/process.hpp"
#include "common/service/context.hpp"

namespace guichet {

namespace asio = boost::asio;

class Platform {
  public:
    // `secrets_key`: see secrets_key.hpp.
    Platform(runtime::Process& process, const config::Settings& settings, const std::string& secrets_key);

    // Redis answers, the function library is loaded.
    asio::awaitable<Result<void>> start();
    // Last of all.
    asio::awaitable<void> stop();

    service::Context& context() { return *context_; }
    access::Credentials& credentials() { return credentials_; }
    rpc::CachingAuthenticator& authenticator() { return authenticator_; }
    const Sealer& sealer() const { return sealer_; }

  private:
    asio::awaitable<Result<void>> start_embedded();
    void report_redis(redis::ClientState state, const Status& why);
    redis::ClientOptions client_options(redis::Address address, std::string name);
    asio::awaitable<Result<void>> wait_for_redis();
    bool is_loading(const std::string& reason) const;
    asio::awaitable<Result<void>> check_key();

    const config::Settings& settings_;
    SystemClock clock_;
    SystemRandom random_;
    obs::Metrics metrics_;
    obs::Health health_;
    runtime::Pool pool_;
    Result<redis::Address> address_;
    std::unique_ptr<redis::EmbeddedServer> embedded_;
    redis::Client client_;
    store::Store store_;
    store::Reads reads_;
    Sealer sealer_;
    access::Catalog catalog_;
    access::Credentials credentials_;
    access::StoreAuthenticator store_authenticator_;
    rpc::CachingAuthenticator authenticator_;
    std::unique_ptr<service::Context> context_;
};

}  // namespace guichet
