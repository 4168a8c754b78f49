#pragma once
// Any other system, by signed JSON webhooks in both directions. The protocol: README.md.
#include "common/channels/connector.hpp"
#include "common/http/client.hpp"

namespace guichet::channels {

class CustomConnector final : public Connector {
  public:
    // `outside` reaches public addresses only; `anywhere` also private ones, and is null where the
    // configuration forbids them (channels.allow_private). Both outlive the connector.
    CustomConnector(http::Client& outside, http::Client* anywhere, const Clock& clock)
        : outside_(outside), anywhere_(anywhere), clock_(clock) {}

    v1::ChannelKind kind() const override { return v1::CHANNEL_KIND_CUSTOM; }
    Caps caps(const v1::Channel& channel) const override;
    Status check(const v1::Channel& channel) const override;
    // Characters.
    std::size_t measure(const std::string& text) const override;
    Status authenticate(const v1::Channel& channel, const http::Request& request, TimeMs now) const override;
    Result<Events> parse(const v1::Channel& channel, const std::string& body) const override;
    asio::awaitable<Outcome> send(v1::Channel channel, SendIntent intent) override;
    // The other side cannot be asked; a second delivery is harmless instead (Caps::idempotent).
    asio::awaitable<Reconciled> reconcile(v1::Channel channel, SendIntent intent) override;
    asio::awaitable<Status> test(v1::Channel channel) override;

  private:
    // A signed POST to the channel's webhook_url.
    asio::awaitable<http::ClientResult> post(v1::Channel channel, std::string delivery, std::string body,
                                             std::optional<TimeMs> not_after,
                                             std::chrono::milliseconds limit);

    http::Client& outside_;
    http::Client* anywhere_;
    const Clock& clock_;
};

// What an answer of the other side means. Pure.
Outcome outcome_of(const http::ClientResult& result);
// The body of a delivery.
std::string delivery_body(const SendIntent& intent);

}  // namespace guichet::channels
