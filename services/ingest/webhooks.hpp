#pragma once
// Signed webhooks: POST /webhooks/<platform>/<app>.
//
// Of a platform where every channel has its own address, app is "<channel>" of the default workspace or
// "<workspace>.<channel>". Where one address serves a whole app (Meta), it is the app's id, and the channels
// of all workspaces whose setting `app` it is are its accounts, each trusted as far as its own secret goes.
//
//   200  every part is stored, or kept as a dead letter (it was signed, but could not be read, or tells of an
//        account that nobody has connected)
//   401  the signature does not fit        404  no such channel       413  the body is too large
//   503  not stored, with Retry-After: deliver it again
#include <string>

#include "common/access/catalog.hpp"
#include "common/channels/connector.hpp"
#include "common/http/router.hpp"
#include "common/obs/metrics.hpp"
#include "services/ingest/bodies.hpp"

namespace guichet::ingest {

// Where a webhook's path leads.
struct WebhookAddress {
    WorkspaceId workspace;
    ChannelId channel;
};
WebhookAddress parse_app(const std::string& app, const std::string& default_workspace);

// "facebook"; "" for kinds that nobody delivers to.
std::string platform_name(v1::ChannelKind kind);

class Webhooks {
  public:
    // Secrets of one app that are tried at most. All accounts of an app have one; two while it changes.
    static constexpr std::size_t kMaxSigners = 32;

    Webhooks(Bodies& bodies, Accounts& accounts, access::Catalog& catalog,
             const channels::Registry& connectors, const Clock& clock, obs::Metrics& metrics,
             WebhookOptions options, std::string default_workspace);

    // A path for every platform; 404 where this build has no connector for it. This object must outlive the
    // router's server.
    void register_on(http::Router& router);

  private:
    asio::awaitable<http::Response> receive(v1::ChannelKind kind, http::Request request);
    asio::awaitable<http::Response> receive_channel(channels::Connector& connector, http::Request request);
    asio::awaitable<http::Response> receive_app(channels::Connector& connector, http::Request request);
    // Why the body is nobody's; OK: `trusted` are those that have the secret it is signed with.
    Status trust(const channels::Connector& connector, const AccountList& accounts,
                 const http::Request& request, AccountList& trusted) const;
    asio::awaitable<http::Response> take(std::vector<BodyPart> parts, std::string request_id);
    http::Response refuse(const Status& why, const http::Request& request) const;
    http::Response not_now(const Status& why) const;

    Bodies& bodies_;
    Accounts& accounts_;
    access::Catalog& catalog_;
    const channels::Registry& connectors_;
    const Clock& clock_;
    const WebhookOptions options_;
    const std::string default_workspace_;
    obs::Counter accepted_, refused_, unreadable_, dropped_, unavailable_;
};

}  // namespace guichet::ingest
