#pragma once
// SecondFactorService: people set up their own second factor, administrators reset others' and say who needs
// one.
#include "common/rpc/authenticator.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/service/bind.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/second_factor.pb.h"
#include "services/gateway/login_limits.hpp"
#include "services/gateway/second_factor/factors.hpp"

namespace guichet::gateway {

class SecondFactorRpcs {
  public:
    // All outlive this object. `authenticator`: told when sessions end; may be null.
    SecondFactorRpcs(service::Context& context, Factors& factors, LoginLimits& limits,
                     rpc::CachingAuthenticator* authenticator)
        : context_(context), factors_(factors), limits_(limits), authenticator_(authenticator) {}

    void register_rpcs(rpc::Dispatcher& dispatcher);

    template <class T>
    using Answer = asio::awaitable<Result<T>>;
    using Call = rpc::CallContext;

    Answer<v1::GetSecondFactorResponse> get(Call call, v1::GetSecondFactorRequest request);
    Answer<v1::BeginSecondFactorResponse> begin(Call call, v1::BeginSecondFactorRequest request);
    Answer<v1::ConfirmSecondFactorResponse> confirm(Call call, v1::ConfirmSecondFactorRequest request);
    Answer<v1::DisableSecondFactorResponse> disable(Call call, v1::DisableSecondFactorRequest request);
    Answer<v1::RenewRecoveryCodesResponse> renew_codes(Call call, v1::RenewRecoveryCodesRequest request);
    Answer<v1::ListSecondFactorsResponse> list(Call call, v1::ListSecondFactorsRequest request);
    Answer<v1::ResetSecondFactorResponse> reset(Call call, v1::ResetSecondFactorRequest request);
    Answer<v1::GetSecondFactorRuleResponse> get_rule(Call call, v1::GetSecondFactorRuleRequest request);
    Answer<v1::PutSecondFactorRuleResponse> put_rule(Call call, v1::PutSecondFactorRuleRequest request);

  private:
    // The caller's record; FAILED_PRECONDITION needs_session for a token.
    Answer<records::v1::AgentRecord> caller_in_person(const Call& call);
    // Counted as an attempt to sign in. `what`: how the refusal names the thing that is wrong.
    asio::awaitable<Status> check_password(const Call& call, std::string password, const char* what);
    // Both together: which of them is wrong is not told.
    asio::awaitable<Status> check_both(const Call& call, std::string password, std::string code);
    // All that were opened before, but the caller's own where it is his second factor.
    asio::awaitable<Result<void>> end_sessions(const Call& call, std::string agent);

    service::Context& context_;
    Factors& factors_;
    LoginLimits& limits_;
    rpc::CachingAuthenticator* authenticator_;
};

}  // namespace guichet::gateway
