#include "services/ingest/webhooks.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "common/http/text.hpp"
#include "common/obs/log.hpp"

namespace guichet::ingest {
namespace {

constexpr int kOk = 200;

void append_outcome(std::string& json, const Taken::Message& message) {
    json += json.back() == '[' ? "{\"externalId\":" : ",{\"externalId\":";
    json += http::json_quote(message.external_id);
    const auto& outcome = message.outcome;
    if (!outcome) {
        json += ",\"error\":" + http::json_quote(outcome.error().message) + "}";
        return;
    }
    const bool duplicate = outcome->outcome == store::Ingested::Outcome::duplicate ||
                           outcome->outcome == store::Ingested::Outcome::tombstone;
    json += ",\"conversation\":" + http::json_quote(outcome->conversation.str()) +
            ",\"seq\":" + std::to_string(outcome->seq) + ",\"duplicate\":" + (duplicate ? "true" : "false");
    if (!outcome->reference.empty()) json += ",\"reference\":" + http::json_quote(outcome->reference);
    json += "}";
}

std::string to_json(const Taken& taken) {
    std::string json = "{\"results\":[";
    json.reserve(64 + taken.messages.size() * 128);
    for (const auto& message : taken.messages) append_outcome(json, message);
    json += "]";
    const auto unreadable = std::find_if(taken.parts.begin(), taken.parts.end(),
                                         [](const BodyPart& part) { return part.unreadable; });
    if (unreadable != taken.parts.end())
        json += ",\"deadLetter\":true,\"error\":" + http::json_quote(unreadable->refused);
    return json + "}";
}

http::Response no_channel() {
    return http::Response::error(404, "not_found", "there is no such channel here");
}

http::Response post_only() {
    return http::Response::error(405, "unimplemented", "deliver messages by POST");
}

}  // namespace

WebhookAddress parse_app(const std::string& app, const std::string& default_workspace) {
    const auto dot = app.find('.');
    if (dot == std::string::npos) return {WorkspaceId(default_workspace), ChannelId(app)};
    return {WorkspaceId(app.substr(0, dot)), ChannelId(app.substr(dot + 1))};
}

std::string platform_name(v1::ChannelKind kind) {
    constexpr std::string_view kPrefix = "CHANNEL_KIND_";
    if (kind == v1::CHANNEL_KIND_UNSPECIFIED || kind == v1::CHANNEL_KIND_FORM ||
        kind == v1::CHANNEL_KIND_MAIL) {
        return {};
    }
    auto name = v1::ChannelKind_Name(kind);
    if (name.rfind(kPrefix, 0) != 0) return {};
    name.erase(0, kPrefix.size());
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name;
}

Webhooks::Webhooks(Bodies& bodies, Accounts& accounts, access::Catalog& catalog,
                   const channels::Registry& connectors, const Clock& clock, obs::Metrics& metrics,
                   WebhookOptions options, std::string default_workspace)
    : bodies_(bodies),
      accounts_(accounts),
      catalog_(catalog),
      connectors_(connectors),
      clock_(clock),
      options_(options),
      default_workspace_(std::move(default_workspace)),
      accepted_(metrics.counter("guichet_webhooks_accepted_total", "Webhook bodies stored.")),
      refused_(
          metrics.counter("guichet_webhooks_refused_total", "Webhook bodies whose signature did not fit.")),
      unreadable_(metrics.counter("guichet_webhooks_unreadable_total",
                                  "Webhook bodies or parts kept as dead letters.")),
      dropped_(metrics.counter("guichet_dead_letters_dropped_total",
                               "Dead letters of accounts that no channel is connected to, dropped for newer "
                               "ones.")),
      unavailable_(metrics.counter("guichet_webhooks_unavailable_total", "Webhook bodies answered by 503.")) {
}

void Webhooks::register_on(http::Router& router) {
    http::RouteOptions options;
    options.max_body_bytes = options_.max_body;
    options.timeout = options_.timeout;
    const auto* kinds = v1::ChannelKind_descriptor();
    for (int i = 0; i < kinds->value_count(); ++i) {
        const auto kind = static_cast<v1::ChannelKind>(kinds->value(i)->number());
        const auto platform = platform_name(kind);
        if (platform.empty()) continue;
        auto handler = [this, kind](http::Request request) { return receive(kind, std::move(request)); };
        router.post("/webhooks/" + platform + "/{app}", handler, options);
        router.get("/webhooks/" + platform + "/{app}", handler, options);
    }
}

http::Response Webhooks::not_now(const Status& why) const {
    unavailable_.add();
    auto response = http::Response::error(503, "unavailable", "not stored; deliver it again");
    response.header("Retry-After", std::to_string(std::max(1, why.retry_after_s)));
    return response;
}

http::Response Webhooks::refuse(const Status& why, const http::Request& request) const {
    refused_.add();
    log::warn(
        "webhook.refused",
        {{"app", std::string(request.param("app"))}, {"request", request.request_id}, {"why", why.message}});
    return http::Response::error(401, "unauthenticated", why.message);
}

asio::awaitable<http::Response> Webhooks::receive(v1::ChannelKind kind, http::Request request) {
    auto* connector = connectors_.find(kind);
    if (!connector) co_return no_channel();
    v1::Channel any;
    any.set_kind(kind);
    if (connector->caps(any).many_accounts) co_return co_await receive_app(*connector, std::move(request));
    co_return co_await receive_channel(*connector, std::move(request));
}

asio::awaitable<http::Response> Webhooks::receive_channel(channels::Connector& connector,
                                                          http::Request request) {
    const auto address = parse_app(std::string(request.param("app")), default_workspace_);
    auto found = co_await catalog_.channel(address.workspace, address.channel);
    if (!found) co_return not_now(found.error());
    if (!*found || (*found)->kind() != connector.kind()) co_return no_channel();
    auto channel = std::move(*found);
    if (auto shaken = connector.handshake(*channel, request)) co_return std::move(*shaken);
    if (request.method != http::Method::post) co_return post_only();
    const auto proven = connector.authenticate(*channel, request, clock_.now());
    if (!proven.ok()) co_return refuse(proven, request);
    std::vector<BodyPart> parts;
    parts.push_back({address.workspace, std::move(channel), std::move(request.body), {}, false});
    co_return co_await take(std::move(parts), std::move(request.request_id));
}

Status Webhooks::trust(const channels::Connector& connector, const AccountList& accounts,
                       const http::Request& request, AccountList& trusted) const {
    std::map<std::string, bool> signers;
    auto why = make_status(Code::unauthenticated, "the signature does not fit");
    for (const auto& account : accounts) {
        auto known = signers.find(account.signer);
        if (known == signers.end()) {
            if (signers.size() == kMaxSigners) continue;
            const auto proven = connector.authenticate(*account.channel, request, clock_.now());
            if (!proven.ok()) why = proven;
            known = signers.emplace(account.signer, proven.ok()).first;
        }
        if (known->second) trusted.push_back(account);
    }
    return trusted.empty() ? why : Status{};
}

asio::awaitable<http::Response> Webhooks::receive_app(channels::Connector& connector, http::Request request) {
    const auto app = std::string(request.param("app"));
    auto accounts = co_await accounts_.of_app(connector.kind(), app);
    if (!accounts) co_return not_now(accounts.error());
    if ((*accounts)->empty()) co_return no_channel();
    std::optional<http::Response> shaken;
    for (const auto& account : **accounts) {
        auto answer = connector.handshake(*account.channel, request);
        if (!answer) break;
        shaken = std::move(answer);
        if (shaken->status == kOk) break;
    }
    if (shaken) co_return std::move(*shaken);
    if (request.method != http::Method::post) co_return post_only();
    AccountList trusted;
    const auto proven = trust(connector, **accounts, request, trusted);
    if (!proven.ok()) co_return refuse(proven, request);
    auto parts = Bodies::distribute(connector, trusted, request.body);
    if (std::any_of(parts.begin(), parts.end(), [](const BodyPart& part) { return part.unreadable; })) {
        // Of an account that was connected a moment ago, perhaps.
        accounts = co_await accounts_.of_app(connector.kind(), app, Accounts::kMissed);
        if (!accounts) co_return not_now(accounts.error());
        trusted.clear();
        const auto still = trust(connector, **accounts, request, trusted);
        if (!still.ok()) co_return refuse(still, request);
        parts = Bodies::distribute(connector, trusted, std::move(request.body));
    }
    co_return co_await take(std::move(parts), std::move(request.request_id));
}

asio::awaitable<http::Response> Webhooks::take(std::vector<BodyPart> parts, std::string request_id) {
    auto taken = co_await bodies_.take(std::move(parts));
    if (!taken) {
        log::warn("webhook.not_stored", {{"request", request_id}, {"why", taken.error()}});
        co_return not_now(taken.error());
    }
    for (const auto& part : taken->parts) {
        if (part.refused.empty()) continue;
        unreadable_.add();
        log::warn("webhook.unreadable", {{"workspace", part.workspace},
                                         {"channel", part.channel->id()},
                                         {"request", request_id},
                                         {"bytes", part.body.size()}});
    }
    auto buried = co_await bodies_.bury(*taken);
    if (!buried) co_return not_now(buried.error());
    for (const auto& gone : *buried) {
        dropped_.add(static_cast<double>(gone.letters));
        log::warn("dead_letter.dropped",
                  {{"workspace", gone.workspace},
                   {"letters", gone.letters},
                   {"why",
                    "more came of accounts that no channel is connected to than "
                    "ingest.unknown_letters and ingest.unknown_bytes let be kept: connect them, or "
                    "unsubscribe the app from them"}});
    }
    accepted_.add();
    log::debug("webhook.stored", {{"request", request_id}, {"messages", taken->messages.size()}});
    co_return http::Response::json(kOk, to_json(*taken));
}

}  // namespace guichet::ingest
