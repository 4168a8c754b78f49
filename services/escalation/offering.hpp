#pragma once
// Makes one offer of a private way: the words, the private page where one is needed, and the store's call.
#include "common/service/context.hpp"
#include "common/store/escalation_types.hpp"
#include "services/escalation/scene.hpp"

namespace guichet::escalation {

struct Plan {
    store::By by;
    // "*": the service itself goes on with a chain.
    std::string epoch;
    PrivateWay way;
    // Route ids that follow.
    std::vector<std::string> following;
    // As they were written; empty: the usual ones.
    std::string public_text;
    std::string private_text;
    // Nothing in public: it was said before. Not with a link.
    bool quiet = false;
    // A serialized guichet.v1.Triage: why the case was opened.
    std::string reasons;
};

class Offering {
  public:
    explicit Offering(service::Context& context, const Scenes& scenes) : context_(context), scenes_(scenes) {}

    // INVALID_ARGUMENT names public_text or private_text; refusals of the store as they are.
    asio::awaitable<Result<store::Offered>> offer(const Scene& scene, Plan plan);

    // Who signs what the actor writes.
    struct Signature {
        std::string persona;
        std::string text;
    };
    asio::awaitable<Result<Signature>> signature(WorkspaceId workspace, std::string actor);
    // A message of the brand's, as the store keeps it.
    std::string encode(const std::string& text, const std::string& persona, const std::string& actor,
                       const DeliveryId& delivery) const;

  private:
    void address(const Scene& scene, const Plan& plan, store::Offer& offer);
    void word(const Plan& plan, const Signature& signature, const std::string& link, store::Offer& offer);
    // The one that is under way, or `fresh`.
    asio::awaitable<Result<EscalationId>> case_of(const Scene& scene, EscalationId fresh);
    // The page of a link in public.
    asio::awaitable<Result<std::string>> open_page(const Scene& scene, EscalationId escalation,
                                                   ChannelId form);
    asio::awaitable<void> close_page(std::string secret);

    service::Context& context_;
    const Scenes& scenes_;
};

// INVALID_ARGUMENT when the channel does not take as much.
Status check_length(const std::string& field, const channels::Connector& connector, const std::string& text,
                    std::size_t most);

}  // namespace guichet::escalation
