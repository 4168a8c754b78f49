#include "common/channels/custom/custom_connector.hpp"

#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "common/channels/custom/parse.hpp"
#include "common/channels/custom/signature.hpp"
#include "common/channels/files_url.hpp"
#include "common/core/bytes.hpp"
#include "common/http/text.hpp"

namespace guichet::channels {
namespace {

constexpr std::size_t kMinSecret = 16;
constexpr std::size_t kMaxResponse = 64 * 1024;
constexpr std::chrono::milliseconds kTestLimit{10'000};
// Longer waits are the caller's own to decide.
constexpr std::int64_t kMaxRetryAfter = 24 * 3600;

const std::string& value(const google::protobuf::Map<std::string, std::string>& map, const char* name) {
    static const std::string kNone;
    const auto found = map.find(name);
    return found == map.end() ? kNone : found->second;
}

std::string seconds(TimeMs at) {
    return std::to_string(at / 1000);
}

std::optional<std::chrono::milliseconds> retry_after(const http::Headers& headers) {
    const auto text = headers.get("retry-after");
    std::int64_t seconds = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, seconds);
    // The form with a date is not read: the usual wait applies.
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end || seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min(seconds, kMaxRetryAfter));
}

// {"id": "..."}, where the answer is one.
std::string id_in(const std::string& body) {
    boost::json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    boost::json::error_code ec;
    const auto root = boost::json::parse(body, ec, {}, options);
    if (ec || !root.is_object()) return {};
    const auto* id = root.get_object().if_contains("id");
    if (!id || !id->is_string()) return {};
    return truncate_utf8({id->get_string().data(), id->get_string().size()}, 512);
}

Outcome outcome(Outcome::Kind kind, std::string error) {
    Outcome made;
    made.kind = kind;
    made.error = std::move(error);
    return made;
}

}  // namespace

Caps CustomConnector::caps(const v1::Channel& channel) const {
    Caps caps;
    caps.idempotent = true;
    caps.is_public = value(channel.settings(), "visibility") == "public";
    caps.can_publish = caps.is_public;
    return caps;
}

Status CustomConnector::check(const v1::Channel& channel) const {
    const auto& url = value(channel.settings(), "webhook_url");
    if (!url.empty()) {
        const auto parts = http::parse_url(url);
        if (!parts || (parts->scheme != "https" && parts->scheme != "http")) {
            return invalid("settings.webhook_url", "settings.webhook_url is no http or https address");
        }
    }
    const auto& visibility = value(channel.settings(), "visibility");
    if (!visibility.empty() && visibility != "public" && visibility != "private") {
        return invalid("settings.visibility", "settings.visibility is \"public\" or \"private\"");
    }
    if (value(channel.settings(), "allow_private") == "true" && !anywhere_) {
        return invalid(
            "settings.allow_private",
            "private addresses are forbidden here: set channels.allow_private in the configuration");
    }
    if (auto bad = check_files_url(channel); !bad.ok()) return bad;
    for (const auto* name : {"secret", "old_secret"}) {
        const auto& secret = value(channel.secrets(), name);
        const bool wanted = std::string_view(name) == "secret";
        if ((wanted || !secret.empty()) && secret.size() < kMinSecret) {
            return invalid(std::string("secrets.") + name, std::string("secrets.") + name +
                                                               " needs at least " +
                                                               std::to_string(kMinSecret) + " characters");
        }
    }
    return {};
}

