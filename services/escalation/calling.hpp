#pragma once
// Call-backs: a task for a person instead of a message to the customer.
#include "common/rpc/context.hpp"
#include "guichet/v1/escalation.pb.h"
#include "services/escalation/offering.hpp"

namespace guichet::escalation {

class Calling {
  public:
    Calling(service::Context& context, Offering& offering) : context_(context), offering_(offering) {}

    // `wish` as agreed_wish() makes it. INVALID_ARGUMENT names public_text.
    asio::awaitable<Result<store::Offered>> offer(const Scene& scene, Plan plan, v1::CallBack wish);
    // The case's chain may come to the call later; with the request that offered another way.
    asio::awaitable<Result<void>> keep(store::By by, EscalationId escalation, const v1::CallBack& wish);
    asio::awaitable<Result<v1::RecordCallResponse>> record(rpc::CallContext call,
                                                           v1::RecordCallRequest request);

  private:
    Status check_public(const Scene& scene, const Plan& plan, const std::string& signature) const;

    service::Context& context_;
    Offering& offering_;
};

// Empty: it can be planned. `known`: the number that is known without his naming one.
Status check_wish(const v1::CallBack& wish, const std::string& known, TimeMs now);
// With the number that is called, and who recorded the consent.
v1::CallBack agreed_wish(v1::CallBack wish, const std::string& known, const std::string& actor, TimeMs now);
// A wish of earlier, as it can be planned now: wanted times that are over are none.
v1::CallBack wish_now(v1::CallBack wish, TimeMs now);
// What stands in the task's note, for colleagues.
std::string note_text(const v1::CallBack& call);

}  // namespace guichet::escalation
