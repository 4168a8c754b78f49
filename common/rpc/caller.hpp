#pragma once
// The calling side, whatever carries the call: in this process (local_transport.hpp) or over gRPC
// (grpc_transport.hpp).
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <google/protobuf/message.h>

#include "common/core/status.hpp"
#include "common/rpc/stream.hpp"

namespace guichet::rpc {

struct Metadata {
    // Bearer without the word "Bearer"; empty: anonymous.
    std::string credential;
    // Goes into the logs of the server.
    std::string request_id;
    // Address of the client on whose behalf this calls; carried by the local transport only.
    std::string peer;
};

// A call's answers. One waiting next() at a time. Destruction cancels the call.
// True when the message was taken.
using Take = std::function<bool(const std::string& message)>;

class ReadStream {
  public:
    virtual ~ReadStream() = default;
    // Nothing: the call ended with OK. An error: it ended otherwise, or the awaiting coroutine was cancelled.
    virtual asio::awaitable<Result<std::optional<std::string>>> next() = 0;
    // Messages go to `take` as they are written, and no coroutine wakes for them; what it declines (false)
    // waits for next(), and so does what comes behind that. It is called within the write: it neither waits
    // nor throws. A transport that cannot do so leaves them all to next().
    virtual void take_with(Take take) { static_cast<void>(take); }
    virtual void cancel() = 0;
};

class BidiStream : public ReadStream {
  public:
    // Returns when the message has a place in a bounded buffer.
    virtual asio::awaitable<Result<void>> write(std::string message) = 0;
    // No more messages will be written.
    virtual void writes_done() = 0;
};

// Methods are "guichet.v1.RoutingService/Claim", messages serialized. A unary call has a deadline always; a
// stream of time-out zero has none. Cancelling the awaiting coroutine cancels the call.
class Transport {
  public:
    virtual ~Transport() = default;
    virtual asio::awaitable<Result<std::string>> unary(std::string method, Metadata meta, std::string request,
                                                       std::chrono::milliseconds timeout) = 0;
    virtual std::unique_ptr<ReadStream> server_stream(std::string method, Metadata meta, std::string request,
                                                      std::chrono::milliseconds timeout) = 0;
    virtual std::unique_ptr<BidiStream> bidi(std::string method, Metadata meta,
                                             std::chrono::milliseconds timeout) = 0;
};

// auto claimed = co_await call<v1::ClaimResponse>(transport, "guichet.v1.RoutingService/Claim", request,
// meta, 5s);
template <class Res>
asio::awaitable<Result<Res>> call(Transport& transport, std::string method,
                                  const google::protobuf::Message& request, Metadata meta,
                                  std::chrono::milliseconds timeout) {
    auto request_bytes = request.SerializeAsString();
    auto bytes =
        co_await transport.unary(std::move(method), std::move(meta), std::move(request_bytes), timeout);
    if (!bytes) co_return bytes.error();
    Res response;
    if (!response.ParseFromString(*bytes)) co_return detail::unreadable(response.GetTypeName());
    co_return response;
}

// The next message of a stream, parsed.
template <class Res>
asio::awaitable<Result<std::optional<Res>>> next(ReadStream& stream) {
    auto bytes = co_await stream.next();
    if (!bytes) co_return bytes.error();
    if (!*bytes) co_return std::optional<Res>();
    std::optional<Res> message(std::in_place);
    if (!message->ParseFromString(**bytes)) co_return detail::unreadable(message->GetTypeName());
    co_return message;
}

}  // namespace guichet::rpc
