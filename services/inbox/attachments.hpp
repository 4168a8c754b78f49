#pragma once
// AttachmentService: the bytes of a file that came with a message, out of the blob store or from where the
// platform keeps it.
#include <string>

#include "common/http/client.hpp"
#include "common/rpc/dispatcher.hpp"
#include "common/runtime/semaphore.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/attachments.pb.h"

namespace guichet::inbox {

namespace asio = boost::asio;

class Attachments {
  public:
    static constexpr std::size_t kMostBlob = 64 * 1024 * 1024;
    // Of files that the platform keeps: they are held in memory, kAtOnce of them at a time.
    static constexpr std::size_t kMostFetched = 25 * 1024 * 1024;
    static constexpr std::size_t kAtOnce = 4;

    // `outside` reaches public addresses only; `anywhere` also private ones, and is null where the
    // configuration forbids them.
    Attachments(service::Context& context, http::Client& outside, http::Client* anywhere)
        : context_(context), outside_(outside), anywhere_(anywhere) {}

    void register_rpcs(rpc::Dispatcher& dispatcher);

  private:
    using Writer = rpc::Writer<v1::ReadAttachmentResponse>;
    struct Found {
        v1::Attachment attachment;
        std::string channel;
    };

    asio::awaitable<Result<void>> read(rpc::CallContext call, v1::ReadAttachmentRequest request,
                                       Writer writer);
    asio::awaitable<Result<Found>> find(const rpc::CallContext& call,
                                        const v1::ReadAttachmentRequest& request);
    asio::awaitable<Result<void>> send_blob(v1::Attachment attachment, Writer writer);
    asio::awaitable<Result<void>> send_fetched(WorkspaceId workspace, Found found, Writer writer);
    asio::awaitable<Result<http::ClientResult>> fetch(WorkspaceId workspace, const Found& found);

    service::Context& context_;
    http::Client& outside_;
    http::Client* anywhere_;
    runtime::Semaphore fetches_{kAtOnce, 64};
};

}  // namespace guichet::inbox
