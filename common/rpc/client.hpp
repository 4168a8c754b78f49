#pragma once
// For command lines and tests: calls that block until the answer is there. Has an io_context of its own.
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "common/rpc/caller.hpp"
#include "common/rpc/grpc_transport.hpp"

namespace guichet::rpc {

struct ClientIdentity;

class SyncClient {
  public:
    SyncClient(const ChannelOptions& options, std::string credential);
    // grpc_identity.hpp
    SyncClient(const ChannelOptions& options, std::string credential, const ClientIdentity& identity);
    ~SyncClient();
    SyncClient(const SyncClient&) = delete;
    SyncClient& operator=(const SyncClient&) = delete;

    // auto claimed = client.call<v1::ClaimResponse>("guichet.v1.RoutingService/Claim", request);
    template <class Res>
    Result<Res> call(const std::string& method, const google::protobuf::Message& request,
                     std::chrono::milliseconds timeout = std::chrono::seconds(60)) {
        auto bytes = call_bytes(method, request.SerializeAsString(), timeout);
        if (!bytes) return bytes.error();
        Res response;
        if (!response.ParseFromString(*bytes)) return detail::unreadable(response.GetTypeName());
        return response;
    }

    // One open stream, read message by message; closed by its destruction, which must come before the
    // client's.
    template <class Res>
    class Stream {
      public:
        Stream(SyncClient& client, std::unique_ptr<ReadStream> stream)
            : client_(client), stream_(std::move(stream)) {}
        // Nothing at the stream's end; DEADLINE_EXCEEDED when nothing came in time, the stream then goes on.
        Result<std::optional<Res>> next(std::chrono::milliseconds timeout) {
            auto bytes = client_.next_bytes(*stream_, timeout);
            if (!bytes) return bytes.error();
            if (!*bytes) return std::optional<Res>();
            std::optional<Res> message(std::in_place);
            if (!message->ParseFromString(**bytes)) return detail::unreadable(message->GetTypeName());
            return message;
        }

      private:
        SyncClient& client_;
        std::unique_ptr<ReadStream> stream_;
    };

    template <class Res>
    Stream<Res> open(const std::string& method, const google::protobuf::Message& request) {
        return Stream<Res>(*this, open_bytes(method, request.SerializeAsString()));
    }

    Result<std::string> call_bytes(const std::string& method, std::string request,
                                   std::chrono::milliseconds timeout);

  private:
    std::unique_ptr<ReadStream> open_bytes(const std::string& method, std::string request);
    Result<std::optional<std::string>> next_bytes(ReadStream& stream, std::chrono::milliseconds timeout);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace guichet::rpc
