#pragma once
// The connector that obeys, whose private side takes answers for a while only after the customer wrote.
#include "tests/integration/services/world.hpp"

namespace guichet::test {

class WindowedConnector : public channels::Connector {
  public:
    explicit WindowedConnector(channels::Connector& obeying) : obeying_(obeying) {}

    v1::ChannelKind kind() const override { return obeying_.kind(); }
    channels::Caps caps(const v1::Channel& channel) const override { return obeying_.caps(channel); }
    Status check(const v1::Channel& channel) const override { return obeying_.check(channel); }
    std::size_t measure(const std::string& text) const override { return obeying_.measure(text); }
    Status authenticate(const v1::Channel& channel, const http::Request& request, TimeMs now) const override {
        return obeying_.authenticate(channel, request, now);
    }
    Result<channels::Events> parse(const v1::Channel& channel, const std::string& body) const override {
        return obeying_.parse(channel, body);
    }
    std::vector<channels::PrivateRoute> routes(const v1::Channel& channel,
                                               const channels::RouteQuestion& question,
                                               TimeMs now) const override {
        auto routes = obeying_.routes(channel, question, now);
        for (auto& route : routes) {
            const bool timed = window > 0 && question.wrote_privately_at > 0;
            if (timed && route.way == channels::Way::direct)
                route.expires_at = question.wrote_privately_at + window;
        }
        return routes;
    }
    asio::awaitable<channels::Outcome> send(v1::Channel channel, channels::SendIntent intent) override {
        return obeying_.send(std::move(channel), std::move(intent));
    }
    asio::awaitable<channels::Reconciled> reconcile(v1::Channel channel,
                                                    channels::SendIntent intent) override {
        return obeying_.reconcile(std::move(channel), std::move(intent));
    }
    asio::awaitable<Status> test(v1::Channel channel) override { return obeying_.test(std::move(channel)); }

    // How long; 0: for ever.
    TimeMs window = 0;

  private:
    channels::Connector& obeying_;
};

}  // namespace guichet::test
