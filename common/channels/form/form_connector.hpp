#pragma once
// Web forms. The way in is the form's own pages (services/ingest/web); the way out is the customer's private
// page, which reads the conversation: an answer is there the moment it is sent. Nothing is transported.
#include "common/channels/connector.hpp"

namespace guichet::channels {

class FormConnector final : public Connector {
  public:
    v1::ChannelKind kind() const override { return v1::CHANNEL_KIND_FORM; }
    Caps caps(const v1::Channel& channel) const override;
    // Settings, all optional: see README.md.
    Status check(const v1::Channel& channel) const override;
    // Characters.
    std::size_t measure(const std::string& text) const override;
    // No webhook: UNIMPLEMENTED.
    Status authenticate(const v1::Channel& channel, const http::Request& request, TimeMs now) const override;
    Result<Events> parse(const v1::Channel& channel, const std::string& body) const override;
    asio::awaitable<Outcome> send(v1::Channel channel, SendIntent intent) override;
    asio::awaitable<Reconciled> reconcile(v1::Channel channel, SendIntent intent) override;
    asio::awaitable<Status> test(v1::Channel channel) override;
};

// The forms that exist from the first start: `complaint` and `contact`. `brand`: whose name stands on them.
std::vector<v1::Channel> default_channels(const std::string& brand, const std::string& team = "care");

}  // namespace guichet::channels
