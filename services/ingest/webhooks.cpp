#include "services/ingest/webhooks.hpp"

#include <boost/asio/this_coro.hpp>

#include "common/http/text.hpp"
#include "common/obs/log.hpp"
#include "common/runtime/task.hpp"

namespace guichet::ingest {
namespace {

// The store's own deadlines end every wait before.
constexpr auto kStoreLimit = std::chrono::seconds(15);

http::Response not_now(const Status& why) {
    auto response = http::Response::error(503, "unavailable", "not stored; deliver it again");
    response.header("Retry-After", std::to_string(std::max(1, why.retry_after_s)));
    return response;
}

// Of the messages of one body that are on their way to the store.
struct Batch {
    std::vector<Result<store::Ingested>> outcomes;
    std::size_t open = 0;
    runtime::Event changed;
};

asio::awaitable<void> store_one(Submitter* submitter, WorkspaceId workspace,
                                std::shared_ptr<const v1::Channel> channel, v1::InboundMessage message,
                                std::string raw, std::size_t index, std::shared_ptr<Batch> batch) {
    batch->outcomes[index] = co_await submitter->submit(std::move(workspace), std::move(channel),
                                                        std::move(message), std::move(raw), Intake{});
    --batch->open;
    batch->changed.notify_all();
}

void append_outcome(std::string& json, const v1::InboundMessage& message,
                    const Result<store::Ingested>& outcome) {
    json += json.back() == '[' ? "{\"externalId\":" : ",{\"externalId\":";
    json += http::json_quote(message.external_id());
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

}  // namespace

WebhookAddress parse_app(const std::string& app, const std::string& default_workspace) {
    const auto dot = app.find('.');
    if (dot == std::string::npos) return {WorkspaceId(default_workspace), ChannelId(app)};
    return {WorkspaceId(app.substr(0, dot)), ChannelId(app.substr(dot + 1))};
}

Webhooks::Webhooks(Submitter& submitter, access::Catalog& catalog, store::Store& store,
                   const channels::Registry& connectors, const Clock& clock, obs::Metrics& metrics,
                   WebhookOptions options, std::string default_workspace)
    : submitter_(submitter),
      catalog_(catalog),
      store_(store),
      connectors_(connectors),
      clock_(clock),
      options_(options),
      default_workspace_(std::move(default_workspace)),
      accepted_(metrics.counter("guichet_webhooks_accepted_total", "Webhook bodies stored.")),
      refused_(
          metrics.counter("guichet_webhooks_refused_total", "Webhook bodies whose signature did not fit.")),
      unreadable_(metrics.counter("guichet_webhooks_unreadable_total",
                                  "Webhook bodies or parts kept as dead letters.")),
      unavailable_(metrics.counter("guichet_webhooks_unavailable_total", "Webhook bodies answered by 503.")) {
}

void Webhooks::register_on(http::Router& router, const std::string& platform, v1::ChannelKind kind) {
    http::RouteOptions options;
    options.max_body_bytes = options_.max_body;
    options.timeout = options_.timeout;
    auto handler = [this, kind](http::Request request) { return receive(kind, std::move(request)); };
    router.post("/webhooks/" + platform + "/{app}", handler, options);
    router.get("/webhooks/" + platform + "/{app}", handler, options);
}

asio::awaitable<http::Response> Webhooks::receive(v1::ChannelKind kind, http::Request request) {
    const auto address = parse_app(std::string(request.param("app")), default_workspace_);
    auto found = co_await catalog_.channel(address.workspace, address.channel);
    if (!found) {
        unavailable_.add();
        co_return not_now(found.error());
    }
    auto* connector = connectors_.find(kind);
    if (!*found || (*found)->kind() != kind || !connector) {
        co_return http::Response::error(404, "not_found", "there is no such channel here");
    }
    auto channel = std::move(*found);
    if (auto shaken = connector->handshake(*channel, request)) co_return std::move(*shaken);
    if (request.method != http::Method::post) {
        co_return http::Response::error(405, "unimplemented", "deliver messages by POST");
    }
    if (auto status = connector->authenticate(*channel, request, clock_.now()); !status.ok()) {
        refused_.add();
        log::warn("webhook.refused", {{"workspace", address.workspace},
                                      {"channel", address.channel},
                                      {"request", request.request_id},
                                      {"why", status.message}});
        co_return http::Response::error(401, "unauthenticated", status.message);
    }
    auto taken = co_await take(address.workspace, std::move(channel), request.body);
    if (taken) co_return co_await answer(address, std::move(*taken), std::move(request));
    if (taken.error().code == Code::invalid_argument) {
        co_return co_await keep_unreadable(address, taken.error().message, std::move(request));
    }
    unavailable_.add();
    log::warn("webhook.not_stored", {{"workspace", address.workspace},
                                     {"channel", address.channel},
                                     {"request", request.request_id},
                                     {"why", taken.error()}});
    co_return not_now(taken.error());
}

asio::awaitable<Result<Webhooks::Taken>> Webhooks::take(WorkspaceId workspace,
                                                        std::shared_ptr<const v1::Channel> channel,
                                                        std::string body) {
    auto* connector = connectors_.find(channel->kind());
    if (!connector)
        co_return invalid("channel", "this build has no connector for the channel " + channel->id());
    auto events = connector->parse(*channel, body);
    if (!events) co_return invalid("body", events.error().message);
    if (events->size() > options_.max_messages) co_return invalid("body", "the body holds too many messages");
    Taken taken;
    for (auto& event : *events) {
        if (event.kind == channels::Event::Kind::message) taken.messages.push_back(std::move(event.message));
    }
    if (taken.messages.size() == 1) {
        auto stored = co_await submitter_.submit(std::move(workspace), std::move(channel), taken.messages[0],
                                                 std::move(body), Intake{});
        taken.outcomes.push_back(std::move(stored));
    } else if (!taken.messages.empty()) {
        // Asked once before, so that all of them leave in one write and in order.
        auto partition = co_await store_.partition_of(workspace);
        if (!partition) co_return partition.error();
        const auto executor = co_await asio::this_coro::executor;
        auto batch = std::make_shared<Batch>();
        batch->outcomes.assign(taken.messages.size(), deadline("not stored in time"));
        for (std::size_t i = 0; i < taken.messages.size(); ++i) {
            const auto room = [&] { return batch->open < options_.window; };
            const bool has_room = co_await batch->changed.wait_for(room, kStoreLimit);
            if (!has_room) break;
            ++batch->open;
            // The whole body is kept once.
            auto raw = i == 0 ? body : std::string();
            auto work =
                store_one(&submitter_, workspace, channel, taken.messages[i], std::move(raw), i, batch);
            runtime::spawn(executor, "ingest.webhook", std::move(work));
        }
        co_await batch->changed.wait_for([&] { return batch->open == 0; }, kStoreLimit);
        taken.outcomes = batch->outcomes;
    }
    for (const auto& outcome : taken.outcomes) {
        if (!outcome && !is_hopeless(outcome.error())) co_return outcome.error();
    }
    co_return taken;
}

asio::awaitable<http::Response> Webhooks::answer(WebhookAddress address, Taken taken, http::Request request) {
    std::string json = "{\"results\":[";
    json.reserve(64 + taken.messages.size() * 128);
    bool refused = false;
    for (std::size_t i = 0; i < taken.messages.size(); ++i) {
        append_outcome(json, taken.messages[i], taken.outcomes[i]);
        if (!taken.outcomes[i]) refused = true;
    }
    json += "]}";
    if (refused) {
        // One dead letter holds the whole body: a replay changes nothing for the parts that are stored.
        std::string reason;
        for (const auto& outcome : taken.outcomes) {
            if (!outcome && reason.empty()) reason = outcome.error().message;
        }
        unreadable_.add();
        auto buried =
            co_await bury(address.workspace, address.channel, std::move(reason), std::move(request.body));
        if (!buried) {
            unavailable_.add();
            co_return not_now(buried.error());
        }
    }
    accepted_.add();
    if (log::enabled(log::Level::debug)) {
        log::debug("webhook.stored", {{"workspace", address.workspace},
                                      {"channel", address.channel},
                                      {"request", request.request_id},
                                      {"messages", taken.messages.size()}});
    }
    co_return http::Response::json(200, std::move(json));
}

asio::awaitable<http::Response> Webhooks::keep_unreadable(WebhookAddress address, std::string reason,
                                                          http::Request request) {
    unreadable_.add();
    log::warn("webhook.unreadable", {{"workspace", address.workspace},
                                     {"channel", address.channel},
                                     {"request", request.request_id},
                                     {"bytes", request.body.size()}});
    auto json = "{\"results\":[],\"deadLetter\":true,\"error\":" + http::json_quote(reason) + "}";
    auto buried =
        co_await bury(address.workspace, address.channel, std::move(reason), std::move(request.body));
    if (!buried) {
        unavailable_.add();
        co_return not_now(buried.error());
    }
    co_return http::Response::json(200, std::move(json));
}

asio::awaitable<Result<void>> Webhooks::bury(WorkspaceId workspace, ChannelId channel, std::string reason,
                                             std::string body) {
    store::DeadLetter letter;
    letter.workspace = std::move(workspace);
    letter.source = "webhook:" + channel.str();
    letter.reason = std::move(reason);
    letter.body = std::move(body);
    co_return co_await store_.bury(std::move(letter));
}

}  // namespace guichet::ingest
