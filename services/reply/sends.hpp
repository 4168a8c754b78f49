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
    asio::awaitable<Result<v1::Delivery>> delivery(WorkspaceId workspace, DeliveryId id);

    service::Context& context_;
    const channels::Registry& connectors_;
};

}  // namespace guichet::reply
