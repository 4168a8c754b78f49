#include "services/gateway/rpc_routes.hpp"

#include "common/rpc/json.hpp"
#include "common/rpc/status_map.hpp"

namespace guichet::gateway {
namespace {

// What is there first, then piece by piece.
boost::asio::awaitable<Result<std::string>> next_piece(
    std::shared_ptr<std::string> first, std::function<boost::asio::awaitable<Result<std::string>>()> next) {
    if (!first->empty()) co_return std::exchange(*first, {});
    co_return co_await next();
}

}  // namespace

void RpcRoutes::mount(http::Router& router, http::RouteOptions options) {
    router.post(
        "/{service}/{method}", [this](http::Request request) { return handle(std::move(request)); },
        std::move(options));
}

boost::asio::awaitable<http::Response> RpcRoutes::handle(http::Request request) {
    rpc::BridgeRequest call;
    call.http_method = "POST";
    call.path = std::string(request.path());
    call.read_headers([&request](const char* name) { return request.headers.get(name); });
    call.body = std::move(request.body);
    call.request_id = request.request_id;
    call.peer = request.client_ip;
    if (call.credential.empty()) {
        auto session = session_(request);
        if (!session) {
            co_return http::Response::json(rpc::http_status(session.error().code),
                                           rpc::error_to_json(session.error()));
        }
        call.credential = std::move(*session);
    }
    auto answer = co_await bridge_.handle(std::move(call));
    http::Response response;
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) response.header(name, value);
    response.header("Cache-Control", "no-store");
    response.body = std::move(answer.body);
    if (answer.next) {
        auto first = std::make_shared<std::string>(std::move(response.body));
        response.body.clear();
        response.stream = [first, next = std::move(answer.next)] { return next_piece(first, next); };
    }
    co_return response;
}

}  // namespace guichet::gateway
