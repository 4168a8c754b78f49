#pragma once
// ModerationService, and the work that it leaves: hiding and liking a customer's public message at the
// platform.
#include "common/channels/connector.hpp"
#include "common/rpc/context.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/service/context.hpp"
#include "common/store/moderation.hpp"
#include "services/reply/engine/retry.hpp"

namespace guichet::reply {

namespace asio = boost::asio;

// What a channel can do, by what its connector says.
std::vector<v1::ModerationAct> possible_acts(const channels::Caps& caps);

class Moderating {
  public:
    Moderating(service::Context& context, const channels::Registry& connectors);

    void register_rpcs(rpc::Dispatcher& dispatcher);
    asio::awaitable<Result<v1::ModerateResponse>> moderate(rpc::CallContext call,
                                                           v1::ModerateRequest request);
    asio::awaitable<Result<v1::ListModerationsResponse>> list(rpc::CallContext call,
                                                              v1::ListModerationsRequest request);
    // One attempt. The platform may be asked the same twice, so nothing is recorded before it: work that is
    // redelivered is done again.
    asio::awaitable<Result<void>> attempt(store::WorkItem item);

  private:
    struct Place {
        v1::Channel channel;
        // Null: this build has none for the channel, or the channel is gone.
        channels::Connector* connector = nullptr;
    };
    asio::awaitable<Result<Place>> place(WorkspaceId workspace, std::string channel);
    // What the platform calls message `seq`; NOT_FOUND.
    asio::awaitable<Result<std::string>> external_id(WorkspaceId workspace, ConversationId conversation,
                                                     std::int64_t seq);
    asio::awaitable<Result<void>> perform(store::WorkItem item, v1::Moderation asked);
    asio::awaitable<Result<void>> record(store::ActOutcome outcome);

    service::Context& context_;
    const channels::Registry& connectors_;
    store::Moderations moderations_;
    RetryPolicy policy_;
};

}  // namespace guichet::reply
