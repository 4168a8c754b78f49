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

// What a platform told, by webhook or when it was asked.
struct Event {
    enum class Kind {
        // A customer's words; an edit or a deletion of them (message.kind says which).
        message,
        // The brand's own words, wherever they were written: an echo of a reply of ours, or a colleague's in
        // the
        // platform's own tools. It is never answered. `message` has external id, thread, text, time; its
        // author.external_id is the customer's in a private thread.
        own,
        // The platform says what became of a message of ours: `message.external_id`, or `delivery` where it
        // gives that back; `error` says why it failed.
        delivered,
        failed,
        // The brand (or a filter) hid a customer's message from the public, or shows it again.
        hidden,
        shown,
    };
    Kind kind = Kind::message;
    // The brand's account at the platform that this belongs to, where one address serves many ("" : the
    // channel's own).
    std::string account;
    v1::InboundMessage message;
    std::string delivery;
    std::string error;
    // A bounce that will not change: the address is wrong.
    bool permanent = false;
    // The bytes as they came, to be kept; empty: those of the webhook.
    std::string raw;
    // The conversation that the customer's words carry a mark of: a mail that answers one of ours ("" :
    // none).
    std::string conversation;
    // Attachments that came along: files[i] are the bytes of message.attachments(i); may be shorter.
    std::vector<std::string> files;

    Event() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): a plain customer's message is an event.
    Event(v1::InboundMessage said) : message(std::move(said)) {}
};

using Events = std::vector<Event>;

// What a webhook of a whole app says of one of its accounts, as a body of its own.
struct AccountBody {
    std::string account;
    std::string body;
};

// A page of what a channel holds.
struct Pulled {
    Events events;
    // Where the next one begins; kept by Guichet once the events are stored.
    std::string cursor;
    // More is there already: ask again at once. Otherwise not before `wait`.
    bool more = false;
    std::chrono::milliseconds wait{30'000};
};

struct Caps {
    // A second send with the same delivery id cannot publish twice: an ambiguous outcome may be tried again.
    bool idempotent = false;
    // What it publishes is seen by everybody.
    bool is_public = false;
    // A post of the brand's own.
    bool can_publish = false;
    // reconcile() can look the platform up.
    bool can_reconcile = false;
    // It has to be asked for news: pull(). With webhooks too: now and then, to fill gaps.
    bool pulls = false;
    // Events name their account: one webhook address (the app) serves many channels, found by settings
    // "app" and account(). What signs the webhooks of an app are secrets "app_secret" and "old_app_secret";
    // split() must be there.
    bool many_accounts = false;
    // act() can hide a customer's post from the public, or like it.
    bool can_hide = false;
    bool can_like = false;
    // How long the platform may take to show what it accepted.
    std::chrono::milliseconds visibility_lag{0};
    // In the platform's own measure; see measure().
    std::size_t max_length = 10'000;
};

// How an answer goes out.
enum class Way {
    // Where the customer wrote: under his comment, in his thread.
    answer,
    // A private message to the author of the public comment `reply_to`; the platform takes one for each
    // comment.
    private_reply,
    // A direct message to `recipient`.
    direct,
};

struct SendIntent {
    Way way = Way::answer;
    // direct: the customer, as this channel's private side knows him.
    std::string recipient;
    // Mail: of the message that is answered.
    std::string subject;
    // When the customer last wrote; decides whether a window is open. 0: never.
    TimeMs customer_wrote_at = 0;
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
    // private_reply, direct: the customer, as the private side knows him; with it his two accounts are one.
    std::string recipient;
    // permanent: the route is closed (window over, blocked, used up), another one may be open.
    bool route_closed = false;
};

struct Reconciled {
    enum class Kind { found, absent, unknown };
    Kind kind = Kind::unknown;
    std::string external_id;
    // found: every one that fits, the earliest first (external_id is that one). More than one where the brand
    // said the same several times; those bound to other deliveries are not this one. unknown: what may be it.
    std::vector<std::string> candidates;
    // found, a private message: the customer, as the private side knows him; "" where the platform does not
    // say.
    std::string recipient;
};

// What a private route is asked of: pure, no look at the platform.
struct RouteQuestion {
    // The customer's comment that would be answered, and when he wrote it.
    std::string comment;
    TimeMs commented_at = 0;
    // The customer on the private side of the same account, where he is known.
    std::string recipient;
    // When he last wrote there; 0: never.
    TimeMs wrote_privately_at = 0;
};

struct PrivateRoute {
    Way way = Way::direct;
    // It can be used until then; 0: as long as one likes.
    TimeMs expires_at = 0;
    bool single_use = false;
    // In words, why it cannot be used now; empty: it can.
    std::string closed;
    std::size_t max_length = 0;
};

// What the brand does with a customer's public post besides answering.
enum class Act { hide, show, like, unlike };

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
    // Pure. Failure: the body is kept as a dead letter. `channel` of the messages is left empty; what
    // concerns nobody (a like, a read receipt) is left out.
    virtual Result<Events> parse(const v1::Channel& channel, const std::string& body) const = 0;
    // The brand's account at the platform, as events name it; "" where the channel is the account.
    virtual std::string account(const v1::Channel& channel) const {
        (void)channel;
        return {};
    }
    // many_accounts. Pure: a verified body cut by account, in the order of their first mention, so that what
    // is kept of one brand's customers holds nothing of another's. parse() is then called for each with its
    // own channel. Failure: the body is kept as a dead letter.
    virtual Result<std::vector<AccountBody>> split(const std::string& body) const {
        (void)body;
        return make_status(Code::unimplemented, "this kind of channel has one account only");
    }
    // News since `cursor` ("" : from now on), at most a page; waits for some until `deadline` where the
    // platform can push (IDLE). UNAUTHENTICATED: the brand must sign in anew.
    virtual asio::awaitable<Result<Pulled>> pull(v1::Channel channel, std::string cursor,
                                                 std::chrono::milliseconds deadline) {
        (void)channel;
        (void)cursor;
        (void)deadline;
        co_return make_status(Code::unimplemented, "this kind of channel is not asked for news");
    }
    // The ways from public to private on this very account, best first; those that are closed say why.
    virtual std::vector<PrivateRoute> routes(const v1::Channel& channel, const RouteQuestion& question,
                                             TimeMs now) const {
        (void)channel;
        (void)question;
        (void)now;
        return {};
    }
    // The thread of what a person writes on this account's private side; of "" the part before the person.
    virtual std::string private_thread(const std::string& person) const { return "dm|" + person; }
    virtual asio::awaitable<Outcome> act(v1::Channel channel, Act act, std::string external_id,
                                         std::chrono::milliseconds deadline) {
        (void)channel;
        (void)act;
        (void)external_id;
        (void)deadline;
        Outcome none;
        none.kind = Outcome::Kind::permanent;
        none.error = "this kind of channel cannot do that";
        co_return none;
    }

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
