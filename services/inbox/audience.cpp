#include "services/inbox/audience.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/runtime/or_bug.hpp"
#include "common/runtime/timer.hpp"

namespace guichet::inbox {
namespace {

using namespace std::chrono_literals;

// Events that come close together leave together: those after a silence soon, a steady flow in fewer
// messages.
constexpr std::chrono::nanoseconds kCoalesce = 5ms;
constexpr std::chrono::nanoseconds kBetween = 25ms;
// When the io thread is late by some time, the next packet waits as much longer, up to a limit: fewer and
// larger messages leave it time to catch up. Others who watch make it late as well, so not more than that.
constexpr std::chrono::nanoseconds kMostStretch = 150ms;
// So many are woken before everything else on the io thread has its turn: claims do not wait for screens.
constexpr std::size_t kAtOnce = 50;

}  // namespace

const std::string& Packet::answer(const std::string& incarnation) {
    if (answer_.empty() || incarnation != incarnation_) {
        v1::WatchResponse response;
        for (const auto& event : events_) *response.add_events() = event->within(incarnation);
        response.set_cursor(watch_cursor(incarnation, upto_));
        incarnation_ = incarnation;
        answer_ = response.SerializeAsString();
    }
    return answer_;
}

void Mailbox::put(const PacketPtr& packet) {
    if (events.empty() && !overflowed && take && take(packet)) return;
    whole = events.empty() && !overflowed ? packet : nullptr;
    for (const auto& event : packet->events()) {
        if (events.size() >= most) {
            events.clear();
            whole.reset();
            overflowed = true;
        }
        events.push_back(event);
    }
    arrived.notify_all();
}

void Mailbox::lose() {
    whole.reset();
    overflowed = true;
    arrived.notify_all();
}

Audience::Audience(asio::any_io_executor executor, const Clock& clock, std::string workspace,
                   EventFilter filter, std::size_t most)
    : executor_(std::move(executor)),
      clock_(clock),
      workspace_(std::move(workspace)),
      filter_(std::move(filter)),
      most_(most),
      left_at_(clock.steady() - kBetween) {}

MailboxPtr Audience::join() {
    auto mailbox = std::make_shared<Mailbox>();
    mailbox->most = most_;
    members_.push_back(mailbox);
    return mailbox;
}

std::size_t Audience::size() const {
    return static_cast<std::size_t>(std::count_if(members_.begin(), members_.end(),
                                                  [](const auto& member) { return !member.expired(); }));
}

std::vector<MailboxPtr> Audience::present() {
    std::erase_if(members_, [](const auto& member) { return member.expired(); });
    std::vector<MailboxPtr> here;
    here.reserve(members_.size());
    for (const auto& member : members_) here.push_back(member.lock());
    return here;
}

void Audience::hear(const std::vector<LoggedEventPtr>& events) {
    for (const auto& event : events) {
        if (event->workspace != workspace_) continue;
        heard_ = event->id;
        if (!matches(filter_, event->event)) continue;
        if (waiting_.size() >= most_) lose();
        waiting_.push_back(event);
    }
    if (leaving_) return;
    if (waiting_.empty()) {
        told_ = heard_;
        return;
    }
    leaving_ = true;
    asio::co_spawn(executor_, leave(shared_from_this()), runtime::or_bug("inbox.audience"));
}

void Audience::lose() {
    waiting_.clear();
    for (const auto& mailbox : present()) mailbox->lose();
}

asio::awaitable<void> Audience::leave(std::shared_ptr<Audience> self) {
    while (!self->waiting_.empty()) {
        const auto now = self->clock_.steady();
        const auto due = std::max(now + kCoalesce, self->left_at_ + kBetween);
        co_await runtime::sleep(due - now);
        const auto left_at = self->clock_.steady();
        self->left_at_ = left_at + std::min<std::chrono::nanoseconds>(left_at - due, kMostStretch);
        // Lost meanwhile.
        if (self->waiting_.empty()) break;
        const auto packet =
            std::make_shared<Packet>(std::exchange(self->waiting_, {}), self->told_, self->heard_);
        // Who joins meanwhile starts behind this packet.
        const auto members = self->present();
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i > 0 && i % kAtOnce == 0) co_await asio::post(self->executor_, asio::use_awaitable);
            members[i]->put(packet);
        }
        self->told_ = packet->upto();
    }
    self->told_ = self->heard_;
    self->leaving_ = false;
}

}  // namespace guichet::inbox
