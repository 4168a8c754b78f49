#pragma once
// DeskService's lists of what concerns an agent: ListDeliveries, ListMentions, ReadMentions; and Attend.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "common/store/desk.hpp"
#include "guichet/v1/desk.pb.h"

namespace guichet::inbox {

namespace asio = boost::asio;

class DeskLists {
  public:
    explicit DeskLists(service::Context& context) : context_(context), desk_(context.store) {}

    asio::awaitable<Result<v1::ListDeliveriesResponse>> deliveries(rpc::CallContext call,
                                                                   v1::ListDeliveriesRequest request);
    asio::awaitable<Result<v1::ListMentionsResponse>> mentions(rpc::CallContext call,
                                                               v1::ListMentionsRequest request);
    asio::awaitable<Result<v1::ReadMentionsResponse>> read_mentions(rpc::CallContext call,
                                                                    v1::ReadMentionsRequest request);
    asio::awaitable<Result<v1::AttendResponse>> attend(rpc::CallContext call, v1::AttendRequest request);

  private:
    // By their ids, without their epochs; those that the caller may not see are left out.
    using ById = std::map<std::string, v1::Conversation>;
    asio::awaitable<Result<ById>> conversations(const rpc::CallContext& call, std::vector<std::string> ids);
    // The note, where it still is one.
    asio::awaitable<Result<std::optional<v1::Message>>> note(WorkspaceId workspace, store::Mentioned mention);

    service::Context& context_;
    store::Desk desk_;
};

}  // namespace guichet::inbox
