#pragma once
// Calls a Dispatcher of this process, without a network in between.
#include <boost/asio/any_io_executor.hpp>

#include "common/rpc/caller.hpp"
#include "common/rpc/dispatcher.hpp"

namespace guichet::rpc {

// Used on the dispatcher's io thread only. The dispatcher must outlive it and its streams.
class LocalTransport final : public Transport {
  public:
    LocalTransport(asio::any_io_executor executor, Dispatcher& dispatcher);
    asio::awaitable<Result<std::string>> unary(std::string method, Metadata meta, std::string request,
                                               std::chrono::milliseconds timeout) override;
    std::unique_ptr<ReadStream> server_stream(std::string method, Metadata meta, std::string request,
                                              std::chrono::milliseconds timeout) override;
    std::unique_ptr<BidiStream> bidi(std::string method, Metadata meta,
                                     std::chrono::milliseconds timeout) override;

  private:
    asio::any_io_executor executor_;
    Dispatcher& dispatcher_;
};

}  // namespace guichet::rpc
