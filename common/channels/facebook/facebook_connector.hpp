#pragma once
// A Facebook Page: comments below its posts, and Messenger. Settings, secrets, limits and what is unverified:
// README.md.
#include "common/channels/connector.hpp"
#include "common/channels/facebook/graph.hpp"
#include "common/http/client.hpp"

namespace guichet::channels {

class FacebookConnector final : public Connector {
  public:
    // `outside` reaches public addresses only; `anywhere` also private ones, and is null where the
    // configuration forbids them (channels.allow_private). All outlive the connector.
    FacebookConnector(http::Client& outside, http::Client* anywhere, const Clock& clock)
        : clock_(clock), graph_(outside, anywhere, clock) {}

    v1::ChannelKind kind() const override { return v1::CHANNEL_KIND_FACEBOOK; }
    // max_length is that of comments; routes() has that of messages.
    Caps caps(const v1::Channel& channel) const override;
    Status check(const v1::Channel& channel) const override;
    // Characters (code points).
    std::size_t measure(const std::string& text) const override;
    std::optional<http::Response> handshake(const v1::Channel& channel,
                                            const http::Request& request) const override;
    Status authenticate(const v1::Channel& channel, const http::Request& request, TimeMs now) const override;
    Result<Events> parse(const v1::Channel& channel, const std::string& body) const override;
    // The page's id.
    std::string account(const v1::Channel& channel) const override;
    Result<std::vector<AccountBody>> split(const std::string& body) const override;
    // Gap filling; the cursor is a time in ms.
    asio::awaitable<Result<Pulled>> pull(v1::Channel channel, std::string cursor,
                                         std::chrono::milliseconds deadline) override;
    std::vector<PrivateRoute> routes(const v1::Channel& channel, const RouteQuestion& question,
                                     TimeMs now) const override;
    asio::awaitable<Outcome> act(v1::Channel channel, Act act, std::string external_id,
                                 std::chrono::milliseconds deadline) override;
    asio::awaitable<Outcome> send(v1::Channel channel, SendIntent intent) override;
    asio::awaitable<Reconciled> reconcile(v1::Channel channel, SendIntent intent) override;
    asio::awaitable<Status> test(v1::Channel channel) override;

  private:
    const Clock& clock_;
    facebook::Graph graph_;
};

}  // namespace guichet::channels
