#pragma once
// Between the contract's messages and the triage engine. Pure.
#include "common/core/clock.hpp"
#include "guichet/v1/admin.pb.h"
#include "guichet/v1/types.pb.h"
#include "services/routing/engine/deadline.hpp"
#include "services/routing/engine/triage.hpp"

namespace guichet::routing {

struct Desk {
    Calendar calendar;
    DeadlinePolicy policy;
    std::string default_language = "en";
};

struct Judgement {
    v1::Triage triage;
    TimeMs due = 0;
    TimeMs first_answer_due = 0;
};

// What is known of the message that came, in its conversation.
TriageInput triage_input(const v1::Conversation& conversation, const v1::Message& message,
                         const v1::Channel& channel, const Desk& desk, TimeMs now);
v1::Triage to_proto(const Triage& triage);

// A message taken back leaves the triage as it was.
Judgement judge(const v1::Conversation& conversation, const v1::Message& message, const v1::Channel& channel,
                const Desk& desk, TimeMs now);

}  // namespace guichet::routing
