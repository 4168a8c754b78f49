#pragma once
// What goes out: Send, Undo, Publish, Settle.
#include "common/channels/connector.hpp"
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/reply.pb.h"

namespace guichet::reply {

namespace asio = boost::asio;

class Sends {
  public:
    Sends(service::Context& context, const channels::Registry& connectors)
        : context_(context), connectors_(connectors) {}

    asio::awaitable<Result<v1::SendResponse>> send(rpc::CallContext call, v1::SendRequest request);
    asio::awaitable<Result<v1::UndoResponse>> undo(rpc::CallContext call, v1::UndoRequest request);
    asio::awaitable<Result<v1::PublishResponse>> publish(rpc::CallContext call, v1::PublishRequest request);
    asio::awaitable<Result<v1::SettleResponse>> settle(rpc::CallContext call, v1::SettleRequest request);

  private:
    struct Channel {
        v1::Channel config;
        channels::Connector* connector = nullptr;
    };
    // What goes out in whose name.
    struct Words {
        std::string text;
        std::string persona;
    };
    asio::awaitable<Result<Channel>> channel(WorkspaceId workspace, ChannelId id);
    // Variables filled, signed, and short enough for the channel.
    asio::awaitable<Result<Words>> compose(WorkspaceId workspace, std::string actor, std::string text,
                                           std::string persona, std::map<std::string, std::string> variables,
                                           Channel channel);
    // Channels that this release serves and that take a text of this length; none where there are too many.
    asio::awaitable<Result<std::vector<ChannelId>>> takers(WorkspaceId workspace, std::string text);
    // Without reading the conversation: the function that records the answer looks at its channel. Refused
    // with `other_channel` where the words name something of the conversation, or its channel does not take
    // them.
    asio::awaitable<Result<v1::Delivery>> send_unread(rpc::CallContext call, v1::SendRequest request,
                                                      std::chrono::milliseconds undo);
    // The conversation first: what stands in the way is said in words.
    asio::awaitable<Result<v1::Delivery>> send_read(rpc::CallContext call, v1::SendRequest request,
                                                    std::chrono::milliseconds undo);
    store::Sending sending_of(const rpc::CallContext& call, const v1::SendRequest& request, Words words,
                              std::chrono::milliseconds undo);
    asio::awaitable<Result<v1::Delivery>> delivery(WorkspaceId workspace, DeliveryId id);

    service::Context& context_;
    const channels::Registry& connectors_;
};

}  // namespace guichet::reply
