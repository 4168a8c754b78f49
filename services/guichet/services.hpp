#pragma once
// The services that run in this process: made, registered, started and stopped in one place.
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/channels/connector.hpp"
#include "common/http/router.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/rpc/transport_router.hpp"
#include "services/guichet/app.hpp"

namespace guichet {

// Channels that exist from the first start.
std::vector<v1::Channel> default_channels();

struct App::Services {
    // What they are made of; all of it outlives them.
    struct Parts {
        asio::io_context& io;
        service::Context& context;
        rpc::Transport& transport;
        rpc::CachingAuthenticator& authenticator;
        const Sealer& sealer;
    };
    static Result<std::unique_ptr<Services>> make(const Parts& parts, const std::set<std::string>& targets);
    ~Services();

    void register_rpcs(rpc::Dispatcher& dispatcher);
    void register_routes(http::Router& router);
    asio::awaitable<Result<void>> start();
    asio::awaitable<void> stop();

  private:
    struct Impl;
    explicit Services(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace guichet
