#pragma once
// Signed webhooks: POST /webhooks/<platform>/<app>, where app is "<channel>" of the default workspace or
// "<workspace>.<channel>".
//
//   200  every part is stored, or kept as a dead letter (it was signed, but could not be read)
//   401  the signature does not fit        404  no such channel       413  the body is too large
//   503  not stored, with Retry-After: deliver it again
#include <memory>
#include <string>
#include <vector>

#include "common/access/catalog.hpp"
#include "common/channels/connector.hpp"
#include "common/http/router.hpp"
#include "common/obs/metrics.hpp"
#include "services/ingest/submitter.hpp"

namespace guichet::ingest {

// Where a webhook's path leads.
struct WebhookAddress {
    WorkspaceId workspace;
    ChannelId channel;
};
WebhookAddress parse_app(const std::string& app, const std::string& default_workspace);

class Webhooks {
  public:
    Webhooks(Submitter& submitter, access::Catalog& catalog, store::Store& store,
             const channels::Registry& connectors, const Clock& clock, obs::Metrics& metrics,
             WebhookOptions options, std::string default_workspace);

    // This object must outlive the router's server.
    void register_on(http::Router& router, const std::string& platform, v1::ChannelKind kind);
    asio::awaitable<http::Response> receive(v1::ChannelKind kind, http::Request request);

    // A verified body: parsed and stored. Also the way in for a dead letter that is replayed.
    // INVALID_ARGUMENT: it cannot be read. Another error: a part could not be stored.
    struct Taken {
        std::vector<v1::InboundMessage> messages;
        // For each message: stored, or why it was refused.
        std::vector<Result<store::Ingested>> outcomes;
    };
    asio::awaitable<Result<Taken>> take(WorkspaceId workspace, std::shared_ptr<const v1::Channel> channel,
                                        std::string body);

  private:
    asio::awaitable<Result<void>> bury(WorkspaceId workspace, ChannelId channel, std::string reason,
                                       std::string body);
    asio::awaitable<http::Response> keep_unreadable(WebhookAddress address, std::string reason,
                                                    http::Request request);
    asio::awaitable<http::Response> answer(WebhookAddress address, Taken taken, http::Request request);

    Submitter& submitter_;
    access::Catalog& catalog_;
    store::Store& store_;
    const channels::Registry& connectors_;
    const Clock& clock_;
    const WebhookOptions options_;
    const std::string default_workspace_;
    obs::Counter accepted_, refused_, unreadable_, unavailable_;
};

}  // namespace guichet::ingest
