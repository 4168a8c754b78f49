#pragma once
// What the brand does with a customer's public message besides answering: hide it, like it. Refusals as in
// store.hpp.
#include "common/store/store.hpp"
#include "guichet/v1/moderation.pb.h"

namespace guichet::store {

// "hide", "unhide", "like", "unlike"; null: none of them.
const char* act_word(v1::ModerationAct act);

// An act that a work entry names.
struct ActWork {
    v1::Moderation moderation;
    // Something else was asked meanwhile, or it is settled.
    bool stale = false;
};

struct ActOutcome {
    // later: nothing was tried.
    enum class Kind { done, failed, retry, later };
    WorkspaceId workspace;
    ConversationId conversation;
    // The work entry that this settles, and what it named.
    std::string entry;
    std::string item;
    Kind kind = Kind::done;
    Milliseconds wait{0};
    std::string error;
};

// What the platform says of a message: hidden, or shown again.
struct ActElsewhere {
    WorkspaceId workspace;
    ChannelId channel;
    std::string external_id;
    bool hidden = false;
    // When; 0: the platform did not say.
    TimeMs at = 0;
};

class Moderations {
  public:
    explicit Moderations(Store& store) : store_(store), functions_(store.client()) {}

    // `external_id`: of message `seq`. FAILED_PRECONDITION: not_public, not_the_customers, taken_back.
    asio::awaitable<Result<v1::Moderation>> ask(By by, ConversationId conversation, std::int64_t seq,
                                                v1::ModerationAct act, std::string external_id);
    asio::awaitable<Result<std::vector<v1::Moderation>>> list(WorkspaceId workspace,
                                                              ConversationId conversation);
    // What a work entry asks for.
    asio::awaitable<Result<ActWork>> find(WorkspaceId workspace, ConversationId conversation,
                                          std::string item);
    // False: something else was asked meanwhile.
    asio::awaitable<Result<bool>> record(ActOutcome outcome);
    // Of what was asked here it is the answer; everything else was done in the platform's own tools. False:
    // nothing is new by it.
    asio::awaitable<Result<bool>> take_over(ActElsewhere told);

  private:
    Store& store_;
    Functions functions_;
};

}  // namespace guichet::store
