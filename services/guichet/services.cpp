#include "services/guichet/services.hpp"

#include "services/escalation/service.hpp"
#include "services/gateway/rpc_routes.hpp"
#include "services/inbox/service.hpp"
#include "services/reply/service.hpp"
#include "services/routing/desk.hpp"
#include "services/routing/service.hpp"

namespace guichet {

std::vector<v1::Channel> default_channels() {
    return {};
}

struct App::Services::Impl {
    channels::Registry connectors;
    std::unique_ptr<routing::Service> routing;
    std::unique_ptr<reply::Service> reply;
    std::unique_ptr<escalation::Service> escalation;
    std::unique_ptr<inbox::Service> inbox;
    std::unique_ptr<gateway::RpcRoutes> rpc_routes;
};

App::Services::Services(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

App::Services::~Services() = default;

Result<std::unique_ptr<App::Services>> App::Services::make(service::Context& context,
                                                           const std::set<std::string>& targets,
                                                           rpc::Transport& transport) {
    auto impl = std::make_unique<Impl>();
    if (targets.contains("routing")) {
        auto desk = routing::make_desk(context.settings.routing);
        if (!desk) return desk.error();
        impl->routing = std::make_unique<routing::Service>(context, std::move(*desk));
    }
    if (targets.contains("reply")) impl->reply = std::make_unique<reply::Service>(context, impl->connectors);
    if (targets.contains("escalation")) impl->escalation = std::make_unique<escalation::Service>(context);
    if (targets.contains("inbox")) impl->inbox = std::make_unique<inbox::Service>(context);
    if (targets.contains("gateway")) {
        impl->rpc_routes = std::make_unique<gateway::RpcRoutes>(
            transport, [](const http::Request&) { return Result<std::string>(std::string()); });
    }
    return std::unique_ptr<Services>(new Services(std::move(impl)));
}

void App::Services::register_rpcs(rpc::Dispatcher& dispatcher) {
    if (impl_->routing) impl_->routing->register_rpcs(dispatcher);
    if (impl_->reply) impl_->reply->register_rpcs(dispatcher);
    if (impl_->escalation) impl_->escalation->register_rpcs(dispatcher);
    if (impl_->inbox) impl_->inbox->register_rpcs(dispatcher);
}

void App::Services::register_routes(http::Router& router) {
    if (impl_->rpc_routes) impl_->rpc_routes->mount(router, {});
}

asio::awaitable<Result<void>> App::Services::start() {
    if (impl_->inbox) {
        auto started = co_await impl_->inbox->start();
        if (!started) co_return started.error();
    }
    if (impl_->routing) {
        auto started = co_await impl_->routing->start();
        if (!started) co_return started.error();
    }
    if (impl_->reply) {
        auto started = co_await impl_->reply->start();
        if (!started) co_return started.error();
    }
    co_return Result<void>{};
}

asio::awaitable<void> App::Services::stop() {
    if (impl_->reply) co_await impl_->reply->stop();
    if (impl_->routing) co_await impl_->routing->stop();
    if (impl_->inbox) co_await impl_->inbox->stop();
}

}  // namespace guichet
