#pragma once
// ListConversations, GetConversation, Stats.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/inbox.pb.h"
#include "services/inbox/archive.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

class Lists {
  public:
    Lists(service::Context& context, Archive& archive) : context_(context), archive_(archive) {}

    asio::awaitable<Result<v1::ListConversationsResponse>> list(rpc::CallContext call,
                                                                v1::ListConversationsRequest request);
    asio::awaitable<Result<v1::GetConversationResponse>> get(rpc::CallContext call,
                                                             v1::GetConversationRequest request);
    asio::awaitable<Result<v1::StatsResponse>> stats(rpc::CallContext call, v1::StatsRequest request);

  private:
    using Page = v1::ListConversationsResponse;
    asio::awaitable<Result<Page>> waiting(rpc::CallContext call, v1::ListConversationsRequest request,
                                          int size);
    asio::awaitable<Result<Page>> owned(rpc::CallContext call, v1::ListConversationsRequest request,
                                        int size);
    asio::awaitable<Result<Page>> page(rpc::CallContext call, v1::ListConversationsRequest request, int size);
    asio::awaitable<Result<Page>> indexed(rpc::CallContext call, v1::ListConversationsRequest request,
                                          int size);
    asio::awaitable<Result<void>> add_agents(const rpc::CallContext& call, v1::StatsResponse& response);

    service::Context& context_;
    Archive& archive_;
};

}  // namespace guichet::inbox
