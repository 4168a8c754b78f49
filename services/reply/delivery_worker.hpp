#pragma once
// One attempt after another. Each is recorded before the platform is called (store: begin), and its outcome
// settles the work entry; an attempt that falls silent becomes unconfirmed by the store's own timer.
// Redelivered work finds its delivery no longer queued and is acknowledged.
#include "common/access/channel_health.hpp"
#include "common/channels/connector.hpp"
#include "common/service/context.hpp"
#include "common/streams/entry.hpp"
#include "services/reply/engine/pace.hpp"
#include "services/reply/engine/retry.hpp"

namespace guichet::reply {

namespace asio = boost::asio;

class DeliveryWorker {
  public:
    DeliveryWorker(service::Context& context, const channels::Registry& connectors);

    asio::awaitable<Result<void>> handle(streams::Entry entry);

  private:
    asio::awaitable<Result<void>> attempt(store::WorkItem item);
    asio::awaitable<Result<void>> look(store::WorkItem item);
    // Of a kind that this build has no connector for: none.
    channels::Caps caps_of(const v1::Channel& channel) const;
    RetryPolicy policy_for(const channels::Caps& caps) const;
    asio::awaitable<Result<void>> hold_back(store::WorkItem item, store::Begin& begin);
    // The delivery's; none where it is gone.
    asio::awaitable<Result<access::ChannelPtr>> channel_of(store::WorkItem item);
    asio::awaitable<Result<store::Attempt>> begin(store::Begin begin, TimeMs not_after);
    asio::awaitable<Result<void>> record(store::WorkItem item, store::AttemptOutcome outcome);
    // What an attempt tells of its channel; `number`: the how-manyth of its delivery.
    asio::awaitable<void> note_health(WorkspaceId workspace, ChannelId channel, channels::Outcome::Kind ended,
                                      int number, std::string error);
    // The platform's answer.
    asio::awaitable<channels::Outcome> call(store::WorkItem item, store::Attempt attempt, TimeMs not_after);

    service::Context& context_;
    const channels::Registry& connectors_;
    RetryPolicy policy_;
    Buckets buckets_;
    access::ChannelHealth health_;
};

}  // namespace guichet::reply
