#pragma once
// What becomes of that which a connector tells, by webhook or when it was asked: customers' messages go to
// the store, the brand's own words and the fate of its answers beside them.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/access/catalog.hpp"
#include "common/blob/blob_store.hpp"
#include "common/channels/connector.hpp"
#include "common/obs/metrics.hpp"
#include "common/store/reads.hpp"
#include "services/ingest/submitter.hpp"

namespace guichet::ingest {

// An event, and whose it is.
struct Told {
    WorkspaceId workspace;
    access::ChannelPtr channel;
    channels::Event event;
    // The bytes that are kept with it; empty: none of its own.
    std::string raw;
    // Its attachments name blobs that we stored.
    bool own_blobs = false;
};

// A customer's message as it was stored; nothing for every other kind of event, which is taken care of.
using Kept = std::optional<store::Ingested>;

class Events {
  public:
    // At most `window` are on their way to the store at once.
    Events(Submitter& submitter, store::Store& store, store::Reads& reads, blob::BlobStore& blobs,
           obs::Metrics& metrics, const MessageLimits& limits, std::size_t window);

    // One outcome for each, in order, as Submitter::submit tells it: is_hopeless() or to be tried again; told
    // again, an event that was stored changes nothing. Events without files reach the store in their order.
    // Failure: nothing is known of any of them.
    asio::awaitable<Result<std::vector<Result<Kept>>>> take(std::vector<Told> told);
    // The first part of take(), for those who keep a copy: files and large raw bytes are on disk before Redis
    // refers to them. Done twice it does nothing.
    asio::awaitable<Status> keep_files(std::vector<Told>& told);

  private:
    struct Batch;
    asio::awaitable<Status> keep_bytes(Told& told);
    // What carries the mark of a conversation goes on in it.
    asio::awaitable<Status> find_thread(Told& told);
    asio::awaitable<Result<Kept>> keep(Told told);
    asio::awaitable<Result<Kept>> keep_own(Told told);
    asio::awaitable<Result<Kept>> keep_report(Told told);
    static asio::awaitable<void> keep_into(Events* self, Told told, std::size_t index,
                                           std::shared_ptr<Batch> batch);

    Submitter& submitter_;
    store::Store& store_;
    store::Reads& reads_;
    blob::BlobStore& blobs_;
    const MessageLimits limits_;
    const std::size_t window_;
    // By Event::Kind.
    std::vector<obs::Counter> counters_;
};

// "message", "own", "delivered"...
const char* to_string(channels::Event::Kind kind);

}  // namespace guichet::ingest
