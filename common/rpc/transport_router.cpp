#include "common/rpc/transport_router.hpp"

namespace guichet::rpc {

namespace {

Status no_route(const std::string& method) {
    return make_status(Code::unimplemented, method + " is not served here");
}

class FailedStream final : public BidiStream {
  public:
    explicit FailedStream(Status why) : why_(std::move(why)) {}
    asio::awaitable<Result<std::optional<std::string>>> next() override { co_return why_; }
    asio::awaitable<Result<void>> write(std::string) override { co_return why_; }
    void writes_done() override {}
    void cancel() override {}

  private:
    const Status why_;
};

}  // namespace

Transport* TransportRouter::find(const std::string& method) const {
    const auto found = routes_.find(method.substr(0, method.find('/')));
    return found == routes_.end() ? nullptr : found->second;
}

asio::awaitable<Result<std::string>> TransportRouter::unary(std::string method, Metadata meta,
                                                            std::string request,
                                                            std::chrono::milliseconds timeout) {
    auto* transport = find(method);
    if (transport == nullptr) co_return no_route(method);
    co_return co_await transport->unary(std::move(method), std::move(meta), std::move(request), timeout);
}

std::unique_ptr<ReadStream> TransportRouter::server_stream(std::string method, Metadata meta,
                                                           std::string request,
                                                           std::chrono::milliseconds timeout) {
    auto* transport = find(method);
    if (transport == nullptr) return std::make_unique<FailedStream>(no_route(method));
    return transport->server_stream(std::move(method), std::move(meta), std::move(request), timeout);
}

std::unique_ptr<BidiStream> TransportRouter::bidi(std::string method, Metadata meta,
                                                  std::chrono::milliseconds timeout) {
    auto* transport = find(method);
    if (transport == nullptr) return std::make_unique<FailedStream>(no_route(method));
    return transport->bidi(std::move(method), std::move(meta), timeout);
}

}  // namespace guichet::rpc
