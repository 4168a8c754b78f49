#pragma once
// One Transport in front of several: each service may be in this process or in another one.
#include <map>
#include <string>

#include "common/rpc/caller.hpp"

namespace guichet::rpc {

// Services without a transport are UNIMPLEMENTED. The transports must outlive it.
class TransportRouter final : public Transport {
  public:
    // `service` is "guichet.v1.RoutingService".
    void add(const std::string& service, Transport& transport) { routes_[service] = &transport; }

    asio::awaitable<Result<std::string>> unary(std::string method, Metadata meta, std::string request,
                                               std::chrono::milliseconds timeout) override;
    std::unique_ptr<ReadStream> server_stream(std::string method, Metadata meta, std::string request,
                                              std::chrono::milliseconds timeout) override;
    std::unique_ptr<BidiStream> bidi(std::string method, Metadata meta,
                                     std::chrono::milliseconds timeout) override;

  private:
    Transport* find(const std::string& method) const;

    std::map<std::string, Transport*> routes_;
};

}  // namespace guichet::rpc
