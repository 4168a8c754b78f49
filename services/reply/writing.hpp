#pragma once
// WritingService, wired together: positions, and how long a text is.
#include "common/channels/connector.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/store/desk.hpp"
#include "services/reply/positions.hpp"

namespace guichet::reply {

class Writing {
  public:
    Writing(service::Context& context, const channels::Registry& connectors)
        : context_(context), connectors_(connectors), desk_(context.store), positions_(context) {}

    void register_rpcs(rpc::Dispatcher& dispatcher);
    asio::awaitable<Result<v1::MeasureTextResponse>> measure(rpc::CallContext call,
                                                             v1::MeasureTextRequest request);

  private:
    service::Context& context_;
    const channels::Registry& connectors_;
    store::Desk desk_;
    Positions positions_;
};

}  // namespace guichet::reply
