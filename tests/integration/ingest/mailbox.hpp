#pragma once
// A connector that has to be asked: a mailbox whose cursor is the number of events read. It waits for news,
// as IDLE does, and does what a test tells it.
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "common/channels/connector.hpp"
#include "common/runtime/event.hpp"
#include "common/runtime/timer.hpp"

namespace guichet::test {

class Mailbox final : public channels::Connector {
  public:
    // What lies in every channel's mailbox.
    channels::Events events;
    std::size_t page = 100;
    // The next answers.
    std::deque<Status> failures;
    // Behind the number, after a comma.
    std::string padding;
    // "channel:cursor" of every question.
    std::vector<std::string> questions;
    std::map<std::string, int> asking;
    int most_at_once = 0;
    int given_up = 0;

    void put(channels::Event event) {
        events.push_back(std::move(event));
        news_.notify_all();
    }

    v1::ChannelKind kind() const override { return v1::CHANNEL_KIND_MAIL; }
    channels::Caps caps(const v1::Channel&) const override {
        channels::Caps caps;
        caps.pulls = true;
        return caps;
    }
    Status check(const v1::Channel&) const override { return {}; }
    std::size_t measure(const std::string& text) const override { return text.size(); }
    Status authenticate(const v1::Channel&, const http::Request&, TimeMs) const override {
        return make_status(Code::unauthenticated, "nobody brings mail");
    }
    Result<channels::Events> parse(const v1::Channel&, const std::string&) const override {
        return channels::Events{};
    }
    asio::awaitable<Result<channels::Pulled>> pull(v1::Channel channel, std::string cursor,
                                                   std::chrono::milliseconds deadline) override {
        questions.push_back(channel.id() + ":" + cursor.substr(0, cursor.find(',')));
        if (!failures.empty()) {
            const auto why = failures.front();
            failures.pop_front();
            co_return why;
        }
        const Asking now(*this, channel.id());
        const auto from = static_cast<std::size_t>(std::atoi(cursor.c_str()));
        co_await news_.wait_for([&] { return events.size() > from; }, deadline);
        channels::Pulled pulled;
        const auto end = std::min(events.size(), from + page);
        for (auto i = from; i < end; ++i) pulled.events.push_back(events[i]);
        pulled.cursor = std::to_string(end) + padding;
        pulled.more = end < events.size();
        pulled.wait = std::chrono::milliseconds(0);
        co_return pulled;
    }
    asio::awaitable<channels::Outcome> send(v1::Channel, channels::SendIntent) override {
        co_return channels::Outcome{};
    }
    asio::awaitable<channels::Reconciled> reconcile(v1::Channel, channels::SendIntent) override {
        co_return channels::Reconciled{};
    }
    asio::awaitable<Status> test(v1::Channel) override { co_return Status{}; }

  private:
    struct Asking {
        Asking(Mailbox& box, std::string channel) : box(box), channel(std::move(channel)) {
            box.most_at_once = std::max(box.most_at_once, ++box.asking[this->channel]);
        }
        ~Asking() { --box.asking[channel]; }
        Asking(const Asking&) = delete;
        Asking& operator=(const Asking&) = delete;
        Mailbox& box;
        std::string channel;
    };
    runtime::Event news_;
};

}  // namespace guichet::test
