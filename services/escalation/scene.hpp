#pragma once
// What a decision about a conversation's private ways needs, read once; and the ways themselves.
#include <optional>
#include <string>
#include <vector>

#include "common/channels/connector.hpp"
#include "common/service/context.hpp"
#include "services/escalation/engine/chain.hpp"

namespace guichet::escalation {

namespace asio = boost::asio;

inline constexpr int kMessagesRead = 50;          // of a conversation, the newest
inline constexpr char kCallBack[] = "call_back";  // id of that route
inline constexpr int kConversationsRead = 50;     // of a contact, the newest

ChainSettings chain_settings(const config::EscalationSettings& settings);

// A public conversation and what is known of its author.
struct Scene {
    WorkspaceId workspace;
    v1::Conversation conversation;
    v1::Channel channel;
    // Null when this build has none for the channel.
    channels::Connector* connector = nullptr;
    v1::Contact contact;
    std::vector<v1::Message> messages;
    // His last comment; without external id where there is none.
    v1::Message comment;
    // On the private side of the same account, where he has written.
    std::string person;
    std::string private_thread;
    TimeMs wrote_privately_at = 0;
    // Where a private page can be made: a form channel.
    std::optional<v1::Channel> form;
    // His proven address belongs to this one; else any mail channel.
    std::optional<v1::Channel> mail;
    ContactFacts facts;
    // The brand's addresses and numbers that may be named in public.
    std::vector<std::string> own;

    bool is_public() const { return conversation.visibility() == v1::VISIBILITY_PUBLIC; }
};

// One private way, with what an offer on it needs.
struct PrivateWay {
    Route route;
    v1::Channel channel;
    // Null for the private link: what goes out on it goes out in public.
    channels::Connector* connector = nullptr;
    channels::Way way = channels::Way::answer;
    // The person there; empty: not known yet.
    std::string recipient;
    // His, or what his begins with.
    std::string thread;
    std::string single_use_key;
    // In the connector's measure.
    std::size_t max_length = 0;

    bool is_link() const { return route.kind == RouteKind::private_link; }
    // A task for a person, chosen by somebody who has the consent; never by itself.
    bool is_call() const { return route.kind == RouteKind::call_back; }
};

struct Ways {
    // In the order of the chain.
    std::vector<PrivateWay> usable;
    // route.closed says why.
    std::vector<PrivateWay> closed;
};

class Scenes {
  public:
    Scenes(service::Context& context, const channels::Registry& connectors)
        : context_(context), connectors_(connectors) {}

    // NOT_FOUND outside `scope`.
    asio::awaitable<Result<Scene>> look(WorkspaceId workspace, ConversationId conversation,
                                        std::string scope);
    // `preferred`: route ids, see chain_of(). A way whose private side is outside `scope` is closed.
    asio::awaitable<Result<Ways>> ways(const Scene& scene, std::vector<std::string> preferred,
                                       std::string scope);
    // "https://care.example.org"; empty: not known.
    std::string origin() const;

  private:
    asio::awaitable<Result<void>> add_contact(Scene& scene);
    asio::awaitable<Result<void>> add_private_side(Scene& scene);
    asio::awaitable<Result<void>> add_channels(Scene& scene);
    asio::awaitable<Result<std::vector<PrivateWay>>> own_ways(const Scene& scene);
    std::vector<PrivateWay> other_ways(const Scene& scene) const;

    service::Context& context_;
    const channels::Registry& connectors_;
};

}  // namespace guichet::escalation
