#pragma once
// Somebody at the counter, an agent or a bot, through the public API (gRPC).
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/rpc/client.hpp"
#include "guichet/v1/admin.pb.h"
#include "guichet/v1/escalation.pb.h"
#include "guichet/v1/inbox.pb.h"
#include "guichet/v1/reply.pb.h"
#include "guichet/v1/routing.pb.h"

namespace guichet::demo {

// What was promised did not hold, or a call that must succeed did not: the show ends with these words.
struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Desk {
  public:
    Desk(const std::string& grpc_address, const std::string& token);

    // One call; a write takes a request id that repeats nothing.
    template <class Response>
    Result<Response> call(const std::string& method, const google::protobuf::Message& request) {
        return client_->call<Response>("guichet.v1." + method, request, kDeadline);
    }
    // As call(), where a refusal is a broken promise.
    template <class Response>
    Response must(const std::string& method, const google::protobuf::Message& request) {
        auto response = call<Response>(method, request);
        if (!response) throw Broken(method + ": " + response.error().message);
        return std::move(*response);
    }
    static std::string request_id();

    std::vector<v1::Conversation> conversations(const std::string& channel);
    v1::GetConversationResponse look(const std::string& conversation);
    Result<v1::ClaimResponse> claim(const std::string& conversation);
    // As the conversation stands now; `undo_seconds`: how long it can be taken back.
    v1::Delivery send(const std::string& conversation, const std::string& text, int undo_seconds);
    v1::ListRoutesResponse routes(const std::string& conversation);

  private:
    static constexpr std::chrono::seconds kDeadline{10};
    std::unique_ptr<rpc::SyncClient> client_;
};

// Makes the agent as `admin`; the secret of a token that acts for him.
std::string hire(Desk& admin, const std::string& id, const std::string& name, v1::Role role);

}  // namespace guichet::demo
