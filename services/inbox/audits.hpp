#pragma once
// ListAudit and VerifyAudit.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "services/inbox/archive.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

class Audits {
  public:
    Audits(service::Context& context, Archive& archive) : context_(context), archive_(archive) {}

    asio::awaitable<Result<v1::ListAuditResponse>> list(rpc::CallContext call, v1::ListAuditRequest request);
    asio::awaitable<Result<v1::VerifyAuditResponse>> verify(rpc::CallContext call,
                                                            v1::VerifyAuditRequest request);

  private:
    // An end that was noted must be part of the log still; `problem` says what it is if not.
    asio::awaitable<Result<void>> compare(v1::VerifyAuditResponse& response, std::string workspace,
                                          store::AuditHead noted, std::int64_t last, const char* problem);

    service::Context& context_;
    Archive& archive_;
};

}  // namespace guichet::inbox
