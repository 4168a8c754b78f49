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
    using Checked = asio::awaitable<Result<v1::VerifyAuditResponse>>;
    // Where the log begins, as it is noted apart from it.
    asio::awaitable<Result<store::AuditHead>> beginning(std::string workspace);
    Checked check(std::string workspace, v1::VerifyAuditRequest request, store::AuditHead begin);
    asio::awaitable<Result<void>> compare_beginning(v1::VerifyAuditResponse& response, std::string workspace,
                                                    store::AuditHead begin);
    asio::awaitable<Result<void>> compare_known(v1::VerifyAuditResponse& response, std::string workspace,
                                                store::AuditHead known, store::AuditHead begin);
    // An end that was noted must be part of the log still; `problem` says what it is if not.
    asio::awaitable<Result<void>> compare(v1::VerifyAuditResponse& response, std::string workspace,
                                          store::AuditHead noted, store::AuditHead begin,
                                          const char* problem);

    service::Context& context_;
    Archive& archive_;
};

}  // namespace guichet::inbox
