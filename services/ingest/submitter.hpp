#pragma once
// The one way in: RPC, webhook, form and private page all end here.
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "common/access/catalog.hpp"
#include "common/obs/metrics.hpp"
#include "common/runtime/semaphore.hpp"
#include "common/store/store.hpp"
#include "services/ingest/intake.hpp"
#include "services/ingest/memory_watch.hpp"

namespace guichet::ingest {

namespace asio = boost::asio;

class Submitter {
  public:
    Submitter(store::Store& store, access::Catalog& catalog, obs::Metrics& metrics, const MemoryWatch& memory,
              const Options& options);

    // NOT_FOUND names the channel.
    asio::awaitable<Result<access::ChannelPtr>> channel(WorkspaceId workspace, ChannelId id);
    // Stored (on disk, as the store's durability says) when it returns. INVALID_ARGUMENT: the message is
    // wrong and will be wrong again; anything else may be tried again (UNAVAILABLE also when too many are on
    // their way). `raw` is kept for the archive where it is small enough. Calls made in order without waiting
    // reach the store in that order when they name no preferred owner.
    asio::awaitable<Result<store::Ingested>> submit(WorkspaceId workspace,
                                                    std::shared_ptr<const v1::Channel> channel,
                                                    v1::InboundMessage message, std::string raw,
                                                    Intake intake);
    const MessageLimits& limits() const { return limits_; }

  private:
    store::Store& store_;
    access::Catalog& catalog_;
    const MemoryWatch& memory_;
    const MessageLimits limits_;
    const std::chrono::milliseconds wait_;
    runtime::Semaphore turns_;
    obs::Family<obs::Counter> outcomes_;
    obs::Counter opened_, added_, changed_, duplicate_, refused_, failed_;
};

// True where the same message would be refused again: nothing is gained by sending it once more.
bool is_hopeless(const Status& status);

}  // namespace guichet::ingest
