#pragma once
// ContactService.GetHistory: what somebody wrote before, on all channels. From the archive's read index.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/contacts.pb.h"
#include "services/inbox/archive.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

class History {
  public:
    History(service::Context& context, Archive& archive) : context_(context), archive_(archive) {}

    asio::awaitable<Result<v1::GetHistoryResponse>> get(rpc::CallContext call, v1::GetHistoryRequest request);

  private:
    // Of all his contacts, as far as the caller may see; of one whom nobody knows: of that id.
    asio::awaitable<Result<Query>> question(const rpc::CallContext& call, std::string contact);

    service::Context& context_;
    Archive& archive_;
};

}  // namespace guichet::inbox
