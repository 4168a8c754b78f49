#pragma once
// Small helpers that every service's RPCs share.
#include <string>
#include <utility>

#include "common/rpc/dispatcher.hpp"
#include "common/store/types.hpp"

namespace guichet::service {

// Registers a member coroutine: bind(dispatcher, "guichet.v1.RoutingService/Claim", claims, &Claims::claim).
template <class Req, class Res, class T>
void bind(rpc::Dispatcher& dispatcher, const std::string& name, T& self,
          boost::asio::awaitable<Result<Res>> (T::*method)(rpc::CallContext, Req)) {
    dispatcher.unary<Req, Res>(name, [&self, method](rpc::CallContext context, Req request) {
        return (self.*method)(std::move(context), std::move(request));
    });
}

// Who asks, as the store takes it.
inline store::By by(const rpc::CallContext& context) {
    return {context.caller.workspace, context.caller.actor, context.request_id, context.scope.encode()};
}

// True when the caller holds a role of at least `role` somewhere in the ladder.
inline bool holds(const rpc::Caller& caller, rpc::Role role) {
    for (const auto& grant : caller.grants) {
        if (grant.role <= rpc::Role::admin && grant.role >= role) return true;
    }
    return false;
}

// Reasons, causes, labels: short texts that agents type. Empty when it is fine, else what is wrong.
inline Status check_text(const std::string& field, const std::string& text, std::size_t most) {
    if (text.size() <= most) return {};
    return invalid(field, field + " is longer than " + std::to_string(most) + " bytes: shorten it");
}

}  // namespace guichet::service
