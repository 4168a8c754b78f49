#pragma once
// IngestService over RPC.
#include "common/rpc/dispatcher.hpp"
#include "guichet/v1/ingest.pb.h"
#include "services/ingest/submitter.hpp"

namespace guichet::ingest {

class SubmitRpcs {
  public:
    SubmitRpcs(Submitter& submitter, std::size_t stream_window)
        : submitter_(submitter), window_(stream_window) {}
    // This object must outlive the dispatcher's last call.
    void register_on(rpc::Dispatcher& dispatcher);

    asio::awaitable<Result<v1::SubmitResponse>> submit(rpc::CallContext context, v1::SubmitRequest request);
    // Up to `stream_window` messages are on their way at once; acknowledgements come in the order of arrival.
    asio::awaitable<Result<void>> submit_stream(rpc::CallContext context,
                                                rpc::Reader<v1::SubmitStreamRequest> reader,
                                                rpc::Writer<v1::SubmitStreamResponse> writer);
    // What both have in common: scope, then the store.
    asio::awaitable<Result<store::Ingested>> take(rpc::CallContext context, v1::InboundMessage message);

  private:
    Submitter& submitter_;
    const std::size_t window_;
};

}  // namespace guichet::ingest
