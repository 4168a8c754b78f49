#include "services/gateway/service.hpp"

#include "services/gateway/assets.hpp"
#include "services/gateway/browser.hpp"
#include "services/gateway/console_pack.hpp"
#include "services/gateway/sign_in_page.hpp"

namespace guichet::gateway {
namespace {

// ClaimNext waits 30 s by itself, and a client may ask for more; the call's own deadline ends it before this.
constexpr std::chrono::milliseconds kRpcTimeout{660'000};

asio::awaitable<http::Response> nothing_here(http::Request request) {
    co_return not_found_page(request);
}

// Behind the #, where the sign-in page's own script keeps it until he is back.
std::string sign_in_for(std::string_view target) {
    std::string address = "/sign-in";
    if (target.starts_with("/desk/")) address.append("#").append(target);
    return address;
}

}  // namespace

Service::Service(service::Context& context, rpc::Transport& transport, const channels::Registry& connectors,
                 const Sealer& sealer, rpc::CachingAuthenticator* authenticator)
    : context_(context),
      limits_(context.settings.gateway),
      admin_(context, connectors, authenticator),
      rpcs_(transport, proven_session),
      attachments_(context, transport),
      factors_(context, sealer),
      login_limits_(context.settings.gateway.login_attempts, context.settings.gateway.login_window.count()),
      sign_in_(context, authenticator, factors_, login_limits_),
      second_factor_(context, factors_, login_limits_, authenticator),
      watch_(context, transport) {}

void Service::register_routes(http::Router& router) {
    const auto limited = [this](http::Request& request) {
        return limits_.check(request, context_.clock.now());
    };
    http::RouteOptions calls;
    calls.max_body_bytes = context_.settings.http.body_limit.count;
    calls.timeout = kRpcTimeout;
    calls.head.push_back(limited);
    rpcs_.mount(router, calls);

    http::RouteOptions pages;
    pages.timeout = context_.settings.http.handler_timeout;
    pages.head.push_back(limited);
    pages.security = page_policy();
    sign_in_.mount(router, pages);
    attachments_.mount(router, pages);
    auto console = pages;
    console.security = console_policy();
    router.get("/*", nothing_here, pages);
    // The console has many addresses and one page, which reads its own address.
    for (const char* place : {"/", "/desk", "/desk/*"}) {
        router.get(
            place, [this](http::Request request) { return home(std::move(request)); }, console);
    }
    mount_assets(router);

    http::WebSocketOptions sockets;
    sockets.head.push_back(limited);
    watch_.mount(router, std::move(sockets));
}

asio::awaitable<http::Response> Service::home(http::Request request) {
    auto session = co_await sign_in_.session_of(request);
    if (!session && session.error().code != Code::unauthenticated) {
        co_return http::Response::error(503, "unavailable", session.error().message);
    }
    if (!session) co_return http::Response::redirect(sign_in_for(request.target));
    co_return console_page(request);
}

asio::awaitable<Result<void>> Service::start() {
    return sign_in_.start();
}

asio::awaitable<void> Service::stop() {
    co_return;
}

}  // namespace guichet::gateway
