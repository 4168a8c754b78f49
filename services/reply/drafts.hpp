#pragma once
// Texts that stay inside: SaveDraft, Suggest, AddNote.
#include "common/rpc/context.hpp"
#include "common/service/context.hpp"
#include "guichet/v1/reply.pb.h"

namespace guichet::reply {

namespace asio = boost::asio;

class Drafts {
  public:
    explicit Drafts(service::Context& context) : context_(context) {}

    asio::awaitable<Result<v1::SaveDraftResponse>> save_draft(rpc::CallContext call,
                                                              v1::SaveDraftRequest request);
    asio::awaitable<Result<v1::SuggestResponse>> suggest(rpc::CallContext call, v1::SuggestRequest request);
    asio::awaitable<Result<v1::AddNoteResponse>> add_note(rpc::CallContext call, v1::AddNoteRequest request);

  private:
    service::Context& context_;
};

}  // namespace guichet::reply
