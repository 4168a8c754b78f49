#pragma once
// Taking and keeping: ClaimNext, Claim, Renew.
#include "common/rpc/context.hpp"
#include "common/runtime/event.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/routing.pb.h"

namespace guichet::routing {

namespace asio = boost::asio;

// What an agent serves when he does not narrow it himself, and how much he takes at once.
struct Profile {
    std::vector<std::string> teams;
    std::vector<std::string> languages;
    int capacity = 5;
};

class Claims {
  public:
    // `arrivals` is notified when something new waits.
    Claims(service::Context& context, runtime::Event& arrivals) : context_(context), arrivals_(arrivals) {}

    asio::awaitable<Result<v1::ClaimNextResponse>> claim_next(rpc::CallContext call,
                                                              v1::ClaimNextRequest request);
    asio::awaitable<Result<v1::ClaimResponse>> claim(rpc::CallContext call, v1::ClaimRequest request);
    asio::awaitable<Result<v1::RenewResponse>> renew(rpc::CallContext call, v1::RenewRequest request);

    asio::awaitable<Result<Profile>> profile(WorkspaceId workspace, std::string agent);

  private:
    // The answer: what was claimed, as its owner reads it.
    template <class Response>
    asio::awaitable<Result<Response>> shown(store::By owner, store::Claimed claimed);

    service::Context& context_;
    runtime::Event& arrivals_;
};

}  // namespace guichet::routing
