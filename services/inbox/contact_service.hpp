#pragma once
// ContactService: who is not whom, which GetContact leaves out of its suggestions; what kind of customer
// somebody is.
#include "common/rpc/context.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/service/context.hpp"
#include "common/store/apart.hpp"
#include "common/store/segments.hpp"
#include "guichet/v1/contacts.pb.h"

namespace guichet::inbox {

namespace asio = boost::asio;

// Persons told apart from these contacts of one person, by the id of the one on top now; what was joined
// since, is one.
asio::awaitable<Result<std::map<std::string, store::ToldApart>>> others_of(service::Context& context,
                                                                           WorkspaceId workspace,
                                                                           ContactId contact);

// What kind of customer this person is.
asio::awaitable<Result<v1::ContactSegment>> kept_segment(service::Context& context, WorkspaceId workspace,
                                                         ContactId contact);

class ContactService {
  public:
    explicit ContactService(service::Context& context)
        : context_(context), apart_(context.store), segments_(context.store) {}

    void register_rpcs(rpc::Dispatcher& dispatcher);
    asio::awaitable<Result<v1::RefuseSuggestionResponse>> refuse(rpc::CallContext call,
                                                                 v1::RefuseSuggestionRequest request);
    asio::awaitable<Result<v1::UndoRefusalResponse>> undo(rpc::CallContext call,
                                                          v1::UndoRefusalRequest request);
    asio::awaitable<Result<v1::ListRefusalsResponse>> list(rpc::CallContext call,
                                                           v1::ListRefusalsRequest request);
    asio::awaitable<Result<v1::SetSegmentResponse>> set_segment(rpc::CallContext call,
                                                                v1::SetSegmentRequest request);
    asio::awaitable<Result<v1::GetSegmentResponse>> get_segment(rpc::CallContext call,
                                                                v1::GetSegmentRequest request);
    asio::awaitable<Result<v1::ListSegmentsResponse>> list_segments(rpc::CallContext call,
                                                                    v1::ListSegmentsRequest request);

  private:
    // His name, where the caller sees any conversation of his; NOT_FOUND.
    asio::awaitable<Result<std::string>> seen_name(const rpc::CallContext& call, ContactId id);

    service::Context& context_;
    store::Apart apart_;
    store::Segments segments_;
};

}  // namespace guichet::inbox
