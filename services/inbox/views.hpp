#pragma once
// DeskService's shared views: ListViews, PutView.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/desk.pb.h"

namespace guichet::inbox {

namespace asio = boost::asio;

// Pure: is it for somebody with these grants? Of the whole workspace: everybody; of a team: who has it.
bool is_for(const v1::SavedView& view, const std::vector<rpc::GrantSpec>& grants);
// Pure: may somebody with these grants share it, or take it away?
bool may_share(const v1::SavedView& view, const std::vector<rpc::GrantSpec>& grants);
// Pure: INVALID_ARGUMENT names the first field that is wrong.
Status check_view(const v1::SavedView& view);

class Views {
  public:
    explicit Views(service::Context& context) : context_(context) {}

    asio::awaitable<Result<v1::ListViewsResponse>> list(rpc::CallContext call, v1::ListViewsRequest request);
    asio::awaitable<Result<v1::PutViewResponse>> put(rpc::CallContext call, v1::PutViewRequest request);

  private:
    service::Context& context_;
};

}  // namespace guichet::inbox