std::size_t CustomConnector::measure(const std::string& text) const {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

Status CustomConnector::authenticate(const v1::Channel& channel, const http::Request& request,
                                     TimeMs now) const {
    return verify_signature({value(channel.secrets(), "secret"), value(channel.secrets(), "old_secret")},
                            request.headers.get(kTimestampHeader), request.headers.get(kSignatureHeader),
                            request.body, now);
}

Result<Events> CustomConnector::parse(const v1::Channel&, const std::string& body) const {
    auto messages = parse_messages(body);
    if (!messages) return messages.error();
    Events events;
    events.reserve(messages->size());
    for (auto& message : *messages) events.emplace_back(std::move(message));
    return events;
}

std::string delivery_body(const SendIntent& intent) {
    boost::json::object body;
    body["delivery"] = intent.delivery.str();
    body["conversation"] = intent.conversation.str();
    body["thread"] = intent.thread;
    body["author"] = intent.author;
    body["reply_to"] = intent.reply_to;
    body["text"] = intent.text;
    body["persona"] = intent.persona;
    body["visibility"] = intent.is_public ? "public" : "private";
    body["created_at"] = to_iso8601(intent.created_at);
    return boost::json::serialize(body);
}

Outcome outcome_of(const http::ClientResult& result) {
    using Kind = Outcome::Kind;
    if (result.outcome == http::Outcome::ambiguous) {
        return outcome(Kind::ambiguous, "no whole answer came: " + result.error.message);
    }
    if (result.outcome == http::Outcome::not_sent) {
        // An address that must not be reached, or one that is none, will be so again.
        const bool hopeless =
            result.error.code == Code::permission_denied || result.error.code == Code::invalid_argument;
        return outcome(hopeless ? Kind::permanent : Kind::retry, "not sent: " + result.error.message);
    }
    const auto status = result.status;
    const auto words = "the webhook answered " + std::to_string(status);
    if (status >= 200 && status < 300) {
        Outcome sent;
        sent.external_id = id_in(result.body);
        return sent;
    }
    if (status == 409) {
        auto duplicate = outcome(Kind::duplicate, "");
        duplicate.external_id = id_in(result.body);
        return duplicate;
    }
    if (status == 401 || status == 403) return outcome(Kind::reauth, words + ": check the channel's secret");
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
        auto again = outcome(Kind::retry, words);
        again.after = retry_after(result.headers);
        return again;
    }
    if (status >= 300 && status < 400)
        return outcome(Kind::permanent, words + ": redirects are not followed");
    return outcome(Kind::permanent, words);
}

asio::awaitable<http::ClientResult> CustomConnector::post(v1::Channel channel, std::string delivery,
                                                          std::string body, std::optional<TimeMs> not_after,
                                                          std::chrono::milliseconds limit) {
    http::ClientResult refused;
    const auto& url = value(channel.settings(), "webhook_url");
    const auto& secret = value(channel.secrets(), "secret");
    if (url.empty() || secret.empty()) {
        refused.error = invalid("webhook_url", "the channel has no webhook_url or no secret: set them");
        co_return refused;
    }
    const bool anywhere = value(channel.settings(), "allow_private") == "true" && anywhere_;
    http::ClientRequest request;
    request.method = http::Method::post;
    request.url = url;
    request.not_after = not_after;
    request.max_response_bytes = kMaxResponse;
    const auto stamp = seconds(clock_.now());
    request.headers.add("Content-Type", "application/json");
    request.headers.add(kTimestampHeader, stamp);
    request.headers.add(kSignatureHeader, sign_body(secret, stamp, body));
    if (!delivery.empty()) request.headers.add("Guichet-Delivery", delivery);
    request.body = std::move(body);
    auto& client = anywhere ? *anywhere_ : outside_;
    co_return co_await client.request(std::move(request), limit);
}

asio::awaitable<Outcome> CustomConnector::send(v1::Channel channel, SendIntent intent) {
    auto body = delivery_body(intent);
    std::optional<TimeMs> not_after;
    if (intent.not_after > 0) not_after = intent.not_after;
    auto result =
        co_await post(std::move(channel), intent.delivery.str(), std::move(body), not_after, intent.deadline);
    co_return outcome_of(result);
}

asio::awaitable<Reconciled> CustomConnector::reconcile(v1::Channel, SendIntent) {
    co_return Reconciled{};
}

asio::awaitable<Status> CustomConnector::test(v1::Channel channel) {
    if (auto status = check(channel); !status.ok()) co_return status;
    auto result = co_await post(std::move(channel), "", R"({"test":true})", std::nullopt, kTestLimit);
    const auto met = outcome_of(result);
    if (met.kind == Outcome::Kind::sent || met.kind == Outcome::Kind::duplicate) co_return Status{};
    co_return unavailable(met.error);
}

}  // namespace guichet::channels
