#pragma once
// "judge": a contact said something negative in public; whether that makes a private way due.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/service/context.hpp"
#include "common/store/types.hpp"
#include "services/escalation/engine/persistence.hpp"

namespace guichet::escalation {

namespace asio = boost::asio;

Thresholds thresholds(const config::EscalationSettings& settings);

// A post as the store keeps it: "at|conversation|seq|score|intent|fingerprint".
struct NegativePost {
    TimeMs at = 0;
    std::string conversation;
    std::int64_t seq = 0;
    double score = 0;
    bool complaint = false;
    std::string fingerprint;
};
// Nothing when it is none.
std::optional<NegativePost> read_post(const std::string& text);

class PersistenceWork {
  public:
    explicit PersistenceWork(service::Context& context) : context_(context) {}

    // Settles the entry in every case; done twice it proposes once.
    asio::awaitable<Result<void>> judge(store::WorkItem item);

  private:
    asio::awaitable<Result<std::vector<Post>>> posts(WorkspaceId workspace, ContactId contact);
    // What followed the message `seq` in its conversation, the newest.
    asio::awaitable<Result<std::vector<v1::Message>>> since(WorkspaceId workspace, const v1::Conversation& in,
                                                            std::int64_t seq);
    asio::awaitable<Result<Standing>> standing(WorkspaceId workspace, ContactId contact);

    service::Context& context_;
};

}  // namespace guichet::escalation
