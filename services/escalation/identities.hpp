#pragma once
// VerifyIdentity: the brand knows otherwise who writes in private.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/escalation.pb.h"

namespace guichet::escalation {

namespace asio = boost::asio;

inline constexpr std::size_t kMostHow = 500;  // bytes

class Identities {
  public:
    explicit Identities(service::Context& context) : context_(context) {}

    // FAILED_PRECONDITION not_private, nobody_wrote, and what every write as owner may say.
    asio::awaitable<Result<v1::VerifyIdentityResponse>> verify(rpc::CallContext call,
                                                               v1::VerifyIdentityRequest request);

  private:
    service::Context& context_;
};

}  // namespace guichet::escalation
