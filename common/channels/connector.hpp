#pragma once
// A connector: what Guichet must know of one kind of channel. Its meaning is ours, its transport the
// library's.
//
// The way in is pure: authenticate() looks at the raw bytes before anything is parsed, parse() turns bytes
// into events and touches nothing. The way out returns an Outcome that tells "certainly not" from "nobody
// knows": `ambiguous` is not `retry`.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/clock.hpp"
#include "common/core/ids.hpp"
#include "common/core/status.hpp"
#include "common/http/message.hpp"
#include "guichet/v1/admin.pb.h"
#include "guichet/v1/ingest.pb.h"

namespace guichet::channels {

namespace asio = boost::asio;

struct Caps {
    // A second send with the same delivery id cannot publish twice: an ambiguous outcome may be tried again.
    bool idempotent = false;
    // What it publishes is seen by everybody.
    bool is_public = false;
    // A post of the brand's own.
    bool can_publish = false;
    // reconcile() can look the platform up.
    bool can_reconcile = false;
    // How long the platform may take to show what it accepted.
    std::chrono::milliseconds visibility_lag{0};
    // In the platform's own measure; see measure().
    std::size_t max_length = 10'000;
};

struct SendIntent {
    WorkspaceId workspace;
    DeliveryId delivery;
    ConversationId conversation;
    std::string thread;
    // The customer, as the channel knows him.
    std::string author;
    // External id of the message that is answered; empty: a post of the brand's own.
    std::string reply_to;
    // With the persona's signature.
    std::string text;
    std::string persona;
    std::vector<v1::Attachment> attachments;
    bool is_public = false;
    int attempt = 1;
    TimeMs created_at = 0;
    // Checked right before the first byte: later, nothing is sent and the outcome is retry.
    TimeMs not_after = 0;
    std::chrono::milliseconds deadline{10'000};
};

struct Outcome {
    enum class Kind { sent, duplicate, retry, permanent, reauth, ambiguous };
    Kind kind = Kind::sent;
    // The platform's id, where it gave one.
    std::string external_id;
    // What is wrong and what to do, in words.
    std::string error;
    // retry: not before.
    std::optional<std::chrono::milliseconds> after;
};

struct Reconciled {
    enum class Kind { found, absent, unknown };
    Kind kind = Kind::unknown;
    std::string external_id;
};

class Connector {
  public:
    virtual ~Connector() = default;

    virtual v1::ChannelKind kind() const = 0;
    virtual Caps caps(const v1::Channel& channel) const = 0;
    // The settings and secrets a channel of this kind needs; INVALID_ARGUMENT names the first that is wrong.
    virtual Status check(const v1::Channel& channel) const = 0;
    // In the platform's measure (characters, bytes, weighted…).
    virtual std::size_t measure(const std::string& text) const = 0;

    // The platform's question whether this address is ours; nothing when the request is no handshake.
    virtual std::optional<http::Response> handshake(const v1::Channel& channel,
                                                    const http::Request& request) const {
        (void)channel;
        (void)request;
        return std::nullopt;
    }
    // Over the raw bytes, in constant time. UNAUTHENTICATED says what is wrong without helping a forger.
    virtual Status authenticate(const v1::Channel& channel, const http::Request& request,
                                TimeMs now) const = 0;
    // Pure. Failure: the body is kept as a dead letter. `channel` of the events is left empty.
    virtual Result<std::vector<v1::InboundMessage>> parse(const v1::Channel& channel,
                                                          const std::string& body) const = 0;

    virtual asio::awaitable<Outcome> send(v1::Channel channel, SendIntent intent) = 0;
    virtual asio::awaitable<Reconciled> reconcile(v1::Channel channel, SendIntent intent) = 0;
    // Tries the way out without bothering a customer.
    virtual asio::awaitable<Status> test(v1::Channel channel) = 0;
};

// Connectors by kind; the wiring fills it.
class Registry {
  public:
    void add(Connector& connector) { connectors_[connector.kind()] = &connector; }
    // Null when this build has none.
    Connector* find(v1::ChannelKind kind) const {
        const auto found = connectors_.find(kind);
        return found == connectors_.end() ? nullptr : found->second;
    }

  private:
    std::map<v1::ChannelKind, Connector*> connectors_;
};

}  // namespace guichet::channels
